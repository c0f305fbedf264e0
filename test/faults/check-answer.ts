// Whether an answer is true: exactly, or within what the noise exceeds once in a thousand million cells.

import { noiseQuantile } from '@cordon/shared';
import type { Answer } from '../../cli/src/client/ask-coordinator.ts';
import { fieldOf } from '../../cli/src/report/field-of.ts';
import { type AskedQuestion, truthOf } from './asked-question.ts';
import { hospitals, type MadeHospitals } from './made-hospitals.ts';
import type { Violation } from './violation.ts';

const tail = 1e-9;
const codes = new Set([
	'malformed',
	'not-authenticated',
	'not-permitted',
	'no-budget',
	'too-few-hospitals',
	'subtraction',
	'took-too-long',
	'unavailable',
]);

/** A question that ended without numbers ended with a code. */
export function checkEnding(answer: Answer): readonly Violation[] {
	const { status, code } = answer as { readonly status?: unknown; readonly code?: unknown };
	if (status === 'released') return [];
	const isCoded = (status === 'withheld' || status === 'refused') && codes.has(String(code));
	return isCoded ? [] : [{ invariant: 'ended', what: `ended as ${String(status)} with ${String(code)}` }];
}

export function checkNumbers(
	answer: Answer,
	question: AskedQuestion,
	made: MadeHospitals,
): readonly Violation[] {
	if (answer['status'] !== 'released') return [];
	const contributed = contributorsOf(answer);
	const cells = answer['cells'];
	if (!Array.isArray(cells) || cells.length === 0) return [{ invariant: 'right', what: 'no cells' }];
	const isExact = question.epsilonMicros === 0;
	const bound = isExact ? 0 : boundOf(question, contributed.length);
	return cells.flatMap((cell): readonly Violation[] => {
		const key = fieldOf(cell, 'key');
		const said = fieldOf(cell, isExact ? 'value' : 'raw');
		const truth = truthOf(question, Array.isArray(key) ? key.map(String) : [], { made, contributed });
		if (typeof said === 'number' && Math.abs(said - truth) <= bound) return [];
		return [
			{
				invariant: 'right',
				what: `cell ${String(key)} is ${String(said)}, and ${truth} within ${bound} is true of ${contributed.join(' ')}`,
			},
		];
	});
}

export function contributorsOf(answer: Answer): readonly string[] {
	const contributed = fieldOf(answer['hospitals'], 'contributed');
	return Array.isArray(contributed) ? contributed.map(String) : [];
}

/** Four members, of whom one may collude: shares are sized for two of at least three contributors. */
const noiseHospitals = 2;

function boundOf({ epsilonMicros }: AskedQuestion, contributors: number): number {
	const spread = { epsilonMicros, l1Sensitivity: 1, hospitals: noiseHospitals, contributors };
	return noiseQuantile(spread, tail);
}

/** A question that nothing disturbs: nobody may be missing. An exact one may come too close to an earlier one. */
export function checkUndisturbed(
	answer: Answer,
	{ epsilonMicros }: Pick<AskedQuestion, 'epsilonMicros'>,
): readonly Violation[] {
	const contributed = contributorsOf(answer);
	if (answer['status'] === 'released' && contributed.length === hospitals.length) return [];
	if (answer['code'] === 'subtraction' && epsilonMicros === 0) return [];
	const what = `${String(answer['status'])} ${String(answer['code'] ?? '')} by ${contributed.join(' ')}`;
	return [{ invariant: 'next', what }];
}
