// Which earlier exact answers a new one is compared with, and in how many numbers; alike at coordinator and hospitals.

import { epochsBetween } from '../manifest/epoch-of.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { networkThreshold } from '../plan/release-terms.ts';
import type { EarlierRelease } from './earlier-release.ts';

/** Distinct cohorts a project and epoch that may be asked exactly; the design's bound. */
export const mostExactCohorts = 50;

/**
 * Epochs for which an exact answer is compared with later ones, its own among them. The design asks for one; but a
 * cohort of October less one of November is one patient too, so the patient sets are kept for a year.
 */
export const epochsCompared = 12;

/** All numbers of one vector: what a message of at most 1 MiB carries. */
const longestVector = 65_536;

/** Comparisons are padded to multiples of as many earlier cells, so that a message's size says little of history. */
const paddedTo = mostExactCohorts;

/**
 * Whether exact answers of this project hide anything: where k is 1 for all its hospitals (public data), nothing is
 * hidden in one answer, and nothing can be taken from two.
 */
export function comparesReleases(
	{ policy, members }: Manifest,
	hospitals: readonly string[],
	mechanism: 'noised' | 'exact',
): boolean {
	const own = members.filter(({ hospital }) => hospitals.includes(hospital)).map(({ k }) => k);
	return mechanism === 'exact' && networkThreshold(policy, Math.max(policy.k, ...own)) > 1;
}

/** Whether an answer of the earlier epoch is still compared with one of the later. Labels as of `epochOf`. */
export function isCompared(earlier: string, later: string, epochs: number = epochsCompared): boolean {
	return epochsBetween(earlier, later) < epochs;
}

/**
 * Shape   how many numbers follow a plan's cells in its vector. For each cell of each earlier release, in the order of
 *         the list and of its plan: its patients, then how many of them are in each of the new cells; then zeros up
 *         to the padding. A function of plan and list alone.
 * Errors  null where cells and comparisons together are more than a message carries: to be refused.
 */
export function comparisonLength(planCells: number, earlier: readonly EarlierRelease[]): number | null {
	const cells = earlier.reduce((sum, release) => sum + release.cells, 0);
	const padded = Math.max(1, Math.ceil(cells / paddedTo)) * paddedTo;
	const length = padded * (planCells + 1);
	return planCells + length <= longestVector ? length : null;
}

/** Where each earlier release's numbers begin among the comparisons. */
export function comparisonStarts(planCells: number, earlier: readonly EarlierRelease[]): readonly number[] {
	let next = 0;
	return earlier.map(({ cells }) => {
		const start = next;
		next += cells * (planCells + 1);
		return start;
	});
}
