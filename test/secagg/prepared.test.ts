// Sessions whose keys and shares are exchanged before there is a question.

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { initCrypto } from '../../shared/src/keys.ts';
import { readMerged } from '../../shared/src/numbers/released-count.ts';
import { askCollector, awaitedByCollector, withdraw } from '../../shared/src/secagg/collector.ts';
import {
	applyCollectorStep,
	askSession,
	countedInput,
	hospitalOf,
	prepareSession,
	runSession,
	type Session,
	trueSum,
} from '../../shared/src/secagg/in-memory-session.ts';
import { provideInput } from '../../shared/src/secagg/member.ts';

beforeAll(initCrypto);

const namesOf = (session: Session): readonly string[] => session.terms.roster.map((entry) => entry.hospital);

function readySession(hospitals: number, seed: string): Session {
	const session = prepareSession(hospitals, 3, seed);
	runSession(session);
	expect(session.collector.phase).toBe('ready');
	expect(session.faults).toEqual([]);
	return session;
}

describe('a session prepared ahead', () => {
	it('waits with nobody awaited and nothing said, then costs three exchanges', () => {
		const session = readySession(5, 'three exchanges');
		expect(awaitedByCollector(session.collector)).toEqual({ hospitals: [], heard: 5 });
		expect(session.parcels).toEqual([]);
		askSession(session);
		const kinds = session.parcels.map(({ body }) => body.kind);
		expect(kinds).toEqual(Array(5).fill('masked-input'));
		runSession(session);
		const [outcome] = session.outcomes;
		expect(outcome?.kind === 'sum' && outcome.cells.map(readMerged)).toEqual(
			trueSum(session, namesOf(session)),
		);
	});

	it('says no masked input before it is asked, whatever comes', () => {
		const session = prepareSession(4, 2, 'silent');
		runSession(session, (waiting) => waiting - 1);
		for (const name of namesOf(session)) expect(hospitalOf(session, name).state.phase).toBe('delivered');
		expect(JSON.stringify(session.collector)).not.toContain('masked-input');
	});

	it('opens the sum of those that hear the question, and none where fewer than m do', () => {
		const tally = { sum: 0, aborted: 0 };
		fc.assert(
			fc.property(fc.integer({ min: 3, max: 8 }), fc.nat(3), fc.string(), (hospitals, deaf, seed) => {
				const session = readySession(hospitals, seed);
				const names = namesOf(session);
				const hearing = names.slice(Math.min(deaf, hospitals));
				askSession(session, hearing);
				runSession(session);
				for (const name of names.slice(0, deaf))
					applyCollectorStep(session, withdraw(session.collector, name));
				runSession(session);
				const [outcome] = session.outcomes;
				if (hearing.length < session.terms.parameters.minimum) {
					expect(outcome).toEqual({ kind: 'aborted', reason: 'too-few-hospitals' });
					tally.aborted += 1;
					return;
				}
				expect(outcome?.kind === 'sum' && outcome.cells.map(readMerged)).toEqual(trueSum(session, hearing));
				tally.sum += 1;
			}),
			{ seed: 20_261_123, numRuns: 60 },
		);
		expect(Math.min(...Object.values(tally))).toBeGreaterThan(5);
	});

	it('is asked once: a second question finds no session that waits', () => {
		const session = readySession(3, 'once');
		askSession(session);
		expect(() => askCollector(session.collector, session.terms)).toThrow('waits to be asked');
	});

	it('gives the same bytes to a hospital that is asked again, whatever is asked and counted then', () => {
		const session = readySession(3, 'again');
		askSession(session);
		const { state, self } = hospitalOf(session, 'hospital-000');
		const first = session.parcels.find(({ from }) => from === 'hospital-000')?.body;
		const question = { requestHash: 'f'.repeat(64), cells: 3, valueBits: 64 as const };
		const again = provideInput(state, { question, ...countedInput([9n, 9n, 9n]) }, self);
		expect(again.ok && again.value.send).toEqual(first);
	});

	it('masks another question with other masks', () => {
		const [one, other] = [readySession(3, 'other masks'), readySession(3, 'other masks')];
		const { state, self } = hospitalOf(one, 'hospital-000');
		const input = countedInput([1n, 2n, 3n]);
		const sent = ['a', 'b'].map((digit) => {
			const step = provideInput(
				state,
				{ question: { requestHash: digit.repeat(64), cells: 3, valueBits: 64 }, ...input },
				self,
			);
			return step.ok && step.value.send?.kind === 'masked-input' ? step.value.send.shares : '';
		});
		expect(sent[0]).not.toBe(sent[1]);
		expect(other.collector).toEqual(one.collector);
	});

	it('ends when so many withdraw that m are not left, before there is a question', () => {
		const session = readySession(5, 'withdrawn');
		applyCollectorStep(session, withdraw(session.collector, 'hospital-000'));
		expect(session.collector.phase).toBe('ready');
		applyCollectorStep(session, withdraw(session.collector, 'hospital-001'));
		expect(session.outcomes).toEqual([{ kind: 'aborted', reason: 'too-few-hospitals' }]);
	});
});
