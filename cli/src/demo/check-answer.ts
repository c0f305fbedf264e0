// Whether a released answer may stand beside the truth: inside the bound of its own noise, or equal, or hidden by the rule.

import { fitCells } from '@cordon/shared';
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
	const fitted = fittedValues(cells);
	const verdicts = truth.map((count, at) =>
		answer['mechanism'] === 'noised'
			? isWithinNoise(answer, cells[at], { count, fitted: fitted[at] })
			: isExactOrHidden(answer, cells[at], { count, truth }),
	);
	return { truth, verdicts };
}

/** None where a cell has no whole number: then none of them can be right. */
function fittedValues(cells: readonly unknown[]): readonly number[] {
	const raw = cells.map((cell) => fieldOf(cell, 'raw'));
	return raw.every((value): value is number => Number.isSafeInteger(value)) ? fitCells(raw) : [];
}

function isWithinNoise(
	answer: Answer,
	cell: unknown,
	{ count, fitted }: { readonly count: number; readonly fitted: number | undefined },
): boolean {
	const raw = fieldOf(cell, 'raw');
	const bound = fieldOf(answer['noise'], 'bound1e6');
	if (typeof raw !== 'number' || typeof bound !== 'number') return false;
	// People read `value`: a right `raw` beside a wrong one would be a wrong answer.
	return Math.abs(raw - count) <= bound && fieldOf(cell, 'value') === fitted;
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
