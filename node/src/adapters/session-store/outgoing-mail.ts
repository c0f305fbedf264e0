// What a node still has to say to its coordinator, known without asking the database where nothing is uncertain.

import { type Database, rowsOf, type ToCoordinator } from '@cordon/shared';
import { sql } from 'drizzle-orm';
import type { OutgoingMessage, SessionChange } from '../../session.ts';

export interface Mail {
	readonly unsent: () => Promise<readonly OutgoingMessage[]>;
	readonly noteSaid: (id: string) => void;
	/**
	 * `save` writes down which messages were said, where it fails they are written with the next; and resolves with the
	 * ids of those that are now to be said.
	 */
	readonly whileSaving: (
		change: SessionChange,
		save: (said: readonly string[]) => Promise<readonly string[]>,
	) => Promise<void>;
}

export function createMail(database: Database): Mail {
	let known: readonly OutgoingMessage[] | null = null;
	// After a save that nobody knows the outcome of, a message may come to stand there at any time.
	let isCertain = true;
	let saves = 0;
	const said = new Set<string>();
	return {
		unsent: async () => {
			const before = saves;
			const all = known ?? (await unsent(database));
			const left = all.filter(({ id }) => !said.has(id));
			known = isCertain && saves === before ? left : null;
			return left;
		},
		noteSaid: (id) => {
			said.add(id);
			known = known?.filter((message) => message.id !== id) ?? null;
		},
		whileSaving: async ({ outgoing }, save) => {
			const noted = [...said];
			const before = known;
			const forget = (): number => {
				if (outgoing.length === 0) return saves;
				known = null;
				saves += 1;
				return saves;
			};
			const begun = forget();
			let queued: readonly string[] = [];
			try {
				queued = await save(noted);
			} catch (error) {
				isCertain = false;
				forget();
				throw error;
			}
			const isAlone = saves === begun;
			forget();
			if (outgoing.length > 0 && isCertain && isAlone && before !== null) {
				const added = outgoing.filter(({ id }) => queued.includes(id));
				known = [...before.filter(({ id }) => !said.has(id)), ...added];
			}
			for (const id of noted) said.delete(id);
		},
	};
}

async function unsent(database: Database): Promise<readonly OutgoingMessage[]> {
	const query = sql`select id, message from outgoing where not sent order by position`;
	const rows = await database.read(async (tx) => rowsOf(await tx.execute(query)));
	return rows.map((row) => ({ id: String(row['id']), message: row['message'] as ToCoordinator }));
}
