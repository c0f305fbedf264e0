import {
	type Database,
	encodeSafeCounts,
	migrate,
	openDatabase,
	type Plan,
	type RawCount,
	rowsOf,
} from '@cordon/shared';
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { discloseForSum } from '../../disclose/disclose-counts.ts';
import type { ExactAnswer, ExactHistory } from '../../ports.ts';
import { samplePlan } from '../../testing/sample-network.ts';
import { overlapOf, packCells, unpackCells } from './cell-of-patients.ts';
import { createExactHistory } from './exact-history.ts';
import { exactHistoryMigration } from './exact-history-migration.ts';

const exact: Plan = { ...samplePlan, mechanism: 'exact', epsilonMicros: 0 };
const count: Plan = { ...exact, askKind: 'count', variables: [], cells: [[]] };

let shared: Database | null = null;
let history: ExactHistory;

beforeEach(async () => {
	shared ??= await openDatabase({ kind: 'memory' });
	const database = shared;
	await database.read(async (tx) => {
		await tx.execute(sql`drop schema public cascade`);
		await tx.execute(sql`create schema public`);
	});
	await migrate(database, [exactHistoryMigration]);
	history = createExactHistory(database);
});

/** Patients `from` to `to` are in the cell. */
function patients(from: number, to: number, cell = 0): ExactAnswer['placed'] {
	return Array.from({ length: to - from + 1 }, (_, at) => ({ patient: `p${from + at}`, cell }));
}

function answer(
	session: string,
	placed: ExactAnswer['placed'],
	changes: Partial<ExactAnswer> = {},
): ExactAnswer {
	const roster = ['east', 'north', 'south'];
	return { session, project: 'glioma', epoch: '2026-11', roster, plan: count, placed, ...changes };
}

async function compared(
	asked: ExactAnswer,
	listed: readonly { readonly session: string; readonly cells: number }[],
): Promise<readonly string[] | string> {
	const counts = await history.keepAndCompare(asked, listed);
	return counts.ok ? numbersOf(counts.value) : counts.error;
}

function numbersOf(counts: readonly RawCount[]): readonly string[] {
	return encodeSafeCounts(discloseForSum(exact, counts, null)).map(String);
}

async function tableOf(name: string): Promise<readonly Record<string, unknown>[]> {
	if (shared === null) throw new Error('not open');
	return shared.read(async (tx) => rowsOf(await tx.execute(sql`select * from ${sql.identifier(name)}`)));
}

describe('createExactHistory', () => {
	it('counts how an answer overlaps with an earlier one, and pads with zeros', async () => {
		await compared(answer('a', patients(1, 30)), []);
		const numbers = await compared(answer('b', patients(21, 60)), [{ session: 'a', cells: 1 }]);
		expect(numbers.slice(0, 3)).toEqual(['30', '10', '0']);
		expect(numbers).toHaveLength(100);
		expect(new Set(numbers.slice(2))).toEqual(new Set(['0']));
	});

	it('counts cell by cell, the earlier cells first', async () => {
		const placed = [...patients(1, 5, 0), ...patients(6, 20, 1), ...patients(21, 24, 2)];
		await compared(answer('a', placed, { plan: exact }), []);
		const later = [...patients(4, 8, 0), ...patients(20, 30, 2)];
		const numbers = await compared(answer('b', later, { plan: exact }), [{ session: 'a', cells: 3 }]);
		expect(numbers.slice(0, 12)).toEqual(['5', '2', '0', '0', '15', '3', '0', '1', '4', '0', '0', '4']);
	});

	it('knows patients by their lasting names: their numbers stay over every answer', async () => {
		await compared(answer('a', patients(1, 3)), []);
		await compared(answer('b', patients(3, 1000)), [{ session: 'a', cells: 1 }]);
		const listed = ['a', 'b'].map((session) => ({ session, cells: 1 }));
		const numbers = await compared(answer('c', patients(2, 3)), listed);
		expect(numbers.slice(0, 4)).toEqual(['3', '2', '998', '1']);
	});

	it('takes a listed answer that it does not hold for one of nobody', async () => {
		const numbers = await compared(answer('b', patients(1, 9)), [{ session: 'other', cells: 3 }]);
		expect(new Set(numbers)).toEqual(new Set(['0']));
	});

	it('refuses a list that lacks an answer it holds, and one whose end it has not heard of is held', async () => {
		await compared(answer('a', patients(1, 9)), []);
		expect(await compared(answer('b', patients(1, 9)), [])).toBe('exact-unlisted');
		expect(await compared(answer('b', patients(1, 9)), [{ session: 'a', cells: 2 }])).toBe('exact-unlisted');
		await history.settle('a', 'released');
		expect(await compared(answer('b', patients(1, 9)), [])).toBe('exact-unlisted');
	});

	it('counts again after a crash as if for the first time', async () => {
		await compared(answer('a', patients(1, 9)), []);
		await compared(answer('a', patients(1, 5)), []);
		const numbers = await compared(answer('b', patients(1, 9)), [{ session: 'a', cells: 1 }]);
		expect(numbers.slice(0, 2)).toEqual(['5', '5']);
	});

	it('forgets the patients of an answer that was not released, and that it was asked only after a year', async () => {
		await compared(answer('a', patients(1, 9)), []);
		await history.settle('a', 'aborted');
		expect(await tableOf('exact_answer')).toMatchObject([{ state: 'dropped', members: null }]);
		expect(await history.answers('2027-10')).toMatchObject([{ session: 'a', isDropped: true }]);
		expect(await history.answers('2027-11')).toEqual([]);
		expect(await compared(answer('b', patients(1, 9)), [])).toHaveLength(100);
	});

	it('a late word of abort does not drop what was released', async () => {
		await compared(answer('a', patients(1, 9)), []);
		await history.settle('a', 'released');
		await history.settle('a', 'aborted');
		expect(await history.answers('2026-11')).toMatchObject([{ session: 'a', isDropped: false }]);
	});

	it('keeps patient sets over the turn of an epoch, and no longer than they are compared', async () => {
		await compared(answer('a', patients(1, 9)), []);
		const later = answer('b', patients(1, 12), { epoch: '2027-10' });
		expect((await compared(later, [{ session: 'a', cells: 1 }])).slice(0, 2)).toEqual(['9', '9']);
		await compared(answer('c', patients(40, 41), { epoch: '2028-10' }), []);
		expect((await tableOf('exact_answer')).map((row) => row['session'])).toEqual(['c']);
		expect((await tableOf('exact_patient')).map((row) => row['pseudonym'])).toEqual(['p40', 'p41']);
	});

	it('judges for itself in a plain network, by what its own coordinator saw', async () => {
		expect(await history.keepAndJudge(answer('a', patients(1, 40)), 11)).toBe(false);
		const fewer: Plan = { ...count, cohort: { not: count.cohort } };
		expect(await history.keepAndJudge(answer('b', patients(1, 37), { plan: fewer }), 11)).toBe(true);
		// Nothing of it was shown, so there is nothing to subtract from.
		const fewest: Plan = { ...count, cohort: { not: fewer.cohort } };
		const near = answer('c', [...patients(1, 37), ...patients(50, 52)], { plan: fewest });
		await history.settle('a', 'aborted');
		expect(await history.keepAndJudge(near, 11)).toBe(false);
	});
});

describe('packCells', () => {
	it('gives every cell back, in few bytes', () => {
		const cells = new Map(Array.from({ length: 50_000 }, (_, at) => [at + 3, at % 7]));
		const packed = packCells(cells);
		expect(packed.length).toBeLessThan(5_000);
		const places = unpackCells(packed);
		expect([...places.slice(0, 4)]).toEqual([0, 0, 1, 2]);
		expect(places).toHaveLength(50_002);
	});

	it('refuses half a patient set', () => {
		expect(() => unpackCells(packCells(new Map([[1, 0]])).slice(0, 2))).toThrow();
	});
});

describe('overlapOf', () => {
	it('throws on a cell that there is not, rather than lose a patient', () => {
		const cells = new Map([[1, 3]]);
		expect(() => overlapOf({ cells, size: 2 }, { places: new Uint16Array(), size: 1 })).toThrow('a cell');
	});
});
