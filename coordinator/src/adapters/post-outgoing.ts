// Puts messages into hospitals' mailboxes, with the change that they follow from and in the same statement.

import { arrayParameter, rowsOf, type Tx } from '@cordon/shared';
import { type SQL, sql } from 'drizzle-orm';
import type { Posted } from '../ports.ts';
import type { Outgoing } from '../session.ts';
import { integerOf, textOf } from './columns.ts';

/**
 * In rounds of at most one message a hospital, its second after its first: one statement counts a mailbox once. Each in
 * one order of hospitals, so that two sessions cannot wait for each other's mailboxes.
 */
export function roundsOf(outgoing: readonly Outgoing[]): readonly (readonly Outgoing[])[] {
	const rounds: (readonly Outgoing[])[] = [];
	let rest = outgoing;
	while (rest.length > 0) {
		const first = new Map(rest.toReversed().map((one) => [one.to, one]));
		rounds.push([...first.values()].toSorted((a, b) => (a.to < b.to ? -1 : 1)));
		rest = rest.filter((one) => first.get(one.to) !== one);
	}
	return rounds;
}

/**
 * Whether one statement does all of a change, which then needs no transaction around it: it takes a row of the session
 * and locks those of the mailboxes, and what it writes follows from nothing but rows that it has locked. Where another
 * was quicker it waits, sees what that one wrote, and finds the version it asks for gone.
 */
export function isOneStatement(outgoing: readonly Outgoing[]): boolean {
	return roundsOf(outgoing).length < 2;
}

/**
 * Runs the change and posts what follows from it; null, and nothing of either, where it changed nothing.
 *
 * Shape   `change` is one or more named queries after `with`, of which `changed` returns one row where the change was made.
 *         The others must ask it.
 * Errors  what is posted to one hospital twice needs a transaction around it: see `isOneStatement`.
 */
export async function changeAndPost(
	tx: Tx,
	change: SQL,
	{ session, outgoing }: { readonly session: string; readonly outgoing: readonly Outgoing[] },
): Promise<readonly Posted[] | null> {
	const [first = [], ...later] = roundsOf(outgoing);
	const posted = await postOnce(tx, change, session, first);
	if (posted === null) return null;
	const all = [...posted];
	for (const round of later) all.push(...((await postOnce(tx, always, session, round)) ?? []));
	return all;
}

const always = sql`changed as (select 1 as one)`;

/** What follows from changes that were made already in the same transaction. */
export async function post(
	tx: Tx,
	session: string,
	outgoing: readonly Outgoing[],
): Promise<readonly Posted[]> {
	return (await changeAndPost(tx, always, { session, outgoing })) ?? [];
}

/**
 * The mailbox rows are locked until the commit, so that a higher seq never becomes visible before a lower one. The text
 * is the same for any number of hospitals, so that a server keeps it prepared.
 */
async function postOnce(
	tx: Tx,
	change: SQL,
	session: string,
	round: readonly Outgoing[],
): Promise<readonly Posted[] | null> {
	if (round.length === 0) {
		const rows = rowsOf(await tx.execute(sql`with ${change} select 1 as one from changed`));
		return rows.length === 0 ? null : [];
	}
	const hospitals = round.map(({ to }) => to);
	const messages = round.map(({ message }) => JSON.stringify(message));
	const rows = rowsOf(
		await tx.execute(sql`with ${change},
			letter as (select * from unnest(${arrayParameter('text', hospitals)}, ${arrayParameter('text', messages)})
				with ordinality as letter (hospital, message, place)),
			counted as (insert into mailbox (hospital, last_seq)
				select letter.hospital, 1 from changed cross join letter order by letter.place
				on conflict (hospital) do update set last_seq = mailbox.last_seq + 1 returning hospital, last_seq),
			posted as (insert into outgoing (hospital, seq, session, message)
				select counted.hospital, counted.last_seq, ${session}::text, letter.message
				from counted join letter on letter.hospital = counted.hospital)
			select counted.hospital, counted.last_seq from changed left join counted on true`),
	);
	if (rows.length === 0) return null;
	const seqs = new Map(rows.map((row) => [textOf(row, 'hospital'), integerOf(row, 'last_seq')]));
	return round.map(({ to, message }) => {
		const seq = seqs.get(to);
		if (seq === undefined) throw new Error('a mailbox was not counted');
		return { to, seq, message };
	});
}
