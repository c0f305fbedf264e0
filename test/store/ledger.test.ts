// The contract of the privacy ledger, on every database: a cap is kept whoever asks at the same time.

import { type Clock, type Database, migrate } from '@cordon/shared';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createLedger, type NodeLedger } from '../../node/src/adapters/ledger/ledger.ts';
import { ledgerMigration } from '../../node/src/adapters/ledger/ledger-migration.ts';
import type { BudgetRequest } from '../../node/src/ports.ts';
import { testDatabases } from './test-databases.ts';

const caps = { epochMicros: 1_000_000, lifeMicros: 1_500_000 };
const clock: Clock = { nowMs: () => 1_790_000_000_000 };

function request(session: string, change: Partial<BudgetRequest> = {}): BudgetRequest {
	const asked = {
		project: 'glioma',
		person: 'p1',
		epoch: '2026-11',
		mechanism: 'noised',
		epsilonMicros: 100_000,
	} as const;
	return { session, ...asked, ...change };
}

function exact(session: string): BudgetRequest {
	return request(session, { mechanism: 'exact', epsilonMicros: 0 });
}

for (const { name, open } of testDatabases) {
	describe(`createLedger on ${name}`, () => {
		let database: Database | undefined;
		let ledger: NodeLedger;

		beforeEach(async () => {
			database ??= await open();
			await migrate(database, [ledgerMigration]);
			await database.read((tx) => tx.execute('truncate ledger_entry'));
			ledger = createLedger(database, caps, clock);
		});
		afterAll(() => database?.close());

		it('reserves up to the cap of the epoch to the last millionth and refuses one more', async () => {
			expect(await ledger.reserve(request('a', { epsilonMicros: 999_999 }))).toBe('reserved');
			expect(await ledger.reserve(request('b', { epsilonMicros: 2 }))).toBe('exhausted');
			expect(await ledger.reserve(request('c', { epsilonMicros: 1 }))).toBe('reserved');
			expect(await ledger.reserve(request('d', { epsilonMicros: 1 }))).toBe('exhausted');
			expect(await ledger.spent('2026-11')).toEqual({ epochMicros: 1_000_000, lifeMicros: 1_000_000 });
		});

		it('refuses what the cap for life does not hold, in a new epoch too', async () => {
			await ledger.reserve(request('a', { epsilonMicros: 900_000 }));
			const next = { epoch: '2026-12' };
			expect(await ledger.reserve(request('b', { ...next, epsilonMicros: 700_000 }))).toBe('exhausted');
			expect(await ledger.reserve(request('c', { ...next, epsilonMicros: 600_000 }))).toBe('reserved');
			expect(await ledger.spent('2026-12')).toEqual({ epochMicros: 600_000, lifeMicros: 1_500_000 });
		});

		it('counts all projects and people against the same cap', async () => {
			await ledger.reserve(request('a', { epsilonMicros: 1_000_000 }));
			expect(await ledger.reserve(request('b', { project: 'other', person: 'p2' }))).toBe('exhausted');
		});

		it('charges a session once and answers as the first time, before and after its commit', async () => {
			for (let time = 0; time < 3; time += 1) expect(await ledger.reserve(request('a'))).toBe('reserved');
			await ledger.commit('a');
			await ledger.commit('a');
			expect(await ledger.reserve(request('a'))).toBe('reserved');
			expect((await ledger.spent('2026-11')).epochMicros).toBe(100_000);
		});

		it('stays with its refusal of a session, even where a larger cap would now allow it', async () => {
			const asked = request('a', { epsilonMicros: 1_200_000 });
			expect(await ledger.reserve(asked)).toBe('exhausted');
			const larger = createLedger(
				database as Database,
				{ epochMicros: 5_000_000, lifeMicros: 5_000_000 },
				clock,
			);
			expect(await larger.reserve(asked)).toBe('exhausted');
			expect((await larger.spent('2026-11')).lifeMicros).toBe(0);
		});

		it.each<[string, Partial<BudgetRequest>]>([
			['price', { epsilonMicros: 1 }],
			['person', { person: 'p2' }],
			['project', { project: 'other' }],
			['epoch', { epoch: '2026-12' }],
		])('throws where a session comes again with another %s', async (_what, change) => {
			await ledger.reserve(request('a'));
			await expect(ledger.reserve(request('a', change))).rejects.toThrow(
				'a session was used for another request',
			);
		});

		it('never overspends under 60 reservations at once', async () => {
			const sessions = Array.from({ length: 60 }, (_, index) => `s${index}`);
			const outcomes = await Promise.all(sessions.map((session) => ledger.reserve(request(session))));
			expect(outcomes.filter((outcome) => outcome === 'reserved')).toHaveLength(10);
			expect(await ledger.spent('2026-11')).toEqual({ epochMicros: 1_000_000, lifeMicros: 1_000_000 });
		});

		it('charges one session once under 20 reservations of it at once', async () => {
			const outcomes = await Promise.all(Array.from({ length: 20 }, () => ledger.reserve(request('a'))));
			expect(new Set(outcomes)).toEqual(new Set(['reserved']));
			expect((await ledger.spent('2026-11')).epochMicros).toBe(100_000);
		});

		it('records an exact session at no charge and marks the data once it is committed', async () => {
			await ledger.reserve(request('a', { epsilonMicros: 1_000_000 }));
			expect(await ledger.reserve(exact('b'))).toBe('reserved');
			expect(await ledger.exactReleases('2026-11')).toEqual({ inEpoch: 0, ever: 0 });
			await ledger.commit('b');
			expect(await ledger.exactReleases('2026-11')).toEqual({ inEpoch: 1, ever: 1 });
			expect(await ledger.exactReleases('2026-12')).toEqual({ inEpoch: 0, ever: 1 });
			expect((await ledger.spent('2026-11')).lifeMicros).toBe(1_000_000);
		});

		it.each([
			['a noised session that costs nothing', request('a', { epsilonMicros: 0 })],
			['a negative price', request('a', { epsilonMicros: -1 })],
			['a fractional price', request('a', { epsilonMicros: 0.5 })],
			['a price that is not a number', request('a', { epsilonMicros: Number.NaN })],
			['an exact session with a price', { ...exact('a'), epsilonMicros: 1 }],
		])('throws at %s', async (_what, asked) => {
			await expect(ledger.reserve(asked)).rejects.toThrow();
			expect((await ledger.spent('2026-11')).lifeMicros).toBe(0);
		});

		it('throws at a commit without a reservation, and of a session that was refused', async () => {
			await expect(ledger.commit('a')).rejects.toThrow('without a reservation');
			await ledger.reserve(request('b', { epsilonMicros: 2_000_000 }));
			await expect(ledger.commit('b')).rejects.toThrow('without a reservation');
		});
	});
}
