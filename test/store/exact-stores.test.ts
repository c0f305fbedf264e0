// What is kept of exact answers, by a hospital and by the coordinator, alike on every database.

import { type Database, err, migrate, ok, type Plan } from '@cordon/shared';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
	exactSessionsMigration,
	sqlExactSessions,
} from '../../coordinator/src/adapters/sql-exact-sessions.ts';
import type { ExactOpening, ExactSession } from '../../coordinator/src/ports.ts';
import { createExactHistory } from '../../node/src/adapters/exact-history/exact-history.ts';
import { exactHistoryMigration } from '../../node/src/adapters/exact-history/exact-history-migration.ts';
import type { ExactAnswer } from '../../node/src/ports.ts';
import { testDatabases } from './test-databases.ts';

const plan: Plan = {
	askKind: 'count',
	cohort: { condition: { code: "C71'9" } },
	variables: [],
	cells: [[]],
	dataClasses: ['clinical'],
	l1Sensitivity: 1,
	mechanism: 'exact',
	epsilonMicros: 0,
};

function answer(session: string, from: number, to: number): ExactAnswer {
	const placed = Array.from({ length: to - from + 1 }, (_, at) => ({ patient: `p${from + at}`, cell: 0 }));
	return { session, project: 'glioma', epoch: '2026-11', roster: ['east', 'north'], plan, placed };
}

function opening(session: string): ExactOpening {
	return {
		session,
		project: 'glioma',
		epoch: '2026-11',
		roster: ['east', 'north'],
		cohort: 'c',
		asked: { cohort: plan.cohort, variables: [] },
		cells: 1,
		deadlineMs: 1_795_000_000_000,
	};
}

describe.each(testDatabases)('exact answers on $name', ({ open }) => {
	let database: Database;

	beforeAll(async () => {
		database = await open();
		await migrate(database, [exactHistoryMigration, exactSessionsMigration]);
	});

	afterAll(async () => {
		await database?.close();
	});

	it('are kept and compared by a hospital', async () => {
		const history = createExactHistory(database);
		const listed = [{ session: 'a', cells: 1 }];
		const first = await history.keepAndCompare(answer('a', 1, 2000), []);
		const second = await history.keepAndCompare(answer('b', 1500, 4000), listed);
		expect([first.ok, second.ok]).toEqual([true, true]);
		expect(second.ok && second.value.slice(0, 2).map(String)).toEqual(['2000', '501']);
		await history.settle('a', 'aborted');
		await history.settle('b', 'released');
		expect(
			(await history.answers('2026-12')).map(({ session, isDropped }) => [session, isDropped]).sort(),
		).toEqual([
			['a', true],
			['b', false],
		]);
	});

	it('are judged by the hospital of a plain network', async () => {
		const history = createExactHistory(database);
		expect(await history.keepAndJudge(answer('c', 10_000, 10_100), 11)).toBe(false);
		const near = { ...answer('d', 10_003, 10_100), plan: { ...plan, cohort: { not: plan.cohort } } };
		expect(await history.keepAndJudge(near, 11)).toBe(true);
	});

	it('are recorded by the coordinator: no two openings at once see the same past', async () => {
		const sessions = sqlExactSessions(database);
		const begun = await Promise.all(
			['1', '2', '3'].map((session) =>
				sessions.begin(opening(session), (known) =>
					known.some(({ state }) => state === 'running') ? err('exact-busy') : ok(known),
				),
			),
		);
		expect(begun.filter(({ ok: isBegun }) => isBegun)).toHaveLength(1);
	});

	it('keep what each was compared with, and their first end', async () => {
		const sessions = sqlExactSessions(database);
		await sessions.begin(opening('x'), () => ok([]));
		expect(await sessions.haveReleased(['west'])).toBe(false);
		expect(await sessions.haveReleased(['north'])).toBe(true);
		const released = { shown: [true], hiddenSums: [{ variable: 0, category: 2 }] };
		await sessions.end('x', released);
		await sessions.end('x', null);
		await sessions.begin(opening('y'), (known) => ok(known.filter(({ session }) => session === 'x')));
		expect(await sessions.comparedWith('y')).toEqual([{ ...opening('x'), ...released, state: 'released' }]);
		expect(await sessions.comparedWith('unknown')).toBeNull();
		expect(await sessions.begin(opening('y'), () => ok([]))).toEqual(err('exact-busy'));
	});

	it('are begun again with the same list and a later deadline, and not once they have ended', async () => {
		const sessions = sqlExactSessions(database);
		const isOf = (name: string) => (known: readonly ExactSession[]) =>
			ok(known.filter(({ session }) => session === name));
		await sessions.begin(opening('w'), () => ok([]));
		await sessions.begin(opening('z'), isOf('w'));
		const later = { ...opening('z'), deadlineMs: opening('z').deadlineMs + 1 };
		expect(await sessions.begin(later, isOf('w'))).toMatchObject({ ok: true, value: [{ session: 'w' }] });
		let deadlineMs = 0;
		await sessions.begin(opening('v'), (known) => {
			deadlineMs = known.find(({ session }) => session === 'z')?.deadlineMs ?? 0;
			return err('exact-busy');
		});
		expect(deadlineMs).toBe(later.deadlineMs);
		await sessions.end('z', null);
		expect(await sessions.begin(later, isOf('w'))).toEqual(err('exact-busy'));
	});
});
