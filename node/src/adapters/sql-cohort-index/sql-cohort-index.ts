// Counts patients by a plan with one SQL aggregate over the current snapshot. With exact-history the only maker of raw counts.

import {
	arrayParameter,
	countPatients,
	type Database,
	type Dictionary,
	type Plan,
	type RawCount,
	rowsOf,
} from '@cordon/shared';
import { type SQL, sql } from 'drizzle-orm';
import type { CohortIndex, Ordinal } from '../../ports.ts';
import { compileCategory } from './compile-category.ts';
import { compileCohort } from './compile-cohort.ts';

/** A patient given is not in the current snapshot: it was replaced since their consents were read. */
export class SnapshotReplaced extends Error {
	constructor() {
		super('the snapshot was replaced while a question was being answered');
		this.name = 'SnapshotReplaced';
	}
}

const outsideCohort = -1;

/**
 * Shape   one count a cell, in the plan's order; a cell that no patient is in is 0.
 * Units   distinct patients among those given for whom the cohort is true.
 * Errors  throws `SnapshotReplaced`, `DatabaseFault`, and where plan and dictionary do not belong together.
 */
export function createSqlCohortIndex(database: Database, dictionary: Dictionary): CohortIndex {
	return {
		count: async (plan, patients) => {
			const given = new Set(patients);
			const query = compilePlan(plan, dictionary, [...given]);
			const rows = await database.search(async (tx) => rowsOf(await tx.execute(query)));
			return countsOf(plan, given.size, rows);
		},
		place: async (plan, patients) => {
			const given = new Set(patients);
			const query = compilePlaces(plan, dictionary, [...given]);
			const rows = await database.search(async (tx) => rowsOf(await tx.execute(query)));
			if (rows.length !== given.size) throw new SnapshotReplaced();
			return rows
				.map((row) => ({ patient: String(row['patient']), cell: Number(row['cell']) }))
				.filter(({ cell }) => cell !== outsideCohort);
		},
	};
}

/** Every given patient falls into one group, so the groups add up to those that were found. */
function compilePlan(plan: Plan, dictionary: Dictionary, patients: readonly Ordinal[]): SQL {
	return sql`
		select case when ${compileCohort(plan.cohort, dictionary)} then ${cellOf(plan, dictionary)}
			else ${outsideCohort}::integer end as cell, count(*)::integer as patients
		from snapshot s
		join patient p on p.snapshot = s.id
		where s.state = 'current' and p.ordinal = any(${arrayParameter('integer', patients)})
		group by 1`;
}

/** One row a given patient that was found. */
function compilePlaces(plan: Plan, dictionary: Dictionary, patients: readonly Ordinal[]): SQL {
	return sql`
		select p.pseudonym as patient, case when ${compileCohort(plan.cohort, dictionary)}
			then ${cellOf(plan, dictionary)} else ${outsideCohort}::integer end as cell
		from snapshot s
		join patient p on p.snapshot = s.id
		where s.state = 'current' and p.ordinal = any(${arrayParameter('integer', patients)})`;
}

/** Row-major, as `plan.cells` is. */
function cellOf(plan: Plan, dictionary: Dictionary): SQL {
	const size = plan.variables.reduce((product, { categories }) => product * categories.length, 1);
	if (plan.cells.length !== size) throw new Error('the plan has other cells than its variables give');
	return plan.variables.reduce(
		(before, planned) =>
			sql`(${before} * ${planned.categories.length}::integer + ${compileCategory(planned, dictionary)})`,
		sql`0`,
	);
}

function countsOf(plan: Plan, given: number, rows: readonly Record<string, unknown>[]): readonly RawCount[] {
	const counts = new Array<number>(plan.cells.length).fill(0);
	let found = 0;
	for (const row of rows) {
		const cell = Number(row['cell']);
		const patients = Number(row['patients']);
		found += patients;
		if (cell === outsideCohort) continue;
		if (counts[cell] === undefined) throw new Error('a patient is in a cell that the plan lacks');
		counts[cell] = patients;
	}
	if (found !== given) throw new SnapshotReplaced();
	return counts.map((patients) => countPatients(patients));
}
