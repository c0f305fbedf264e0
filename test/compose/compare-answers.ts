// Whether the containers' network answered as the embedded one did: every raw number of it, but not the noise.

import { isDeepStrictEqual } from 'node:util';
import type { Answer } from '../../cli/src/client/ask-coordinator.ts';
import { checkAnswer } from '../../cli/src/demo/check-answer.ts';
import { fieldOf } from '../../cli/src/report/field-of.ts';
import type { AskedQuestion } from './embedded-run.ts';

/** What differs, in words; empty where nothing does that must not. */
export function differencesOf(embedded: AskedQuestion, answer: Answer): readonly string[] {
	const { verdicts } = checkAnswer(answer, embedded.truth);
	const wrong = verdicts.filter((isRight) => !isRight).length;
	const differences: string[] = [];
	if (wrong > 0 || verdicts.length === 0) differences.push(`${wrong} of ${verdicts.length} cells are wrong`);
	for (const field of ['status', 'mechanism', 'aggregation', 'epsilon', 'k', 'hospitals'] as const) {
		if (!isDeepStrictEqual(answer[field], embedded.answer[field])) differences.push(`${field} differs`);
	}
	if (!isDeepStrictEqual(comparableCells(answer), comparableCells(embedded.answer)))
		differences.push('cells differ');
	return differences;
}

/** Exact: key and value, hidden ones too. Noised: the keys, since every run draws its own noise. */
function comparableCells(answer: Answer): readonly unknown[] {
	const { cells } = answer;
	if (!Array.isArray(cells)) return [];
	const isExact = answer['mechanism'] === 'exact';
	return cells.map((cell) =>
		isExact ? [fieldOf(cell, 'key'), fieldOf(cell, 'value')] : fieldOf(cell, 'key'),
	);
}
