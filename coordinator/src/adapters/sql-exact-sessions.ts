// Exact sessions on the coordinator's database: what was asked and which cells were shown, never a number of patients.

import {
	type Database,
	err,
	type Migration,
	ok,
	type PublishedTable,
	type Result,
	rowsOf,
	type Tx,
} from '@cordon/shared';
import { type SQL, sql } from 'drizzle-orm';
import type { ExactOpening, ExactSession, ExactSessions } from '../ports.ts';
import { integerOf, jsonOf, nullableText, type Row, textOf } from './columns.ts';

export const exactSessionsMigration: Migration = {
	id: '0005-exact-sessions',
	statements: [
		// roster: sorted hospital ids, JSON. cohort: SHA-256, hex. asked: cohort and variables, JSON. compared: the
		// sessions that it was compared with, JSON. released: a flag a cell, and the sums that stay unknown, JSON; null
		// where nothing was released, or not known. state: running, then released or ended. Only these two change, and
		// the deadline of one that is begun again.
		`create table exact_session (session text primary key, project text not null, epoch text not null,
			roster text not null, cohort text not null, asked text not null, cells integer not null,
			deadline_ms bigint not null, compared text not null, released text,
			state text not null check (state in ('running', 'released', 'ended')))`,
	],
};

const openingLock = 'cordon-exact-sessions';

export function sqlExactSessions(database: Database): ExactSessions {
	return {
		begin: (opening, decide) =>
			database.exclusive(openingLock, async (tx) => {
				const known = await sessionsOf(tx, sql`true`);
				const own = known.find(({ session }) => session === opening.session);
				const decided = decide(known.filter((one) => one !== own));
				if (!decided.ok) return decided;
				if (own !== undefined) return beginAgain(tx, { opening, own, decided: decided.value });
				await insert(
					tx,
					opening,
					decided.value.map(({ session }) => session),
				);
				return decided;
			}),
		comparedWith: (session) => database.read((tx) => comparedWith(tx, session)),
		end: async (session, released) => {
			const [state, told] = released === null ? ['ended', null] : ['released', JSON.stringify(released)];
			await database.read((tx) =>
				tx.execute(sql`update exact_session set state = ${state}, released = ${told}
					where session = ${session} and state = 'running'`),
			);
		},
		haveReleased: async (hospitals) => {
			const released = await database.read((tx) => sessionsOf(tx, sql`state <> 'ended'`));
			return released.some(({ roster }) => roster.some((hospital) => hospitals.includes(hospital)));
		},
	};
}

interface Again {
	readonly opening: ExactOpening;
	readonly own: ExactSession;
	readonly decided: readonly ExactSession[];
}

/**
 * By a process that was stopped before it had asked, or by two at once. The hospitals may have been told the list that
 * is recorded: where another would now be right, the session is not begun.
 */
async function beginAgain(
	tx: Tx,
	{ opening, own, decided }: Again,
): Promise<Result<readonly ExactSession[], 'exact-busy'>> {
	const { session, deadlineMs } = opening;
	const recorded = (await comparedWith(tx, session)) ?? [];
	const isSame = recorded.map((one) => one.session).join() === decided.map((one) => one.session).join();
	if (own.state !== 'running' || !isSame) return err('exact-busy');
	await tx.execute(
		sql`update exact_session set deadline_ms = ${deadlineMs}::bigint where session = ${session}`,
	);
	return ok(decided);
}

async function insert(tx: Tx, opening: ExactOpening, compared: readonly string[]): Promise<void> {
	const { session, project, epoch, roster, cohort, asked, cells, deadlineMs } = opening;
	await tx.execute(sql`insert into exact_session
		(session, project, epoch, roster, cohort, asked, cells, deadline_ms, compared, state)
		values (${session}, ${project}, ${epoch}, ${JSON.stringify(roster)}, ${cohort}, ${JSON.stringify(asked)},
			${cells}::integer, ${deadlineMs}::bigint, ${JSON.stringify(compared)}, 'running')`);
}

/** Errors  throws where a session that was compared is gone: nothing may be released without it. */
async function comparedWith(tx: Tx, session: string): Promise<readonly ExactSession[] | null> {
	const [row] = rowsOf(await tx.execute(sql`select compared from exact_session where session = ${session}`));
	if (row === undefined) return null;
	const names = jsonOf(row, 'compared') as readonly string[];
	const all = new Map((await sessionsOf(tx, sql`true`)).map((one) => [one.session, one]));
	return names.map((name) => {
		const found = all.get(name);
		if (found === undefined) throw new Error('an exact session that was compared is gone');
		return found;
	});
}

async function sessionsOf(tx: Tx, which: SQL): Promise<readonly ExactSession[]> {
	return rowsOf(await tx.execute(sql`select * from exact_session where ${which}`)).map(sessionOf);
}

function sessionOf(row: Row): ExactSession {
	const released =
		nullableText(row, 'released') === null
			? null
			: (jsonOf(row, 'released') as Pick<PublishedTable, 'shown' | 'hiddenSums'>);
	return {
		session: textOf(row, 'session'),
		project: textOf(row, 'project'),
		epoch: textOf(row, 'epoch'),
		roster: jsonOf(row, 'roster') as readonly string[],
		cohort: textOf(row, 'cohort'),
		asked: jsonOf(row, 'asked') as Pick<PublishedTable, 'cohort' | 'variables'>,
		cells: integerOf(row, 'cells'),
		deadlineMs: integerOf(row, 'deadline_ms'),
		shown: released?.shown ?? null,
		hiddenSums: released?.hiddenSums ?? [],
		state: textOf(row, 'state') as ExactSession['state'],
	};
}
