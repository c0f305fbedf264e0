// Keeps what opens a hospital's commitments, beside the patients they were counted from, and no longer than it is of use.

import {
	arrayParameter,
	type Database,
	epochBefore,
	epochsCompared,
	type Migration,
	rowsOf,
} from '@cordon/shared';
import { type SQL, sql } from 'drizzle-orm';
import type { KeptInput, SessionChange } from '../../session.ts';

export const keptInputMigration: Migration = {
	id: '0008-kept-inputs',
	statements: [
		// epoch: label of the calendar in which it was answered. opening: a KeptInput, JSON: it holds true counts and the
		// salt of their commitment. Neither changes; the row is deleted when its epoch is a year old.
		`create table kept_input (
			session text primary key,
			epoch text not null,
			opening jsonb not null)`,
		'create index kept_input_epoch on kept_input (epoch collate "C")',
	],
};

/**
 * Parts of the one statement that commits the signed bytes, and changes nothing where its `fit` is empty: so the two
 * are there together or not at all. Each new one takes those away that are too old.
 */
export function keepingInput({ input, forgotten }: SessionChange): readonly SQL[] {
	const changes: SQL[] = [];
	if (forgotten !== undefined && forgotten.length > 0) {
		changes.push(
			sql`forgotten as (delete from kept_input
				where session = any(${arrayParameter('text', forgotten)}) and exists (select from fit))`,
		);
	}
	if (input === undefined) return changes;
	const { session, epoch } = input;
	return [
		...changes,
		sql`opened as (insert into kept_input (session, epoch, opening)
			select ${session}, ${epoch}, ${JSON.stringify(input)}::text::jsonb from fit
			on conflict (session) do nothing)`,
		sql`outdated as (${outdated(epoch)} and exists (select from fit))`,
	];
}

/** At a daemon's start: a hospital that answers nothing any more keeps them no longer than one that does. */
export async function forgetOldInputs(database: Database, epoch: string): Promise<void> {
	await database.read((tx) => tx.execute(outdated(epoch)));
}

function outdated(epoch: string): SQL {
	return sql`delete from kept_input where epoch collate "C" < ${epochBefore(epoch, epochsCompared - 1)}`;
}

export async function keptInput(database: Database, session: string): Promise<KeptInput | null> {
	const query = sql`select opening from kept_input where session = ${session}`;
	const rows = await database.read(async (tx) => rowsOf(await tx.execute(query)));
	return (rows[0]?.['opening'] as KeptInput | undefined) ?? null;
}
