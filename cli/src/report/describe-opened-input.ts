// What a hospital's auditor reads of one answer: whether log and recount bear it out, and what to do where they do not.

import { fieldOf } from './field-of.ts';

const logLines: Readonly<Record<string, string>> = {
	matches: 'holds the commitment that the kept opening gives',
	differs:
		"DIFFERS: it holds another commitment of this session, or its entry is not in the signed tree. Keep the database as it is, export the log (`cordon audit export --node FILE`), and compare with the commitment in the coordinator's log",
	absent:
		'HOLDS NO ANSWER of this session: an entry was taken out, or the opening was put in. Keep the database as it is and verify the export (`cordon audit verify`)',
};

const recountLines: Readonly<Record<string, string>> = {
	matches: 'of the same snapshot gives the same numbers',
	withdrawals:
		'gives fewer, by no more than the patients who have withdrawn since can have made; they are not counted again',
	differs:
		'DIFFERS: the snapshot that was counted gives other numbers. See with --counts which; a withdrawal that was taken back since can be the reason, and else what was answered is not what the data gave',
	replaced:
		"cannot be made: an ingest has replaced the snapshot that was counted. With --counts, compare with the hospital's own records of that time",
};

const errors: Readonly<Record<string, string>> = {
	malformed:
		'a session is 64 hex digits, and not the id of an answer: find the entry with the `requestHash` of the answer in the audit log, `cordon audit verify --open`',
	'not-kept':
		'no opening is kept of this session: this hospital did not answer it under masks, the session broke off and can never be opened (its log then says `refunded`), it was answered more than twelve months ago, or the database came from a backup since',
	'consent-unavailable':
		'nobody was counted, because it is not known who has withdrawn: see `withdrawals` in node.yaml and `cordon node doctor`',
	internal:
		'the node could not look: see its log. It may be joining its network, or an ingest has just ended; ask again',
};

/** `opened` is what the node answers at `/open-input`. */
export function describeOpenedInput(opened: unknown, hospital: string): string {
	const error = fieldOf(opened, 'error');
	if (typeof error === 'string') return errors[error] ?? error;
	const text = (name: string): string => String(fieldOf(opened, name));
	const comparisons = Number(fieldOf(opened, 'comparisons'));
	return [
		`${hospital}: what was answered in session ${text('session')}`,
		`  question    request ${text('requestHash')}, query ${text('queryHash')}, epoch ${text('epoch')}`,
		`  commitment  ${text('commitment')} (in the coordinator's log), ${text('subject')} (in the leaf here)`,
		`  the log     ${logLines[text('log')] ?? text('log')}`,
		`  a recount   ${recountLines[text('recount')] ?? text('recount')}`,
		...(comparisons > 0
			? [
					`  not counted again: ${comparisons} numbers for comparing with earlier exact answers, of which there were ${text('compared')}`,
				]
			: []),
		...countLines(fieldOf(opened, 'counts'), Number(fieldOf(opened, 'cells'))),
	].join('\n');
}

/** Whether log and recount both bear the answer out; what cannot be counted again does not. */
export function isAsAnswered(opened: unknown): boolean {
	return fieldOf(opened, 'log') === 'matches' && fieldOf(opened, 'recount') === 'matches';
}

/** `cells`: so many are shown; what follows them is zeros mostly, and in the JSON. */
function countLines(counts: unknown, cells: number): readonly string[] {
	if (typeof counts !== 'object' || counts === null) return [];
	const list = (name: string): string => {
		const numbers = fieldOf(counts, name);
		return Array.isArray(numbers) ? numbers.slice(0, cells).join(' ') : '-';
	};
	return [
		'  TRUE COUNTS of patients of this hospital, for nobody outside it, in the order of the answer’s cells:',
		`    answered   ${list('answered')}`,
		`    recounted  ${list('recounted')}`,
		`    opening    sid ${String(fieldOf(counts, 'sid'))}, salt ${String(fieldOf(counts, 'salt'))}`,
	];
}
