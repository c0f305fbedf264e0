import { describe, expect, it } from 'vitest';
import { describeOpenedInput, isAsAnswered } from './describe-opened-input.ts';

const opened = {
	session: 'a'.repeat(64),
	epoch: '2026-11',
	requestHash: 'r',
	queryHash: 'q',
	commitment: 'Y29tbWl0',
	subject: 'c0ffee',
	log: 'matches',
	recount: 'matches',
	cells: 2,
	comparisons: 0,
	compared: 0,
};
const counts = { sid: 'U0lE', salt: 'U0FMVA', answered: ['12', '3'], recounted: null };

describe('describeOpenedInput', () => {
	it('says that log and recount bear the answer out, and no number', () => {
		expect(describeOpenedInput(opened, 'north')).toBe(
			[
				`north: what was answered in session ${'a'.repeat(64)}`,
				'  question    request r, query q, epoch 2026-11',
				"  commitment  Y29tbWl0 (in the coordinator's log), c0ffee (in the leaf here)",
				'  the log     holds the commitment that the kept opening gives',
				'  a recount   of the same snapshot gives the same numbers',
			].join('\n'),
		);
	});

	it('shows the numbers where they were asked for, and says whose they are', () => {
		const text = describeOpenedInput({ ...opened, recount: 'replaced', counts }, 'north');
		expect(text).toContain('TRUE COUNTS');
		expect(text).toContain('answered   12 3');
		expect(text).toContain('recounted  -');
		expect(text).toContain('sid U0lE, salt U0FMVA');
	});

	it('says how many numbers it did not count again', () => {
		expect(describeOpenedInput({ ...opened, comparisons: 200, compared: 3 }, 'north')).toContain(
			'200 numbers for comparing with earlier exact answers, of which there were 3',
		);
	});

	it.each([
		['not-kept', 'no opening is kept'],
		['consent-unavailable', 'who has withdrawn'],
		['malformed', '64 hex digits'],
		['internal', 'ask again'],
	])('explains %s', (error, words) => {
		expect(describeOpenedInput({ error }, 'north')).toContain(words);
		expect(isAsAnswered({ error })).toBe(false);
	});
});

describe('isAsAnswered', () => {
	it.each([
		['matches', 'matches', true],
		['matches', 'withdrawals', false],
		['matches', 'replaced', false],
		['matches', 'differs', false],
		['differs', 'matches', false],
		['absent', 'matches', false],
	])('log %s, recount %s: %s', (log, recount, expected) => {
		expect(isAsAnswered({ ...opened, log, recount })).toBe(expected);
	});
});
