// An answer as a person reads it: every number with how inexact it is, how it was protected, and who contributed.

import type { Answer } from '../client/ask-coordinator.ts';
import { describeTable, type TableCell } from './describe-table.ts';
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
	// Beside the truth each number has a line of its own, and what is claimed is there to be seen.
	const isChecked = known !== undefined;
	const numbers = isTable(answer) && !isChecked ? tableOf(answer) : listed(answer, known);
	const claims = isChecked ? [] : [...describeUnknownSums(answer), ...describeClaims(answer)];
	return [head, ...numbers, ...describeTerms(answer), ...claims].join('\n');
}

function listed(answer: Answer, known: CellTruth | undefined): readonly string[] {
	const cells = listOf(answer['cells']);
	const lines = cells.map((cell, at) => describeCell(cell, answer, truthAt(known, at)));
	return [...lines, ...describeMargins(answer)];
}

/** Two variables: cells and margins in one grid. */
function isTable(answer: Answer): boolean {
	const cells = listOf(answer['cells']);
	return cells.length > 0 && cells.every((cell) => listOf(fieldOf(cell, 'key')).length === 2);
}

function tableOf(answer: Answer): readonly string[] {
	const cells = [...listOf(answer['cells']), ...listOf(answer['margins'])].map((cell): TableCell => {
		const [row = null, column = null] = listOf(fieldOf(cell, 'key'));
		return { key: [nameOf(row), nameOf(column)], text: shownOf(cell, answer) };
	});
	return describeTable(cells).map((line) => `  ${line}`);
}

function nameOf(category: unknown): string | null {
	return category === null ? null : String(category);
}

/** Rows and columns that stay as unknown as a hidden cell: without being named they could be taken for known. */
function describeUnknownSums(answer: Answer): readonly string[] {
	const names = listOf(answer['hiddenSums']).map((sum) => {
		const [variable, category] = listOf(sum);
		return `${variable === 0 ? 'row' : 'column'} ${String(category)}`;
	});
	return names.length === 0 ? [] : [`  hidden as sums too: ${names.join(', ')}`];
}

/** What is and is not promised goes with the numbers, wherever they are read. */
function describeClaims(answer: Answer): readonly string[] {
	return listOf(answer['claims']).flatMap((claim) => wrapped(String(claim)));
}

const lineLength = 100;

function wrapped(text: string): readonly string[] {
	const lines = [''];
	for (const word of text.split(' ')) {
		const line = lines.at(-1) ?? '';
		if (line.length + word.length >= lineLength) lines.push(word);
		else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
	}
	return lines.map((line, at) => `${at === 0 ? '  - ' : '    '}${line}`);
}

/** What the cells add up to: each with an interval of its own, which is not the sum of theirs. */
function describeMargins(answer: Answer): readonly string[] {
	const margins = listOf(answer['margins']).map((margin) => describeCell(margin, answer, ''));
	return margins.length === 0 ? [] : ['  together', ...margins];
}

/** Of a release that was made for an earlier query and is shown again. */
export function describeReplay(answer: Answer): string {
	const hour = String(answer['releasedAtHour']);
	return `  replay of query ${String(answer['id'])}, first released in the hour of ${hour}: nothing was charged this time`;
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
		...absent(answer, isSaidOfNo(answer['status'])),
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
	return `  ${(key === '' ? name : key).padEnd(32)} ${shownOf(cell, answer).padEnd(20)}${truth}`;
}

function shownOf(cell: unknown, answer: Answer): string {
	return `${valueText(fieldOf(cell, 'value'), answer['ask'] === 'exists')}${rangeText(cell, answer)}`;
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
	const cost = typeof epsilon === 'number' ? `epsilon ${epsilon} at each of them` : 'no epsilon (exact)';
	return [
		...(answer['mechanism'] === 'noised' && answer['ask'] !== 'exists' ? [intervalNote] : []),
		`  mechanism ${String(answer['mechanism'])}, ${String(answer['aggregation'])} aggregation${thresholdOf(answer)}`,
		`  contributed: ${contributed.join(', ')}; charged ${cost}`,
		...absent(answer, () => true),
	];
}

const intervalNote = '  [from, to]: holds the true number with probability 0.95, each by itself';

function thresholdOf({ k, ask }: Answer): string {
	if (k === null || k === undefined) return '';
	return ask === 'exists' ? `, yes from ${String(k)} patients` : `, cells under ${String(k)} hidden`;
}

/**
 * Where nothing was released nobody contributed, and who `left` had mostly answered. Where some refused, the others were
 * not waited for.
 */
function isSaidOfNo(status: unknown): (reason: unknown) => boolean {
	return (reason) => reason === 'refused' || (reason === 'no-answer' && status !== 'refused');
}

function absent(answer: Answer, isToldOf: (reason: unknown) => boolean): readonly string[] {
	const hospitals = listOf(fieldOf(answer['hospitals'], 'absent')).filter((one) =>
		isToldOf(fieldOf(one, 'reason')),
	);
	if (hospitals.length === 0) return [];
	const names = hospitals.map(
		(one) => `${String(fieldOf(one, 'hospital'))} (${String(fieldOf(one, 'reason'))})`,
	);
	return [`  did not contribute: ${names.join(', ')}`];
}

function listOf(value: unknown): readonly unknown[] {
	return Array.isArray(value) ? (value as readonly unknown[]) : [];
}
