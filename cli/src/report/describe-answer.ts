// An answer as a person reads it: every number with how inexact it is, how it was protected, and who contributed.

import type { Answer } from '../client/ask-coordinator.ts';
import { fieldOf } from './field-of.ts';

export interface CellTruth {
	/** One a cell; absent where nobody knows it. */
	readonly truth: readonly number[];
	readonly verdicts: readonly boolean[];
}

export function describeAnswer(question: unknown, answer: Answer, known?: CellTruth): string {
	const title = fieldOf(question, 'title');
	const head = typeof title === 'string' ? title : 'Question';
	if (answer['status'] !== 'released') return [head, ...describeNo(answer)].join('\n');
	const cells = listOf(answer['cells']);
	return [head, ...cells.map((cell, at) => describeCell(cell, at, known)), ...describeTerms(answer)].join(
		'\n',
	);
}

function describeNo(answer: Answer): readonly string[] {
	const issues = listOf(answer['issues']).map((issue) => {
		const nearest = listOf(fieldOf(issue, 'nearest')).map(String);
		const hint = nearest.length === 0 ? '' : ` (did you mean ${nearest.join(', ')}?)`;
		return `  ${String(fieldOf(issue, 'path')) || '/'}: ${String(fieldOf(issue, 'message'))}${hint}`;
	});
	return [
		`  ${String(answer['status'])} (${String(answer['code'])}): ${String(answer['message'] ?? '')}`,
		...issues,
		...absent(answer),
	];
}

function describeCell(cell: unknown, at: number, known: CellTruth | undefined): string {
	const key = listOf(fieldOf(cell, 'key')).map(String).join(' x ');
	const value = fieldOf(cell, 'value');
	const interval = listOf(fieldOf(cell, 'interval')).map(String);
	const shown = value === null ? 'hidden' : String(value);
	const range = interval.length === 2 && interval[0] !== interval[1] ? ` [${interval.join(', ')}]` : '';
	const truth =
		known === undefined
			? ''
			: `  truth ${known.truth[at] ?? '?'} ${known.verdicts[at] === true ? 'ok' : 'WRONG'}`;
	return `  ${(key === '' ? 'patients' : key).padEnd(32)} ${`${shown}${range}`.padEnd(20)}${truth}`;
}

function describeTerms(answer: Answer): readonly string[] {
	const contributed = listOf(fieldOf(answer['hospitals'], 'contributed')).map(String);
	const epsilon = answer['epsilon'];
	const cost = typeof epsilon === 'number' ? `epsilon ${epsilon} at each hospital` : 'no epsilon (exact)';
	const threshold =
		answer['k'] === null || answer['k'] === undefined ? '' : `, cells under ${String(answer['k'])} hidden`;
	return [
		`  mechanism ${String(answer['mechanism'])}, ${String(answer['aggregation'])} aggregation, cost ${cost}${threshold}`,
		`  contributed: ${contributed.join(', ')}`,
		...absent(answer),
	];
}

function absent(answer: Answer): readonly string[] {
	const hospitals = listOf(fieldOf(answer['hospitals'], 'absent'));
	if (hospitals.length === 0) return [];
	const names = hospitals.map(
		(one) => `${String(fieldOf(one, 'hospital'))} (${String(fieldOf(one, 'reason'))})`,
	);
	return [`  did not contribute: ${names.join(', ')}`];
}

function listOf(value: unknown): readonly unknown[] {
	return Array.isArray(value) ? (value as readonly unknown[]) : [];
}
