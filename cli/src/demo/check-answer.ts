// Whether a released answer may stand beside the truth: inside the bound of its own noise, or equal, or hidden by the rule.

import type { Answer } from '../client/ask-coordinator.ts';
import type { CellTruth } from '../report/describe-answer.ts';
import { fieldOf } from '../report/field-of.ts';

/**
 * Shape   a verdict a cell. Noised: |raw - truth| is at most the bound that noise exceeds once in a million, and the
 *         value shown is `raw`, or 0 where that is negative. Exact: the value equals the truth; a hidden cell is
 *         right only if the answer needed to hide: some cell of it is truly under k.
 * Errors  an answer that was not released, or has other cells than the truth, has no right cell at all.
 */
export function checkAnswer(answer: Answer, truth: readonly number[]): CellTruth {
	const cells = answer['cells'];
	if (answer['status'] !== 'released' || !Array.isArray(cells) || cells.length !== truth.length) {
		return { truth, verdicts: truth.map(() => false) };
	}
	const verdicts = truth.map((count, at) =>
		answer['mechanism'] === 'noised'
			? isWithinNoise(answer, cells[at], count)
			: isExactOrHidden(answer, cells[at], { count, truth }),
	);
	return { truth, verdicts };
}

function isWithinNoise(answer: Answer, cell: unknown, count: number): boolean {
	const raw = fieldOf(cell, 'raw');
	const bound = fieldOf(answer['noise'], 'bound1e6');
	if (typeof raw !== 'number' || typeof bound !== 'number') return false;
	// People read `value`: a right `raw` beside a wrong one would be a wrong answer.
	return Math.abs(raw - count) <= bound && fieldOf(cell, 'value') === Math.max(0, raw);
}

function isExactOrHidden(
	answer: Answer,
	cell: unknown,
	known: { readonly count: number; readonly truth: readonly number[] },
): boolean {
	const k = answer['k'];
	const value = fieldOf(cell, 'value');
	if (typeof k !== 'number') return false;
	if (value === null) return k > 1 && known.truth.some((count) => count < k);
	const mustHide = k > 1 && known.count < k;
	return !mustHide && value === known.count;
}
