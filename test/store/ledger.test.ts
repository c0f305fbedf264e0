// The contract of the privacy ledger, on every database: a cap is kept whoever asks at the same time.

import { type BudgetCaps, type Clock, type Database, migrate, rhoMicrosOf, rowsOf } from '@cordon/shared';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createLedger, type NodeLedger } from '../../node/src/adapters/ledger/ledger.ts';
import { ledgerMigration, rhoAndRefundMigration } from '../../node/src/adapters/ledger/ledger-migration.ts';
import type { BudgetRequest } from '../../node/src/ports.ts';
import { testDatabases } from './test-databases.ts';

const caps: BudgetCaps = {
	epochMicros: 1_000_000,
	lifeMicros: 1_500_000,
	projectMicros: null,
	researcherMicros: null,
	rhoEpochMicros: null,
	rhoLifeMicros: null,
};
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
			await migrate(database, [ledgerMigration, rhoAndRefundMigration]);
			await database.read((tx) => tx.execute('truncate ledger_entry'));
			ledger = createLedger(database, () => caps, clock);
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
				() => ({ ...caps, epochMicros: 5_000_000, lifeMicros: 5_000_000 }),
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

		it('gives the last of a budget to one of 40 who ask at once', async () => {
			for (let round = 0; round < 5; round += 1) {
				await (database as Database).read((tx) => tx.execute('truncate ledger_entry'));
				const sessions = Array.from({ length: 40 }, (_, index) => `r${round}s${index}`);
				const whole = { epsilonMicros: 1_000_000 };
				const outcomes = await Promise.all(
					sessions.map((session) => ledger.reserve(request(session, whole))),
				);
				expect(outcomes.filter((outcome) => outcome === 'reserved')).toHaveLength(1);
			}
		});

		it('waits for a reservation that is not committed yet, and counts it', async () => {
			const whole = { epsilonMicros: 1_000_000 };
			const { exclusive } = database as Database;
			const other = await exclusive('cordon-ledger', async (tx) => {
				const second = ledger.reserve(request('b', whole));
				await tx.execute(`insert into ledger_entry (session, project, person, epoch, mechanism, asked_micros,
					charged_micros, state, asked_at_ms)
					values ('a', 'glioma', 'p1', '2026-11', 'noised', 1000000, 1000000, 'reserved', 1)`);
				// Many more exchanges than the second needs to come to its end, if nothing held it.
				for (let turn = 0; turn < 60; turn += 1) await tx.execute('select 1');
				return { second };
			});
			expect(await other.second).toBe('exhausted');
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

		const under = (change: Partial<BudgetCaps>): NodeLedger =>
			createLedger(database as Database, () => ({ ...caps, ...change }), clock);

		it('holds a project to its share, and leaves the rest of the epoch to the others', async () => {
			const split = createLedger(
				database as Database,
				(project) => ({ ...caps, projectMicros: project === 'glioma' ? 300_000 : null }),
				clock,
			);
			expect(await split.reserve(request('a', { epsilonMicros: 300_000 }))).toBe('reserved');
			expect(await split.reserve(request('b', { epsilonMicros: 1, person: 'p2' }))).toBe('exhausted');
			expect(await split.reserve(request('c', { project: 'lung', epsilonMicros: 700_000 }))).toBe('reserved');
			expect(await split.reserve(request('d', { project: 'lung', epsilonMicros: 1 }))).toBe('exhausted');
			expect(await split.reserve(request('e', { epoch: '2026-12' }))).toBe('reserved');
		});

		it('holds a person to their share over all projects', async () => {
			const split = under({ researcherMicros: 300_000 });
			expect(await split.reserve(request('a', { epsilonMicros: 200_000 }))).toBe('reserved');
			expect(await split.reserve(request('b', { project: 'lung' }))).toBe('reserved');
			expect(await split.reserve(request('c', { project: 'third', epsilonMicros: 1 }))).toBe('exhausted');
			expect(await split.reserve(request('d', { person: 'p2' }))).toBe('reserved');
		});

		it('counts epsilon squared over two as rho, of the epoch and for life', async () => {
			// 0.5 is 0.125 of rho: two of them fill 0.25.
			const counted = under({ rhoEpochMicros: 250_000, rhoLifeMicros: 300_000 });
			const half = { epsilonMicros: 500_000 };
			expect(await counted.reserve(request('a', half))).toBe('reserved');
			expect(await counted.reserve(request('b', half))).toBe('reserved');
			expect(await counted.reserve(request('c', { epsilonMicros: 1 }))).toBe('exhausted');
			const next = { epoch: '2026-12' };
			expect(await counted.reserve(request('d', { ...next, ...half }))).toBe('exhausted');
			// 0.316 is 0.049928 of rho: within what is left for life.
			expect(await counted.reserve(request('e', { ...next, epsilonMicros: 316_000 }))).toBe('reserved');
		});

		it('gives back what was reserved and never committed, once, and lets nothing of it be committed then', async () => {
			await ledger.reserve(request('a', { epsilonMicros: 1_000_000 }));
			expect(await ledger.refundUnsent('a')).toBe('refunded');
			expect(await ledger.refundUnsent('a')).toBe('kept');
			expect((await ledger.spent('2026-11')).lifeMicros).toBe(0);
			await expect(ledger.commit('a')).rejects.toThrow('without a reservation');
			await expect(ledger.reserve(request('a', { epsilonMicros: 1_000_000 }))).rejects.toThrow('is over');
			expect(await ledger.reserve(request('b', { epsilonMicros: 1_000_000 }))).toBe('reserved');
		});

		it('keeps what was committed, refused or never asked', async () => {
			await ledger.reserve(request('a'));
			await ledger.commit('a');
			await ledger.reserve(request('b', { epsilonMicros: 2_000_000 }));
			for (const session of ['a', 'b', 'nobody']) expect(await ledger.refundUnsent(session)).toBe('kept');
			expect((await ledger.spent('2026-11')).epochMicros).toBe(100_000);
		});

		it('gives back what was committed only where its session was abandoned, once', async () => {
			await ledger.reserve(request('a', { epsilonMicros: 1_000_000 }));
			expect(await ledger.refundAbandoned('a')).toBe('kept');
			await ledger.commit('a');
			expect(await ledger.refundUnsent('a')).toBe('kept');
			expect(await ledger.refundAbandoned('a')).toBe('refunded');
			expect(await ledger.refundAbandoned('a')).toBe('kept');
			expect(await ledger.refundAbandoned('nobody')).toBe('kept');
			expect(await ledger.spent('2026-11')).toEqual({ epochMicros: 0, lifeMicros: 0 });
			await expect(ledger.commit('a')).rejects.toThrow('without a reservation');
			expect(await ledger.reserve(request('b', { epsilonMicros: 1_000_000 }))).toBe('reserved');
		});

		it('either commits or refunds a session that both is asked of at the same moment', async () => {
			for (let turn = 0; turn < 10; turn += 1) {
				const session = `s${turn}`;
				await ledger.reserve(request(session, { epsilonMicros: 1 }));
				const [committed, refunded] = await Promise.all([
					ledger.commit(session).then(
						() => true,
						() => false,
					),
					ledger.refundUnsent(session),
				]);
				expect(refunded).toBe(committed ? 'kept' : 'refunded');
			}
		});

		it('counts what was charged before rho was counted', async () => {
			const old = await open();
			await migrate(old, [ledgerMigration]);
			await old.read((tx) =>
				tx.execute(`insert into ledger_entry values
					('a', 'glioma', 'p1', '2026-11', 'noised', 500001, 500001, 'committed', 1),
					('b', 'glioma', 'p1', '2026-11', 'noised', 500001, 0, 'exhausted', 1)`),
			);
			await migrate(old, [ledgerMigration, rhoAndRefundMigration]);
			const rows = await old.read((tx) =>
				tx.execute('select charged_rho_micros::text as rho from ledger_entry order by session'),
			);
			expect(rowsOf(rows)).toEqual([{ rho: String(rhoMicrosOf(500_001)) }, { rho: '0' }]);
			await old.close();
		});

		it('shows who spent, reserved and has left what, by epoch, life, project and person', async () => {
			const split = under({ projectMicros: 600_000, researcherMicros: 400_000, rhoEpochMicros: 1_000_000 });
			await split.reserve(request('a'));
			await split.commit('a');
			await split.reserve(request('b', { person: 'p2', epsilonMicros: 200_000 }));
			await split.reserve(request('c', { project: 'lung', epoch: '2026-10' }));
			await split.reserve(request('d', { project: 'lung' }));
			await split.refundUnsent('d');
			await split.reserve(exact('e'));
			const { lines } = await split.overview('2026-11');
			const shown = lines.map(({ scope, name, epsilon, rho, refundedMicros }) => [
				scope,
				name,
				...[epsilon.spentMicros, epsilon.reservedMicros, epsilon.leftMicros],
				...[rho.spentMicros, rho.reservedMicros, rho.leftMicros],
				refundedMicros,
			]);
			expect(shown).toEqual([
				['epoch', '2026-11', 100_000, 200_000, 700_000, 5_000, 20_000, 975_000, 100_000],
				['life', null, 100_000, 300_000, 1_100_000, 5_000, 25_000, null, 100_000],
				['project', 'glioma', 100_000, 200_000, 300_000, 5_000, 20_000, null, 0],
				['project', 'lung', 0, 0, 600_000, 0, 0, null, 100_000],
				['researcher', 'p1', 100_000, 0, 300_000, 5_000, 0, null, 100_000],
				['researcher', 'p2', 0, 200_000, 200_000, 0, 20_000, null, 0],
			]);
		});
	});
}
