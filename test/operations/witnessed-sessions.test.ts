// Nothing leaves a node before its witness holds it, and nothing at all once its database has gone back.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
	createWitness,
	openWitness,
	type WitnessFile,
} from '../../node/src/adapters/witness/witness-file.ts';
import { bringUpWitness, witnessedSessions } from '../../node/src/adapters/witness/witnessed-sessions.ts';
import type { SessionStore } from '../../node/src/ports.ts';
import { type JudgedNode, openJudgedNode } from '../e2e/judged-node.ts';

let node: JudgedNode;
let folder: string;
let witness: WitnessFile;
let sessions: SessionStore;
let goneBack = 0;

beforeEach(async () => {
	node = await openJudgedNode({ isEmpty: true });
	folder = await mkdtemp(join(tmpdir(), 'cordon-witnessed-'));
	await createWitness(folder);
	witness = await openWitness(folder);
	goneBack = 0;
	sessions = guarded(0);
});
afterEach(async () => {
	await witness.close();
	await node.close();
	await rm(folder, { recursive: true, force: true });
});

function guarded(quietUntilMs: number): SessionStore {
	const { database, parts } = node;
	const rolledBack = (): void => {
		goneBack += 1;
	};
	return witnessedSessions({
		database,
		sessions: parts.sessions,
		witness,
		rolledBack,
		clock: parts.clock,
		quietUntilMs,
	});
}

const log = (key: string) =>
	node.parts.audit.append({ key, stage: 'plan', decision: 'admitted', body: { session: key } });
const hear = (cursor: number) => sessions.save({ record: null, outgoing: [], cursor });
/** As a restored database would be; only the tests may. */
const forget = (statement: string) => node.database.read((tx) => tx.execute(statement));
const rolledBack = { name: 'StateRolledBack' };

describe('witnessedSessions', () => {
	it('has the witness hold the log and the cursor before a message is handed out', async () => {
		await log('a');
		await hear(3);
		expect(witness.held()).toMatchObject({ size: 0, cursor: 0 });
		await sessions.unsent();
		expect(witness.held()).toMatchObject({ size: 1, cursor: 3 });
	});

	it('hands nothing out while the witness cannot be written', async () => {
		await hear(3);
		const broken = { ...witness, advance: () => Promise.reject(new Error('ENOSPC')) };
		const { database, parts } = node;
		const blocked = witnessedSessions({
			database,
			sessions: parts.sessions,
			witness: broken,
			rolledBack: () => undefined,
			clock: parts.clock,
			quietUntilMs: 0,
		});
		await expect(blocked.unsent()).rejects.toThrow('ENOSPC');
		await expect(blocked.unsent()).rejects.toThrow('ENOSPC');
		expect(await sessions.unsent()).toEqual([]);
	});

	it('says nothing more, for ever, once the cursor is lower than it was', async () => {
		await hear(5);
		await sessions.unsent();
		await forget(`update node_state set cursor = 4`);
		await expect(hear(6)).rejects.toMatchObject(rolledBack);
		await forget(`update node_state set cursor = 9`);
		await expect(sessions.unsent()).rejects.toMatchObject(rolledBack);
		await expect(sessions.cursor()).rejects.toMatchObject(rolledBack);
		expect(goneBack).toBe(1);
	});

	it('says nothing more once the log is shorter, or another of the same length', async () => {
		await log('a');
		await hear(5);
		await sessions.unsent();
		await forget(`delete from audit_checkpoint`);
		await expect(bringUpWitness({ database: node.database, witness })).rejects.toMatchObject(rolledBack);
		await forget(`delete from audit_entry`);
		await forget(`delete from audit_node`);
		await log('b');
		await hear(6);
		await expect(sessions.unsent()).rejects.toMatchObject(rolledBack);
	});

	it('goes on where a crash left the witness behind the database', async () => {
		await log('a');
		await node.parts.sessions.save({ record: null, outgoing: [], cursor: 8 });
		await bringUpWitness({ database: node.database, witness });
		expect(witness.held()).toMatchObject({ size: 1, cursor: 8 });
		expect(await sessions.unsent()).toEqual([]);
	});

	it('counts every request as seen until those from before a restoration are too old', async () => {
		const quiet = guarded(node.clock.nowMs + 1);
		expect(await quiet.claimRequest('a'.repeat(32), 's')).toBe(false);
		node.clock.nowMs += 1;
		expect(await quiet.claimRequest('a'.repeat(32), 's')).toBe(true);
	});
});

describe('the ledger of a restored store', () => {
	it('spends nothing more in the charged epochs, exact sessions included, and goes on in the next', async () => {
		await forget(`insert into ledger_entry values
			('restored/4/2026-11', '', '', '2026-11', 'noised', 0, 0, 'committed', 1)`);
		const request = { project: 'glioma', person: 'ada', epsilonMicros: 1000, mechanism: 'noised' } as const;
		const { reserve } = node.parts.ledger;
		expect(await reserve({ ...request, session: 'a', epoch: '2026-11' })).toBe('exhausted');
		expect(await reserve({ ...request, session: 'b', epoch: '2026-10' })).toBe('exhausted');
		const exact = { ...request, epsilonMicros: 0, mechanism: 'exact' } as const;
		expect(await reserve({ ...exact, session: 'c', epoch: '2026-11' })).toBe('exhausted');
		expect(await reserve({ ...request, session: 'd', epoch: '2026-12' })).toBe('reserved');
		expect(await reserve({ ...exact, session: 'e', epoch: '2026-12' })).toBe('reserved');
	});
});
