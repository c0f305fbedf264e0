import { describe, expect, it } from 'vitest';
import type { Participation, SessionRecord } from '../session.ts';
import { testPolicy } from '../testing/test-policy.ts';
import { explainFailure } from './explain-failure.ts';
import { digestOf, stepOf } from './message-step.ts';
import { isClosedTo, leavingOf, noteAbsent, noteHeard, openSession, overdue } from './open-session.ts';

const session = 'ab'.repeat(32);
const opening = {
	session,
	query: 'q',
	manifest: 'cd'.repeat(32),
	project: 'glioma',
	roster: ['east', 'north', 'south', 'west'],
	policy: testPolicy,
	signed: { token: 't', request: 'r' },
	earlier: null,
	merge: { kind: 'plain', cells: 1, waitingFor: [], shares: {} },
	nowMs: 1_000_000,
	isPrepared: false,
} as const;

function standing(...states: readonly Participation[]): SessionRecord {
	const { record } = openSession(opening);
	return {
		...record,
		participation: Object.fromEntries(
			record.roster.map((hospital, at) => [hospital, states[at] ?? { state: 'waiting' }]),
		),
	};
}

const refused = (code: 'no-budget' | 'not-permitted'): Participation => ({ state: 'refused', code });
const answering: Participation = { state: 'answering' };
const absent: Participation = { state: 'absent' };
const decided = { status: 'withheld', code: 'unavailable', fault: null, contributors: [], body: {} } as const;

describe('openSession', () => {
	it('asks every hospital of the roster, with the policy’s deadline', () => {
		const { record, outgoing } = openSession(opening);
		expect(outgoing.map(({ to }) => to)).toEqual(opening.roster);
		expect(outgoing[0]?.message).toMatchObject({
			kind: 'open',
			deadlineMs: 1_060_000,
			signed: opening.signed,
		});
		expect(record).toMatchObject({
			deadlineMs: 1_060_000,
			version: 1,
			step: 'dispatched',
		});
	});
});

describe('overdue', () => {
	const { record } = openSession(opening);
	const hospitals = ['north', 'south', 'west'];

	const minimum = 3;
	const begun = { ...record, roundSinceMs: 1_010_000 };

	it.each([
		['plain', 1_050_000],
		['advertise', 1_030_000],
		['shares', 1_025_000],
		['masked-input', 1_040_000],
		['consistency', 1_025_000],
		['unmask', 1_060_000],
	] as const)(
		'names nobody before the time of %s from its beginning, and all that are awaited from %d on',
		(round, byMs) => {
			const at = (nowMs: number) =>
				overdue(begun, { round, hospitals, heard: 3 }, { policy: testPolicy, minimum, nowMs });
			expect([at(byMs - 1), at(byMs)]).toEqual([[], hospitals]);
		},
	);

	it('gives nobody up after the first round while fewer than m are heard: nothing would be gained', () => {
		const late = { policy: testPolicy, minimum, nowMs: record.deadlineMs };
		expect(overdue(begun, { round: 'masked-input', hospitals, heard: 2 }, late)).toEqual([]);
		expect(overdue(begun, { round: 'advertise', hospitals, heard: 0 }, late)).toEqual(hospitals);
	});

	it('names nobody twice, and nobody who has refused', () => {
		const refusal = { kind: 'refuse', session, code: 'no-budget' } as const;
		const left = noteAbsent(noteHeard(record, 'south', refusal), ['north']);
		const moment = { policy: testPolicy, minimum, nowMs: record.deadlineMs };
		expect(overdue(left, { round: 'advertise', hospitals, heard: 0 }, moment)).toEqual(['west']);
	});

	it('says of whoever had begun that it left, whether it refused or fell silent', () => {
		const refusal = { kind: 'refuse', session, code: 'no-budget' } as const;
		const heard = noteHeard(record, 'east', { kind: 'secagg', session, body: '' });
		expect(noteHeard(heard, 'east', refusal).participation['east']).toEqual({ state: 'left' });
		expect(noteAbsent(heard, ['east', 'west']).participation).toMatchObject({
			east: { state: 'left' },
			west: { state: 'absent' },
		});
	});
});

const noised = { minimum: 3, mechanism: 'noised' } as const;
const exact = { minimum: 4, mechanism: 'exact' } as const;

describe('explainFailure', () => {
	it('is refused with the one code of all who refused', () => {
		expect(explainFailure(standing(refused('no-budget'), refused('no-budget')), noised)).toEqual({
			status: 'refused',
			code: 'no-budget',
		});
	});

	it('is withheld as too-few-hospitals where codes differ', () => {
		const record = standing(refused('no-budget'), refused('not-permitted'), answering, answering);
		expect(explainFailure(record, noised)).toEqual({ status: 'withheld', code: 'too-few-hospitals' });
	});

	it('is withheld as too-few-hospitals where one refused and another was absent', () => {
		const record = standing(refused('no-budget'), absent, answering, answering);
		expect(explainFailure(record, noised)).toEqual({ status: 'withheld', code: 'too-few-hospitals' });
	});

	it('is withheld as unavailable where enough answered and the session broke off', () => {
		expect(explainFailure(standing(answering, answering, answering, answering), noised)).toEqual({
			status: 'withheld',
			code: 'unavailable',
		});
		expect(explainFailure(standing(refused('no-budget'), answering, answering, answering), noised)).toEqual({
			status: 'withheld',
			code: 'unavailable',
		});
	});
});

describe('explainFailure of an exact session', () => {
	it('is refused where every hospital gave the same code', () => {
		const code = refused('not-permitted');
		expect(explainFailure(standing(code, code, code, code), exact)).toEqual({
			status: 'refused',
			code: 'not-permitted',
		});
	});

	it.each<[string, readonly Participation[]]>([
		['one refused', [refused('no-budget'), answering, answering, answering]],
		['one was not heard of', [absent, answering, answering, answering]],
		['all refused but one, which was not heard of', [absent, ...Array(3).fill(refused('no-budget'))]],
		[
			'codes differ',
			[refused('no-budget'), refused('not-permitted'), refused('no-budget'), refused('no-budget')],
		],
	])('is withheld as too-few-hospitals where %s', (_, states) => {
		expect(explainFailure(standing(...states), exact)).toEqual({
			status: 'withheld',
			code: 'too-few-hospitals',
		});
	});

	it('is withheld as unavailable where all took part and it broke off', () => {
		expect(explainFailure(standing(answering, answering, answering, answering), exact).code).toBe(
			'unavailable',
		);
	});
});

describe('leavingOf', () => {
	it('names those who refused at once in a noised session, and in an exact one when nobody is waited for', () => {
		const waited = standing(refused('no-budget'), answering);
		expect(leavingOf(waited, 'noised')).toEqual(['east']);
		expect(leavingOf(waited, 'exact')).toEqual([]);
		const heard = standing(refused('no-budget'), answering, absent, refused('no-budget'));
		expect(leavingOf(heard, 'exact')).toEqual(['east', 'west']);
	});
});

describe('isClosedTo', () => {
	const record = standing(refused('no-budget'), answering, absent);
	it.each([
		['a stranger', record, 'elsewhere', 0, true],
		['a hospital that has refused', record, 'east', 0, true],
		['a hospital that has answered', record, 'north', 0, false],
		['a hospital that missed its time', record, 'south', 0, true],
		['a hospital that is waited for', record, 'west', 0, false],
		['anybody at the deadline', record, 'west', record.deadlineMs, true],
		['anybody once the end is decided', { ...record, ending: decided }, 'west', 0, true],
	] as const)('of %s', (_, session, hospital, nowMs, expected) => {
		expect(isClosedTo(session, hospital, nowMs)).toBe(expected);
	});
});

describe('stepOf', () => {
	const packed = (hex: string) =>
		({ kind: 'secagg', session, body: Buffer.from(hex, 'hex').toString('base64url') }) as const;

	it('gives each round of secure aggregation a step, and refusal and plain counts one each', () => {
		expect(stepOf(packed(`82035840${'07'.repeat(64)}`))).toBe('secagg/consistency');
		expect(stepOf({ kind: 'refuse', session, code: 'no-budget' })).toBe('refuse');
	});

	it.each([
		['nothing', ''],
		['no array', '03'],
		['an array without a kind', '80'],
		['a kind that nobody knows', '8205'],
		['a kind that is text', '8261'],
	])('never takes a name from a body that is not of the protocol: %s', (_what, hex) => {
		expect(stepOf(packed(hex))).toBe('secagg/none');
	});

	it('gives two spellings of one message the same digest', () => {
		const one = { kind: 'secagg', session, body: 'a' } as const;
		const other = { session, body: 'a', kind: 'secagg' } as const;
		expect(digestOf(one)).toBe(digestOf(other));
		expect(digestOf(one)).not.toBe(digestOf({ ...one, body: 'b' }));
	});
});
