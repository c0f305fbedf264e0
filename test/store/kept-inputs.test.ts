// The contract of the openings that a node keeps, on every database: they are there with the bytes that they open, or
// neither is, and they go when their epoch is a year old.

import { type Database, migrate } from '@cordon/shared';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { forgetOldInputs } from '../../node/src/adapters/session-store/kept-inputs.ts';
import { createSessionStore } from '../../node/src/adapters/session-store/session-store.ts';
import { nodeMigrations } from '../../node/src/open-adapters.ts';
import type { SessionStore } from '../../node/src/ports.ts';
import type { KeptInput, OutgoingMessage } from '../../node/src/session.ts';
import { addressed } from '../../node/src/session-change.ts';
import { testDatabases } from './test-databases.ts';

function keptOf(session: string, epoch: string, counts: string = 'AAAAAAAAAAA'): KeptInput {
	const opening = { sid: 'c2lk', hospital: "o'brien", salt: 'c2FsdA', counts, valueBits: 64 } as const;
	return { session, epoch, opening, snapshot: 7, agreed: 12, countedMs: 1_000 };
}

const said = (session: string): OutgoingMessage => addressed({ kind: 'secagg', session, body: 'Ym9keQ' });

for (const { name, open } of testDatabases) {
	describe(`the openings a node keeps on ${name}`, () => {
		let database: Database;
		let store: SessionStore;

		beforeAll(async () => {
			database = await open();
			await migrate(database, nodeMigrations);
		});
		beforeEach(async () => {
			await database.read((tx) => tx.execute('truncate kept_input, outgoing, session'));
			store = createSessionStore(database);
		});
		afterAll(() => database?.close());

		const keep = (input: KeptInput, outgoing: readonly OutgoingMessage[] = [said(input.session)]) =>
			store.save({ record: null, outgoing, input, cursor: null });

		it('come back as they were kept, beside the message that they open', async () => {
			await keep(keptOf('one', '2026-11'));
			expect(await store.keptInput('one')).toEqual(keptOf('one', '2026-11'));
			expect(await store.keptInput('two')).toBeNull();
			expect(await store.unsent()).toEqual([said('one')]);
		});

		it('are not there where the message could not be kept, nor the message where they could not', async () => {
			const broken = { ...said('one'), id: null as unknown as string };
			await expect(keep(keptOf('one', '2026-11'), [broken])).rejects.toThrow();
			expect(await store.keptInput('one')).toBeNull();
			const unlabelled = { ...keptOf('two', '2026-11'), session: null as unknown as string };
			await expect(keep(unlabelled, [said('two')])).rejects.toThrow();
			expect(await store.unsent()).toEqual([]);
		});

		it('are kept once: a second opening of a session changes nothing', async () => {
			await keep(keptOf('one', '2026-11'));
			await keep(keptOf('one', '2026-11', 'AQAAAAAAAAA'));
			expect((await store.keptInput('one'))?.opening.counts).toBe('AAAAAAAAAAA');
		});

		it('go with the first answer of the twelfth epoch after theirs, and not before', async () => {
			for (const epoch of ['2025-10', '2025-11', '2025-12', '2026-10']) await keep(keptOf(epoch, epoch));
			const left = async (): Promise<readonly string[]> => {
				const found = await Promise.all(['2025-10', '2025-11', '2025-12', '2026-10'].map(store.keptInput));
				return found.flatMap((kept) => (kept === null ? [] : [kept.epoch]));
			};
			expect(await left()).toEqual(['2025-11', '2025-12', '2026-10']);
			await keep(keptOf('new', '2026-11'));
			expect(await left()).toEqual(['2025-12', '2026-10']);
			// A hospital that answers nothing any more looks at its start.
			await forgetOldInputs(database, '2026-12');
			expect(await left()).toEqual(['2026-10']);
		});

		it('go with the sessions that can never be opened', async () => {
			for (const session of ['one', 'two']) await keep(keptOf(session, '2026-11'));
			await store.save({ record: null, outgoing: [], forgotten: ['one', 'unknown'], cursor: null });
			expect(await store.keptInput('one')).toBeNull();
			expect(await store.keptInput('two')).not.toBeNull();
		});
	});
}
