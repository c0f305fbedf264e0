// Nothing leaves a node before its witness holds it, and nothing at all once its database has gone back.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
	createAuditLog,
	type Database,
	type LogIdentity,
	logRoot,
	logSize,
	newSigningSeed,
	publicKeyOf,
	recentEntries,
	rootOfEntries,
} from '@cordon/shared';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSessionStore } from '../../node/src/adapters/session-store/session-store.ts';
import { raiseChanges } from '../../node/src/adapters/session-store/store-progress.ts';
import { readWitness } from '../../node/src/adapters/witness/read-witness.ts';
import {
	bringUpWitness,
	createRollbackGuard,
	type RollbackGuard,
} from '../../node/src/adapters/witness/rollback-guard.ts';
import {
	createWitness,
	openWitness,
	type WitnessFile,
} from '../../node/src/adapters/witness/witness-file.ts';
import { witnessedSessions, witnessedSnapshots } from '../../node/src/adapters/witness/witnessed-sessions.ts';
import { witnessedLines } from '../../node/src/local-operations.ts';
import { createPipeline, type Pipeline } from '../../node/src/pipeline.ts';
import type { SessionStore } from '../../node/src/ports.ts';
import type { SessionRecord } from '../../node/src/session.ts';
import { type JudgedNode, openJudgedNode } from '../e2e/judged-node.ts';
import { lateDatabase } from '../store/late-database.ts';

let node: JudgedNode;
let folder: string;
let witness: WitnessFile;
let guard: RollbackGuard;
let sessions: SessionStore;
let goneBack = 0;

beforeEach(async () => {
	node = await openJudgedNode({ isEmpty: true });
	folder = await mkdtemp(join(tmpdir(), 'cordon-witnessed-'));
	await createWitness(folder);
	witness = await openWitness(folder);
	goneBack = 0;
	const rolledBack = (): void => {
		goneBack += 1;
	};
	guard = createRollbackGuard({ database: node.database, witness, rolledBack });
	sessions = guarded(0);
});
afterEach(async () => {
	await witness.close();
	await node.close();
	await rm(folder, { recursive: true, force: true });
});

function guarded(quietUntilMs: number, over: Partial<Guarded> = {}): SessionStore {
	const { database, by } = { database: node.database, by: guard, ...over };
	const { clock } = node.parts;
	return witnessedSessions({ sessions: createSessionStore(database), guard: by, clock, quietUntilMs });
}

interface Guarded {
	readonly database: Database;
	readonly by: RollbackGuard;
}

const log = (key: string) =>
	node.parts.audit.append({ key, stage: 'plan', decision: 'admitted', body: { session: key } });
function identityOf({ clock, random }: JudgedNode['parts']): LogIdentity {
	return {
		origin: 'testnet/north',
		seed: newSigningSeed(new Uint8Array(32).fill(7)),
		complianceKey: publicKeyOf(newSigningSeed(new Uint8Array(32).fill(8))),
		policy: () => 'f'.repeat(64),
		clock,
		random,
	};
}
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

	it('takes what this process logged without reading it again, and reads it where the log is another', async () => {
		const { database, parts } = node;
		const recent = recentEntries();
		const identity = { ...identityOf(parts), recent };
		const own = createAuditLog(database, identity);
		const told = (key: string) =>
			own.append({ key, stage: 'plan', decision: 'admitted', body: { session: key } });
		let reads = 0;
		const counting = {
			...database,
			read: <T>(work: Parameters<typeof database.read<T>>[0]) => {
				reads += 1;
				return database.read(work);
			},
		};
		const watched = createRollbackGuard({ database: counting, witness, recent, rolledBack: () => undefined });
		const quick = guarded(0, { by: watched });
		await quick.unsent();
		reads = 0;
		for (const key of ['a', 'b']) await told(key);
		await quick.save({ record: null, outgoing: [], cursor: 1 });
		await quick.unsent();
		expect([reads, witness.held().size]).toEqual([0, 2]);
		// An entry of another process in between: its place is not remembered, so all are read.
		await told('c');
		await createAuditLog(database, { ...identity, recent: recentEntries() }).append({
			key: 'd',
			stage: 'plan',
			decision: 'admitted',
			body: {},
		});
		await quick.save({ record: null, outgoing: [], cursor: 2 });
		await quick.unsent();
		expect([reads, witness.held().size]).toEqual([1, 4]);
		const { entries, mark } = await readWitness(folder, (entry) => entry);
		expect(entries.map(({ key }) => key)).toEqual(['a', 'b', 'c', 'd']);
		expect(mark.root).toBe(await database.read((tx) => logRoot(tx, 4)));
	});

	it('hands nothing out while the witness cannot be written', async () => {
		await hear(3);
		const broken = { ...witness, advance: () => Promise.reject(new Error('ENOSPC')) };
		const { database } = node;
		const by = createRollbackGuard({ database, witness: broken, rolledBack: () => undefined });
		const blocked = guarded(0, { by });
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

describe('a session that goes on', () => {
	const record = (session: string, change: Partial<SessionRecord> = {}): SessionRecord =>
		({ session, requestId: `of ${session}`, ended: false, deadlineMs: 9, ...change }) as SessionRecord;
	const save = (kept: SessionRecord, cursor: number | null = null) =>
		sessions.save({ record: kept, outgoing: [], cursor });
	/** As nobody may: what is read again would show it. */
	const alter = () => forget(`update session set record = record || '{"deadlineMs":10}'`);

	it('is not read again of what was saved last, until it ends or a save of it fails', async () => {
		await sessions.standing('a');
		await save(record('a'));
		await alter();
		expect(await sessions.resume('a')).toEqual({ record: record('a'), prepared: null, paused: false });
		expect((await sessions.standing('a')).record?.deadlineMs).toBe(10);
		await save(record('a', { deadlineMs: 11 }));
		await alter();
		expect((await sessions.resume('a')).record?.deadlineMs).toBe(11);
		const broken = record('a', { requestId: null as unknown as string });
		await expect(save(broken)).rejects.toThrow();
		expect((await sessions.resume('a')).record?.deadlineMs).toBe(10);
		await save(record('a', { ended: true, deadlineMs: 12 }));
		await alter();
		expect(await sessions.resume('a')).toMatchObject({ record: { ended: true, deadlineMs: 10 } });
	});

	it('is read where it was not saved here, and the oldest again once there are many', async () => {
		await node.parts.sessions.save({ record: record('other'), outgoing: [], cursor: null });
		expect((await sessions.resume('other')).record).toEqual(record('other'));
		for (let at = 0; at < 9; at += 1) await save(record(`s${at}`));
		await alter();
		expect((await sessions.resume('s0')).record?.deadlineMs).toBe(10);
		expect((await sessions.resume('s1')).record?.deadlineMs).toBe(9);
	});

	it('is told of a pause at once', async () => {
		await save(record('a'));
		expect((await sessions.resume('a')).paused).toBe(false);
		await sessions.setPaused(true);
		expect((await sessions.resume('a')).paused).toBe(true);
		await sessions.setPaused(false);
		expect((await sessions.resume('a')).paused).toBe(false);
	});

	it('changes nothing in a store that went back, and its log is not written to elsewhere than at its end', async () => {
		const { database, parts } = node;
		const own = createAuditLog(database, { ...identityOf(parts), mayMove: guard.check });
		const told = (key: string) => own.append({ key, stage: 'mask', decision: 'unmasked', body: {} });
		await sessions.standing('a');
		await told('a');
		await save(record('a'), 3);
		await sessions.unsent();
		for (const table of ['audit_checkpoint', 'audit_entry', 'audit_node'])
			await forget(`delete from ${table}`);
		// Nobody has looked yet.
		expect((await sessions.resume('a')).record).toEqual(record('a'));
		await expect(told('b')).rejects.toMatchObject(rolledBack);
		expect(await database.read(logSize)).toBe(0);
		await expect(save(record('a', { deadlineMs: 11 }), 4)).rejects.toMatchObject(rolledBack);
		expect((await parts.sessions.find('a'))?.deadlineMs).toBe(9);
		await expect(sessions.resume('b')).rejects.toMatchObject(rolledBack);
		expect(goneBack).toBe(1);
	});

	/** Nothing of the reads that are held comes back before `go`. */
	function heldDatabase() {
		const { promise: gate, resolve: go } = Promise.withResolvers<void>();
		const held = { isHeld: false, go };
		const database: Database = {
			...node.database,
			read: async (work) => {
				const waits = held.isHeld;
				const result = await node.database.read(work);
				if (waits) await gate;
				return result;
			},
		};
		return { held, database };
	}

	it('is not told of the time before a pause by a look that ends after it', async () => {
		const { held, database } = heldDatabase();
		const slow = guarded(0, { database });
		await slow.save({ record: record('a'), outgoing: [], cursor: null });
		held.isHeld = true;
		const looking = slow.standing('a');
		held.isHeld = false;
		await slow.setPaused(true);
		held.go();
		expect((await looking).paused).toBe(false);
		expect((await slow.resume('a')).paused).toBe(true);
	});

	it('asks for the pause each time once nobody knows whether one was made', async () => {
		const { database, lose, arrive } = lateDatabase(node.database);
		const cut = guarded(0, { database });
		await cut.save({ record: record('a'), outgoing: [], cursor: null });
		lose(true);
		await expect(cut.setPaused(true)).rejects.toThrow('lost');
		lose(false);
		expect((await cut.resume('a')).paused).toBe(false);
		await arrive();
		expect((await cut.resume('a')).paused).toBe(true);
	});

	it('has its message witnessed also where the save that made it was answered by nobody', async () => {
		const { database, lose, arrive } = lateDatabase(node.database);
		const cut = guarded(0, { database });
		const message = { id: 'm', message: { kind: 'refuse', session: 's', code: 'unavailable' } as const };
		lose(true);
		await expect(cut.save({ record: record('a'), outgoing: [message], cursor: 5 })).rejects.toThrow('lost');
		lose(false);
		expect(await cut.unsent()).toEqual([]);
		await arrive();
		expect(await cut.unsent()).toEqual([message]);
		expect(witness.held().cursor).toBe(5);
	});

	it('is not remembered from a save that came too late for its message', async () => {
		await sessions.standing('a');
		await save(record('a'), 5);
		await save(record('a', { deadlineMs: 11 }), 5);
		expect((await sessions.resume('a')).record?.deadlineMs).toBe(9);
	});

	it('is not saved in a store that has lost the last message alone', async () => {
		await save(record('a'), 3);
		await forget('update node_state set cursor = 2');
		await expect(save(record('a', { deadlineMs: 11 }), 4)).rejects.toMatchObject(rolledBack);
		expect((await node.parts.sessions.find('a'))?.deadlineMs).toBe(9);
	});
});

describe('what the operator changed, with nothing said since', () => {
	const compare = () => bringUpWitness({ database: node.database, witness });

	it.each([
		['a pause', true],
		['a resume', false],
	])('%s is witnessed when it was made, and missed in an older database', async (_what, paused) => {
		await sessions.setPaused(paused);
		expect(witness.held()).toMatchObject({ size: 0, cursor: 0, changes: 1 });
		await compare();
		await forget(`update node_state set paused = not paused, changes = 0`);
		await expect(compare()).rejects.toMatchObject(rolledBack);
	});

	it('an ingest is witnessed when it was committed, and missed in an older database', async () => {
		const { snapshots } = node.parts;
		const old = await witnessedSnapshots(snapshots, guard).begin('2026-10');
		await old.commit();
		const before = witness.held().changes;
		const writer = await witnessedSnapshots(snapshots, guard).begin('2026-11');
		expect(witness.held().changes).toBe(before);
		await writer.commit();
		expect(witness.held().changes).toBeGreaterThan(before);
		await compare();
		await forget(`delete from snapshot`);
		await expect(compare()).rejects.toMatchObject(rolledBack);
		await node.database.read((tx) => raiseChanges(tx, witness.held().changes));
		const held = witness.held().changes;
		await compare();
		expect(witness.held().changes).toBe(held + 1);
	});

	it('is not done to a database that went back', async () => {
		await sessions.setPaused(true);
		await forget(`update node_state set paused = false, changes = 0`);
		await expect(sessions.setPaused(false)).rejects.toMatchObject(rolledBack);
		expect(await node.parts.sessions.isPaused()).toBe(false);
		expect(goneBack).toBe(1);
	});

	it('comes at once with a message: one after the other, and nothing lost', async () => {
		await Promise.all([hear(1), sessions.setPaused(true), sessions.unsent(), sessions.setPaused(false)]);
		await sessions.unsent();
		expect((await readWitness(folder, (entry) => entry)).mark).toMatchObject({ cursor: 1, changes: 2 });
	});
});

describe('a database that goes back under the running node', () => {
	let pipeline: Pipeline;

	beforeEach(async () => {
		pipeline = createPipeline({ ...node.parts, sessions });
		await log('a');
		await hear(3);
		await sessions.unsent();
		// The replica that took over has the message dealt with, and not the entry.
		for (const table of ['audit_checkpoint', 'audit_entry', 'audit_node'])
			await forget(`delete from ${table}`);
	});

	it.each([
		['a message', () => pipeline.handle(4, { kind: 'open', session: 's' } as never)],
		['a deadline', () => pipeline.endOverdue()],
	])('is found out before %s writes to it, so its log stays one to go on from', async (_what, act) => {
		await expect(act()).rejects.toMatchObject(rolledBack);
		expect(goneBack).toBe(1);
		const size = await node.database.read(logSize);
		const { entries } = await readWitness(folder, (entry) => entry);
		expect(await node.database.read((tx) => logRoot(tx, size))).toBe(rootOfEntries(entries.slice(0, size)));
		expect(size).toBe(0);
	});
});

describe('witnessedLines', () => {
	/** The last entry is made just before the export looks at the log. */
	async function* exported(): AsyncIterable<string> {
		await log('a');
		yield 'checkpoint';
		yield 'entry';
	}

	it('exports no signed checkpoint over entries that the witness does not hold', async () => {
		const sizes: number[] = [];
		for await (const _line of witnessedLines(exported(), guard.bringUp)) sizes.push(witness.held().size);
		expect(sizes).toEqual([1, 1]);
	});

	it('exports nothing while the witness cannot be written', async () => {
		const lines = witnessedLines(exported(), () => Promise.reject(new Error('ENOSPC')));
		await expect(Array.fromAsync(lines)).rejects.toThrow('ENOSPC');
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
