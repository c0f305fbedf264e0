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
				`  ${'[0,10) x female'.padEnd(32)} ${'0 [0, 3]'.padEnd(20)}`,
				`  ${'[0,10) x male'.padEnd(32)} ${'13 [9, 17]'.padEnd(20)}`,
				'  mechanism noised, secure aggregation, cost epsilon 0.5 at each hospital',
				'  contributed: east, north',
				'  did not contribute: south (refused)',
			].join('\n'),
		);
	});

	it('shows margins below the cells, each with its own interval', () => {
		const margins = [
			{ key: ['[0,10)', null], value: 13, interval: [7, 18], raw: 12 },
			{ key: [null, null], value: 13, interval: [7, 18], raw: 12 },
		];
		const lines = describeAnswer(question, { ...released, margins })
			.split('\n')
			.slice(3, 6);
		expect(lines.map((line) => line.trim().replaceAll(/ +/g, ' '))).toEqual([
			'together',
			'[0,10) x all 13 [7, 18]',
			'all x all 13 [7, 18]',
		]);
	});

	it('never shows the number before clipping, which is for computing', () => {
		expect(describeAnswer(question, released)).not.toContain('-1');
	});

	it('says hidden for a hidden cell, and never 0', () => {
		const cells = [{ key: [], value: null, interval: null }];
		const exact = { ...released, mechanism: 'exact', epsilon: null, k: 11, cells };
		const text = describeAnswer(question, exact);
		expect(text).toContain(`  ${'patients'.padEnd(32)} hidden`);
		expect(text).toContain('cost no epsilon (exact), cells under 11 hidden');
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
			'  replay of query q1, first released in the hour of 2026-11-23T12:00:00.000Z: no budget was spent',
		);
	});
});
