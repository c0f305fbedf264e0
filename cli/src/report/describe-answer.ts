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
	const lines = cells.map((cell, at) => describeCell(cell, answer, truthAt(known, at)));
	return [head, ...lines, ...describeMargins(answer), ...describeTerms(answer)].join('\n');
}

/** What the cells add up to: each with an interval of its own, which is not the sum of theirs. */
function describeMargins(answer: Answer): readonly string[] {
	const margins = listOf(answer['margins']).map((margin) => describeCell(margin, answer, ''));
	return margins.length === 0 ? [] : ['  together', ...margins];
}

/** Of a release that was made for an earlier query and is shown again. */
export function describeReplay(answer: Answer): string {
	const hour = String(answer['releasedAtHour']);
	return `  replay of query ${String(answer['id'])}, first released in the hour of ${hour}: no budget was spent`;
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

function truthAt(known: CellTruth | undefined, at: number): string {
	if (known === undefined) return '';
	return `  truth ${known.truth[at] ?? '?'} ${known.verdicts[at] === true ? 'ok' : 'WRONG'}`;
}

function describeCell(cell: unknown, answer: Answer, truth: string): string {
	const key = listOf(fieldOf(cell, 'key'))
		.map((category) => (category === null ? 'all' : String(category)))
		.join(' x ');
	const isExists = answer['ask'] === 'exists';
	const name = isExists ? 'somebody' : 'patients';
	const shown = `${valueText(fieldOf(cell, 'value'), isExists)}${rangeText(cell, answer)}`;
	return `  ${(key === '' ? name : key).padEnd(32)} ${shown.padEnd(20)}${truth}`;
}

/** Of `exists` the value is 1 or 0, which would read as so many patients. */
function valueText(value: unknown, isExists: boolean): string {
	if (value === null) return 'hidden';
	if (!isExists) return String(value);
	return value === 1 ? 'yes' : 'no';
}

/** A noised number always with its interval, also where both ends are 0: it is never an exact one. */
function rangeText(cell: unknown, answer: Answer): string {
	const interval = listOf(fieldOf(cell, 'interval')).map(String);
	const isInexact = interval[0] !== interval[1] || answer['mechanism'] === 'noised';
	return interval.length === 2 && isInexact ? ` [${interval.join(', ')}]` : '';
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
