// Whoever reserves, commits and gives back at the same moment, on PostgreSQL and on PGlite: no cap is ever exceeded, no
// refund is lost, and what could have been paid by itself is not refused.

import { type BudgetCaps, type Clock, type Database, migrate, rhoMicrosOf } from '@cordon/shared';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLedger, type NodeLedger } from '../../node/src/adapters/ledger/ledger.ts';
import { ledgerMigration, rhoAndRefundMigration } from '../../node/src/adapters/ledger/ledger-migration.ts';
import type { BudgetRequest } from '../../node/src/ports.ts';
import { testDatabases } from './test-databases.ts';

const clock: Clock = { nowMs: () => 1_790_000_000_000 };
const seed = 20_261_123;

interface Ask {
	readonly project: 'glioma' | 'lung';
	readonly person: 'p1' | 'p2' | 'p3';
	readonly epoch: '2026-11' | '2026-12';
	readonly epsilonMicros: number;
	/** What becomes of it once it is reserved. */
	readonly fate: 'commit' | 'refund' | 'wait';
}

const arbitraryAsk: fc.Arbitrary<Ask> = fc.record({
	project: fc.constantFrom('glioma', 'lung'),
	person: fc.constantFrom('p1', 'p2', 'p3'),
	epoch: fc.constantFrom('2026-11', '2026-12'),
	epsilonMicros: fc.integer({ min: 10_000, max: 400_000 }),
	fate: fc.constantFrom('commit', 'refund', 'wait'),
});
const cap = fc.integer({ min: 200_000, max: 1_500_000 });
const optional = fc.option(cap, { nil: null });
const arbitraryCaps: fc.Arbitrary<BudgetCaps> = fc.record({
	epochMicros: cap,
	lifeMicros: cap,
	projectMicros: optional,
	researcherMicros: optional,
	rhoEpochMicros: fc.option(fc.integer({ min: 20_000, max: 200_000 }), { nil: null }),
	rhoLifeMicros: fc.option(fc.integer({ min: 20_000, max: 300_000 }), { nil: null }),
});

interface Held extends Ask {
	readonly isRefunded: boolean;
}

async function run(ledger: NodeLedger, asks: readonly Ask[]): Promise<readonly Held[]> {
	const held = await Promise.all(
		asks.map(async ({ fate, ...ask }, at): Promise<readonly Held[]> => {
			const request: BudgetRequest = { session: `s${at}`, mechanism: 'noised', ...ask };
			if ((await ledger.reserve(request)) === 'exhausted') return [];
			if (fate === 'commit') await ledger.commit(request.session);
			const isRefunded = fate === 'refund' && (await ledger.refundUnsent(request.session)) === 'refunded';
			return [{ ...ask, fate, isRefunded }];
		}),
	);
	return held.flat();
}

/** Every sum that has a cap, with it. */
function sums(
	held: readonly Held[],
	caps: BudgetCaps,
): readonly (readonly [sum: number, cap: number | null])[] {
	const total = (of: (ask: Ask) => boolean, cost: (epsilonMicros: number) => number): number =>
		held.filter((ask) => !ask.isRefunded && of(ask)).reduce((sum, ask) => sum + cost(ask.epsilonMicros), 0);
	const epsilon = (micros: number): number => micros;
	const epochs = ['2026-11', '2026-12'];
	return [
		[total(() => true, epsilon), caps.lifeMicros],
		[total(() => true, rhoMicrosOf), caps.rhoLifeMicros],
		...epochs.flatMap((epoch): readonly (readonly [number, number | null])[] => [
			[total((ask) => ask.epoch === epoch, epsilon), caps.epochMicros],
			[total((ask) => ask.epoch === epoch, rhoMicrosOf), caps.rhoEpochMicros],
			...['glioma', 'lung'].map((project): readonly [number, number | null] => [
				total((ask) => ask.epoch === epoch && ask.project === project, epsilon),
				caps.projectMicros,
			]),
			...['p1', 'p2', 'p3'].map((person): readonly [number, number | null] => [
				total((ask) => ask.epoch === epoch && ask.person === person, epsilon),
				caps.researcherMicros,
			]),
		]),
	];
}

for (const { name, open } of testDatabases) {
	describe(`a ledger on ${name} under many at once`, () => {
		let database: Database;

		beforeAll(async () => {
			database = await open();
			await migrate(database, [ledgerMigration, rhoAndRefundMigration]);
		});
		afterAll(() => database?.close());

		it('keeps every cap, and every refund, and says what it holds', async () => {
			await fc.assert(
				fc.asyncProperty(
					fc.array(arbitraryAsk, { minLength: 8, maxLength: 24 }),
					arbitraryCaps,
					async (asks, caps) => {
						await database.read((tx) => tx.execute('truncate ledger_entry'));
						const ledger = createLedger(database, () => caps, clock);
						const held = await run(ledger, asks);
						expect(held.filter(({ fate }) => fate === 'refund').every(({ isRefunded }) => isRefunded)).toBe(
							true,
						);
						for (const [sum, most] of sums(held, caps)) expect(sum).toBeLessThanOrEqual(most ?? sum);
						const [[life] = [Number.NaN]] = sums(held, caps);
						expect((await ledger.spent('2026-11')).lifeMicros).toBe(life);
						await expectRoomWasUsed(ledger, held, caps);
					},
				),
				{ numRuns: 25, seed },
			);
		}, 120_000);
	});
}

/** What now fits is given: a ledger that refused everything would keep its caps too. */
async function expectRoomWasUsed(ledger: NodeLedger, held: readonly Held[], caps: BudgetCaps): Promise<void> {
	const small: Ask = {
		project: 'glioma',
		person: 'p1',
		epoch: '2026-11',
		epsilonMicros: 10_000,
		fate: 'wait',
	};
	const isRoom = sums([...held, { ...small, isRefunded: false }], caps).every(
		([sum, most]) => most === null || sum <= most,
	);
	const { fate: _fate, ...ask } = small;
	const outcome = await ledger.reserve({ session: 'after', mechanism: 'noised', ...ask });
	expect(outcome).toBe(isRoom ? 'reserved' : 'exhausted');
}
