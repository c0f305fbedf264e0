import { describe, expect, it } from 'vitest';
import { describeAnswer, describeReplay } from './describe-answer.ts';

const released = {
	status: 'released',
	mechanism: 'noised',
	aggregation: 'secure',
	epsilon: 0.5,
	k: null,
	cells: [
		{ key: ['[0,10)', 'female'], value: 0, interval: [0, 3], raw: -1 },
		{ key: ['[0,10)', 'male'], value: 13, interval: [9, 17], raw: 13 },
	],
	hospitals: { contributed: ['east', 'north'], absent: [{ hospital: 'south', reason: 'refused' }] },
};
const question = { title: 'Volume by sex' };

describe('describeAnswer of a release', () => {
	it('shows every number with its interval, the mechanism, the cost and who took part', () => {
		expect(describeAnswer(question, released)).toBe(
			[
				'Volume by sex',
				'          female    male',
				'  [0,10)  0 [0, 3]  13 [9, 17]',
				'  [from, to]: holds the true number with probability 0.95, each by itself',
				'  mechanism noised, secure aggregation',
				'  contributed: east, north; charged epsilon 0.5 at each of them',
				'  did not contribute: south (refused)',
			].join('\n'),
		);
	});

	it('shows margins at the ends of a table, each with its own interval', () => {
		const margins = [
			{ key: ['[0,10)', null], value: 13, interval: [7, 18], raw: 12 },
			{ key: [null, 'male'], value: 13, interval: [9, 17], raw: 12 },
			{ key: [null, null], value: 13, interval: [6, 19], raw: 12 },
		];
		const lines = describeAnswer(question, { ...released, margins })
			.split('\n')
			.slice(1, 4);
		expect(lines).toEqual([
			'          female    male        all',
			'  [0,10)  0 [0, 3]  13 [9, 17]  13 [7, 18]',
			'  all               13 [9, 17]  13 [6, 19]',
		]);
	});

	it('shows the total below the cells of a histogram', () => {
		const cells = [{ key: ['rim'], value: 13, interval: [9, 17] }];
		const margins = [{ key: [null], value: 13, interval: [7, 18] }];
		const lines = describeAnswer(question, { ...released, cells, margins })
			.split('\n')
			.slice(1, 4);
		expect(lines.map((line) => line.trim().replaceAll(/ +/g, ' '))).toEqual([
			'rim 13 [9, 17]',
			'together',
			'all 13 [7, 18]',
		]);
	});

	it('says what is claimed, a claim a paragraph, and which sums stay unknown', () => {
		const long = `${'word '.repeat(30)}end.`;
		const text = describeAnswer(question, {
			...released,
			claims: [long, 'Short.'],
			hiddenSums: [[1, 'male']],
		});
		const lines = text.split('\n').slice(-4);
		expect(lines[0]).toBe('  hidden as sums too: column male');
		expect(lines[1]).toMatch(/^ {2}- (word )+word$/);
		expect(lines[2]).toMatch(/^ {4}word .*end\.$/);
		expect(lines[3]).toBe('  - Short.');
		expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(104);
	});

	it('never shows the number before clipping, which is for computing', () => {
		expect(describeAnswer(question, released)).not.toContain('-1');
	});

	it('says hidden for a hidden cell, and never 0', () => {
		const cells = [{ key: [], value: null, interval: null }];
		const exact = { ...released, mechanism: 'exact', epsilon: null, k: 11, cells };
		const text = describeAnswer(question, exact);
		expect(text).toContain(`  ${'patients'.padEnd(32)} hidden`);
		expect(text).toContain('mechanism exact, secure aggregation, cells under 11 hidden');
		expect(text).toContain('charged no epsilon (exact)');
		expect(text).not.toContain('probability');
		expect(text).not.toMatch(/patients +0/);
	});

	it('shows no interval where the number is exact', () => {
		const cells = [{ key: [], value: 40, interval: [40, 40] }];
		expect(describeAnswer(question, { ...released, mechanism: 'exact', cells })).not.toContain('[40');
	});

	it('shows the interval of every noised number, also of one that is 0 at both ends', () => {
		const cells = [{ key: ['unknown'], value: 0, interval: [0, 0] }];
		expect(describeAnswer(question, { ...released, cells })).toContain('0 [0, 0]');
	});

	it('says from how many patients exists is a yes, and speaks of no cell', () => {
		const cells = [{ key: [], value: 1, interval: null }];
		const text = describeAnswer(question, { ...released, ask: 'exists', k: 11, cells });
		expect(text).toContain('secure aggregation, yes from 11 patients');
		expect(text).not.toMatch(/cells under|probability/);
	});

	it.each([
		[1, 'yes'],
		[0, 'no'],
		[null, 'hidden'],
	])('says of exists %j in words: %s', (value, text) => {
		const cells = [{ key: [], value, interval: null }];
		expect(describeAnswer(question, { ...released, ask: 'exists', cells })).toMatch(
			new RegExp(`somebody +${text} *$`, 'm'),
		);
	});

	it('sets the truth beside each number, and says which is wrong', () => {
		const text = describeAnswer(question, released, { truth: [2, 99], verdicts: [true, false] });
		expect(text).toContain('truth 2 ok');
		expect(text).toContain('truth 99 WRONG');
	});

	it('calls a cell without a verdict wrong', () => {
		expect(describeAnswer(question, released, { truth: [2], verdicts: [true] })).toContain('truth ? WRONG');
	});

	it('has a heading for a question without a title', () => {
		expect(describeAnswer({}, released).split('\n')[0]).toBe('Question');
	});
});

describe('describeAnswer of a no', () => {
	it('shows status, code, message and who did not contribute', () => {
		const withheld = {
			status: 'withheld',
			code: 'too-few-hospitals',
			message: 'Too few hospitals took part.',
			hospitals: { contributed: [], absent: [{ hospital: 'north', reason: 'no-answer' }] },
		};
		expect(describeAnswer(question, withheld)).toBe(
			[
				'Volume by sex',
				'  withheld (too-few-hospitals): Too few hospitals took part.',
				'  did not contribute: north (no-answer)',
			].join('\n'),
		);
	});

	it('does not say of hospitals that were not waited for, after a refusal, that they gave no answer', () => {
		const absent = [
			{ hospital: 'east', reason: 'no-answer' },
			{ hospital: 'north', reason: 'refused' },
		];
		const refused = { status: 'refused', code: 'no-budget', message: 'So.', hospitals: { absent } };
		expect(describeAnswer(question, refused)).toContain('did not contribute: north (refused)');
	});

	it('does not say of hospitals that answered that they did not contribute', () => {
		const absent = ['east', 'west'].map((hospital) => ({ hospital, reason: 'left' }));
		const withheld = { status: 'withheld', code: 'subtraction', message: 'So.', hospitals: { absent } };
		expect(describeAnswer(question, withheld)).toBe('Volume by sex\n  withheld (subtraction): So.');
	});

	it('shows each mistake of a question with its place and what was meant', () => {
		const issues = [
			{ path: '/ask', message: 'missing', nearest: [] },
			{ path: '', message: 'too large', nearest: [] },
			{ path: '/cohort/element/id', message: 'unknown element', nearest: ['sex', 'age'] },
		];
		const text = describeAnswer(question, {
			status: 'refused',
			code: 'malformed',
			message: 'See issues.',
			issues,
		});
		expect(text.split('\n').slice(2)).toEqual([
			'  /ask: missing',
			'  /: too large',
			'  /cohort/element/id: unknown element (did you mean sex, age?)',
		]);
	});

	it('shows no number of what was not released, though there are cells', () => {
		expect(describeAnswer(question, { ...released, status: 'withheld', code: 'unavailable' })).not.toContain(
			'13',
		);
	});

	it.each([{}, { status: null, hospitals: 'none', issues: 'none' }])('survives the answer %j', (answer) => {
		expect(describeAnswer(null, answer)).toMatch(/^Question\n/);
	});
});

describe('describeReplay', () => {
	it('says whose release it is, how old, and that it cost nothing', () => {
		const answer = { ...released, id: 'q1', releasedAtHour: '2026-11-23T12:00:00.000Z' };
		expect(describeReplay(answer)).toBe(
			'  replay of query q1, first released in the hour of 2026-11-23T12:00:00.000Z: nothing was charged this time',
		);
	});
});
