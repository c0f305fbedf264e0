// Draws one hospital's noise for a vector, before the question's data are read, for the disclose stage.

import type { Random } from '../clock-and-random.ts';
import { drawPolyaShare, type NoisePlan, rateOf } from './polya-share.ts';
import { inBlocks } from './random-blocks.ts';
import { drawSmallNegativeBinomial, smallRate } from './small-polya.ts';

/**
 * A share a cell, each as drawPolyaShare draws it: bit for bit, from the same stream. How long it takes depends on
 * what is drawn, so it must be over before data are read.
 *
 * Units   of the cell; integers of either sign.
 * Errors  throws unless every number of the plan is an integer >= 1: less would mean no noise at all.
 * Source  docs/adr/0016-noise-in-machine-integers.md; test/noise/fast-path.test.ts compares the two.
 */
export function drawNoise(cells: number, plan: NoisePlan, random: Random): readonly bigint[] {
	const blocks = inBlocks(random);
	const rate = smallRate(rateOf(plan));
	if (rate === null) return Array.from({ length: cells }, () => drawPolyaShare(plan, blocks));
	const { hospitals } = plan;
	return Array.from(
		{ length: cells },
		() =>
			drawSmallNegativeBinomial(rate, hospitals, blocks) - drawSmallNegativeBinomial(rate, hospitals, blocks),
	);
}
