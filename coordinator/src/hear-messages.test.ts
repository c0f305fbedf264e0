import { describe, expect, it } from 'vitest';
import type { Said } from './gather-messages.ts';
import { hearMessages } from './hear-messages.ts';
import type { MergeFacts } from './merge/merge-step.ts';
import type { SessionRecord } from './session.ts';
import { testPolicy } from './testing/test-policy.ts';

const session = 'ab'.repeat(32);
const roster = ['east', 'north', 'south', 'west'];
const record: SessionRecord = {
	session,
	query: 'q',
	manifest: 'm',
	project: 'p',
	roster,
	roundSinceMs: 0,
	deadlineMs: 100,
	participation: Object.fromEntries(roster.map((hospital) => [hospital, { state: 'waiting' }])),
	step: 'dispatched',
	ending: null,
	merge: { kind: 'plain', cells: 1, waitingFor: roster, shares: {} },
	version: 3,
};
const facts: MergeFacts = {
	policy: { ...testPolicy, aggregation: 'plain' },
	parameters: null,
	hospitalK: Object.fromEntries(roster.map((hospital) => [hospital, testPolicy.k])),
	plan: { mechanism: 'noised' },
	minimum: 2,
};
const counted = (hospital: string, count: number): Said => ({
	hospital,
	step: 'plain',
	digest: String(count),
	message: { kind: 'plain', session, epoch: '2026-11', k: testPolicy.k, cells: [String(count)] },
});
const unasked = (hospital: string): Said => ({
	hospital,
	step: 'permit',
	digest: 'permit',
	message: { kind: 'permit', session },
});
const nothing: { readonly record: SessionRecord; readonly taken: [] } = { record, taken: [] };
const nameOf = ({ hospital }: { readonly hospital: string }): string => hospital;

describe('hearMessages', () => {
	it('takes what several hospitals say in one change, as one after the other would', () => {
		const together = hearMessages(nothing, [counted('east', 20), counted('west', 21)], facts, 1);
		expect(together.verdicts).toEqual(['accepted', 'accepted']);
		expect(together.taken.map(nameOf)).toEqual(['east', 'west']);
		const first = hearMessages(nothing, [counted('east', 20)], facts, 1);
		const between = { ...first.record, merge: first.step?.state ?? null };
		const second = hearMessages({ record: between, taken: first.taken }, [counted('west', 21)], facts, 1);
		expect(together.step?.state).toEqual(second.step?.state);
		expect(together.record.participation).toEqual(second.record.participation);
	});

	it('refuses one in the middle, and takes the others', () => {
		const said = [counted('east', 20), unasked('north'), counted('west', 21)];
		const heard = hearMessages(nothing, said, facts, 1);
		expect(heard.verdicts).toEqual(['accepted', 'conflict', 'accepted']);
		expect(heard.taken.map(nameOf)).toEqual(['east', 'west']);
		expect(heard.record.participation['north']).toEqual({ state: 'waiting' });
	});

	it('accepts the same message twice in one change and takes it once, and refuses another one for its step', () => {
		const said = [counted('east', 20), counted('east', 20), counted('east', 99)];
		const heard = hearMessages(nothing, said, facts, 1);
		expect(heard.verdicts).toEqual(['accepted', 'accepted', 'conflict']);
		expect(heard.taken).toEqual([{ hospital: 'east', step: 'plain', digest: '20' }]);
	});

	it('stops at the message that opens the sum', () => {
		const said = [...roster.map((hospital) => counted(hospital, 20)), counted('east', 20)];
		const heard = hearMessages(nothing, said, facts, 1);
		expect(heard.step?.outcome?.kind).toBe('sum');
		expect(heard.verdicts).toEqual(['accepted', 'accepted', 'accepted', 'accepted']);
	});

	it('changes nothing where all is known already, and of an ended session accepts only that', () => {
		const taken = [{ hospital: 'east', step: 'plain', digest: '20' }];
		const said = [counted('east', 20), counted('east', 21), counted('west', 20)];
		const ended = hearMessages({ record: { ...record, merge: null }, taken }, said, null, 1);
		expect(ended).toMatchObject({ step: null, taken: [], verdicts: ['accepted', 'conflict', 'conflict'] });
		const running = hearMessages({ record, taken }, said.slice(0, 2), facts, 1);
		expect(running).toMatchObject({ step: null, taken: [], verdicts: ['accepted', 'conflict'] });
	});

	it('takes nothing after the deadline', () => {
		expect(hearMessages(nothing, [counted('east', 20)], facts, 100)).toMatchObject({
			step: null,
			verdicts: ['conflict'],
		});
	});
});
