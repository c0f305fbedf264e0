// Keeps who was counted in earlier exact answers, so that a new one can be compared with them; for this hospital alone.

import {
	arrayParameter,
	cohortKey,
	comparisonLength,
	comparisonStarts,
	countPatients,
	type Database,
	type EarlierRelease,
	err,
	isCompared,
	ok,
	type PublishedTable,
	type RawCount,
	rowsOf,
	type Tx,
	tellsOfFew,
} from '@cordon/shared';
import { sql } from 'drizzle-orm';
import type { ExactAnswer, ExactHistory, HeldRelease, Placed } from '../../ports.ts';
import { type CellOfPatient, overlapOf, packCells, unpackCells } from './cell-of-patients.ts';

const historyLock = 'cordon-exact-history';

/**
 * Shape   one row a session that answered exactly. A held one, whose end was never heard of, counts as released.
 * Units   patients of this hospital; epochs by their labels.
 * Errors  throws `DatabaseFault`, and where a stored set cannot be read: nothing is then answered.
 */
export function createExactHistory(database: Database): ExactHistory {
	return {
		answers: (epoch) => database.read((tx) => answersIn(tx, epoch)),
		keepAndCompare: (answer, listed) =>
			database.exclusive(historyLock, async (tx) => {
				const others = await othersOf(tx, answer);
				const known = new Map(listed.map(({ session, cells }) => [session, cells]));
				if (others.some(({ session, cells }) => known.get(session) !== cells)) return err('exact-unlisted');
				const cells = await keep(tx, answer, null);
				return ok(await comparisonsOf(tx, { answer, cells, listed }, others));
			}),
		keepAndJudge: (answer, k) =>
			database.exclusive(historyLock, async (tx) => {
				const others = await othersOf(tx, answer);
				const cells = await keep(tx, answer, k);
				const isTelling = await tellsWithAny(tx, { answer, cells, k }, others);
				if (isTelling) await noteHidden(tx, answer);
				return isTelling;
			}),
		settle: (session, outcome) => database.transaction((tx) => settle(tx, session, outcome)),
	};
}

/** Every one that counts, and the dropped ones of the epoch, whose cohorts count towards the limit. */
async function answersIn(tx: Tx, epoch: string): Promise<readonly HeldRelease[]> {
	const rows = rowsOf(
		await tx.execute(sql`select session, project, epoch, roster, cohort, cells, state from exact_answer`),
	);
	return rows
		.map(
			(row): HeldRelease => ({
				session: String(row['session']),
				project: String(row['project']),
				epoch: String(row['epoch']),
				roster: String(row['roster']).split(','),
				cohort: String(row['cohort']),
				cells: Number(row['cells']),
				isDropped: row['state'] === 'dropped',
			}),
		)
		.filter((held) => isCompared(held.epoch, epoch));
}

async function othersOf(tx: Tx, { session, epoch }: ExactAnswer): Promise<readonly HeldRelease[]> {
	return (await answersIn(tx, epoch)).filter((held) => !held.isDropped && held.session !== session);
}

/** Written again where the same session counts again after a crash: nothing of it was sent before. */
async function keep(tx: Tx, answer: ExactAnswer, k: number | null): Promise<CellOfPatient> {
	await forgetOld(tx, answer.epoch);
	const cells = await numbered(tx, answer.placed);
	const { session, project, epoch, roster, plan } = answer;
	const asked = JSON.stringify({ cohort: plan.cohort, variables: plan.variables });
	const shown = k === null ? null : JSON.stringify(shownOf(answer, k));
	const members = packCells(cells);
	await tx.execute(sql`insert into exact_answer
		(session, project, epoch, roster, cohort, asked, cells, shown, state, members)
		values (${session}, ${project}, ${epoch}, ${roster.join(',')}, ${cohortKey(plan.cohort)}, ${asked},
			${plan.cells.length}::integer, ${shown}, 'held', ${members})
		on conflict (session) do update set shown = excluded.shown, members = excluded.members, state = 'held'`);
	return cells;
}

/** A patient set is kept as long as it is compared, and no longer; then also who it was is forgotten. */
async function forgetOld(tx: Tx, epoch: string): Promise<void> {
	const rows = rowsOf(await tx.execute(sql`select session, epoch from exact_answer`));
	const old = rows
		.filter((row) => !isCompared(String(row['epoch']), epoch))
		.map((row) => String(row['session']));
	await tx.execute(sql`delete from exact_answer where session = any(${arrayParameter('text', old)})`);
	await tx.execute(
		sql`delete from exact_patient where not exists (select 1 from exact_answer where members is not null)`,
	);
}

async function numbered(tx: Tx, placed: readonly Placed[]): Promise<CellOfPatient> {
	const pseudonyms = arrayParameter(
		'text',
		placed.map(({ patient }) => patient),
	);
	await tx.execute(sql`insert into exact_patient (pseudonym) select unnest(${pseudonyms})
		on conflict (pseudonym) do nothing`);
	const rows = rowsOf(
		// A join: the planner compares each row with all of a long list in `any`, minutes for 50,000.
		await tx.execute(sql`select number, pseudonym from unnest(${pseudonyms}) as given (pseudonym)
			join exact_patient using (pseudonym)`),
	);
	const numbers = new Map(rows.map((row) => [String(row['pseudonym']), Number(row['number'])]));
	return new Map(
		placed.map(({ patient, cell }) => {
			const number = numbers.get(patient);
			if (number === undefined) throw new Error('a patient was not numbered');
			return [number, cell];
		}),
	);
}

interface Comparing {
	readonly answer: ExactAnswer;
	readonly cells: CellOfPatient;
}

/** As `comparisonLength` lays them out. A listed answer that this hospital was not part of is nobody's here. */
async function comparisonsOf(
	tx: Tx,
	{ answer, cells, listed }: Comparing & { readonly listed: readonly EarlierRelease[] },
	others: readonly HeldRelease[],
): Promise<readonly RawCount[]> {
	const size = answer.plan.cells.length;
	const length = comparisonLength(size, listed);
	if (length === null) throw new Error('more comparisons than a session can have');
	const counts = new Array<number>(length).fill(0);
	const starts = comparisonStarts(size, listed);
	for (const [at, { session }] of listed.entries()) {
		const held = others.find((other) => other.session === session);
		if (held === undefined) continue;
		const places = unpackCells(await membersOf(tx, session));
		const { earlierSizes, shared } = overlapOf({ cells, size }, { places, size: held.cells });
		const numbers = shared.flatMap((row, cell) => [earlierSizes[cell] ?? 0, ...row]);
		for (const [step, number] of numbers.entries()) counts[(starts[at] ?? 0) + step] = number;
	}
	return counts.map((patients) => countPatients(patients));
}

async function tellsWithAny(
	tx: Tx,
	{ answer, cells, k }: Comparing & { readonly k: number },
	others: readonly HeldRelease[],
): Promise<boolean> {
	const { plan } = answer;
	const table = { cohort: plan.cohort, variables: plan.variables, shown: shownOf(answer, k), hiddenSums: [] };
	for (const { session, cells: size } of others) {
		const places = unpackCells(await membersOf(tx, session));
		const overlap = overlapOf({ cells, size: plan.cells.length }, { places, size });
		if (tellsOfFew({ table, earlier: await tableOf(tx, session, size), overlap, k })) return true;
	}
	return false;
}

/** Where it is not known what was shown of an answer (of a time before the network became plain), all was. */
async function tableOf(tx: Tx, session: string, size: number): Promise<PublishedTable> {
	const [row] = rowsOf(
		await tx.execute(sql`select asked, shown from exact_answer where session = ${session}`),
	);
	const asked = JSON.parse(String(row?.['asked'])) as Pick<PublishedTable, 'cohort' | 'variables'>;
	const shown =
		typeof row?.['shown'] === 'string'
			? (JSON.parse(row['shown']) as readonly boolean[])
			: new Array<boolean>(size).fill(true);
	return { ...asked, shown, hiddenSums: [] };
}

async function membersOf(tx: Tx, session: string): Promise<string> {
	const [row] = rowsOf(await tx.execute(sql`select members from exact_answer where session = ${session}`));
	if (typeof row?.['members'] !== 'string') throw new Error('a held answer without its patients');
	return row['members'];
}

async function noteHidden(tx: Tx, { session, plan }: ExactAnswer): Promise<void> {
	const shown = JSON.stringify(plan.cells.map(() => false));
	await tx.execute(sql`update exact_answer set shown = ${shown} where session = ${session}`);
}

/** Its own cells that a hospital of a plain network shows the coordinator. */
function shownOf({ plan, placed }: ExactAnswer, k: number): readonly boolean[] {
	const sizes = plan.cells.map(() => 0);
	for (const { cell } of placed) sizes[cell] = (sizes[cell] ?? 0) + 1;
	return sizes.map((size) => size >= k);
}

async function settle(tx: Tx, session: string, outcome: 'released' | 'aborted'): Promise<void> {
	await (outcome === 'released'
		? tx.execute(
				sql`update exact_answer set state = 'released' where session = ${session} and state = 'held'`,
			)
		: tx.execute(sql`update exact_answer set state = 'dropped', members = null where session = ${session}
			and state = 'held'`));
}
