// The contract of the log, on every database: whoever writes at the same time, it stays one chain without a gap.

import { randomBytes } from 'node:crypto';
import {
	auditMigration,
	createAuditLog,
	type Database,
	initCrypto,
	migrate,
	newSigningSeed,
	publicKeyOf,
	rowsOf,
	type TransparencyLog,
	verifyExport,
	verifyReceipt,
} from '@cordon/shared';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabases } from './test-databases.ts';

const origin = 'testnet/north';
const seed = newSigningSeed(new Uint8Array(32).fill(7));
const writers = 4;
const entriesEach = 10;

beforeAll(() => initCrypto());

function logOn(database: Database): TransparencyLog {
	return createAuditLog(database, {
		origin,
		seed,
		complianceKey: publicKeyOf(seed),
		policy: () => 'f'.repeat(64),
		clock: { nowMs: () => 1_790_000_000_000 },
		random: { bytes: (length) => new Uint8Array(randomBytes(length)) },
	});
}

const entry = (key: string) =>
	({ key, stage: 'plan', decision: 'admitted', body: { session: key } }) as const;

for (const { name, open } of testDatabases) {
	describe(`createAuditLog on ${name}`, () => {
		let database: Database | undefined;
		let logs: readonly TransparencyLog[];

		beforeEach(async () => {
			const opened = database ?? (await open());
			database = opened;
			await migrate(opened, [auditMigration]);
			await opened.read((tx) => tx.execute('truncate audit_entry, audit_node, audit_checkpoint'));
			// Each as if of a process of its own: they know nothing of each other's turns.
			logs = Array.from({ length: writers }, () => logOn(opened));
		});
		afterAll(() => database?.close());

		it('gives each entry of four writers at once a place of its own', async () => {
			const indexes = await Promise.all(
				logs.flatMap((log, writer) =>
					Array.from({ length: entriesEach }, (_, at) => log.append(entry(`${writer}/${at}`))),
				),
			);
			const total = writers * entriesEach;
			expect(indexes.toSorted((a, b) => a - b)).toEqual(Array.from({ length: total }, (_, at) => at));
			const lines = await Array.fromAsync(logOn(database as Database).exportLines());
			const key = { name: origin, publicKey: publicKeyOf(seed) };
			expect(verifyExport(lines, key)).toEqual({ ok: true, value: { size: total, erased: 0 } });
		});

		it('writes one entry where four writers tell of the same event at once', async () => {
			const indexes = await Promise.all(logs.map((log) => log.append(entry('same'))));
			expect(indexes).toEqual([0, 0, 0, 0]);
			expect(await Array.fromAsync(logOn(database as Database).exportLines())).toHaveLength(2);
		});

		it('writes at the end that it left without a look, and knows an entry that it wrote', async () => {
			const opened = database as Database;
			let statements = 0;
			const counting: Database = {
				...opened,
				read: (work) =>
					opened.read((tx) =>
						work(
							new Proxy(tx, {
								get: (target, name) => {
									if (name === 'execute') statements += 1;
									return Reflect.get(target, name);
								},
							}),
						),
					),
			};
			const log = logOn(counting);
			await log.append(entry('first'));
			const before = statements;
			expect([await log.append(entry('second')), await log.append(entry('third'))]).toEqual([1, 2]);
			expect(statements - before).toBe(2);
			expect(await log.append(entry('second'))).toBe(1);
			expect(await log.append(entry('fourth'))).toBe(3);
			expect(await Array.fromAsync(log.exportLines())).toHaveLength(5);
		});

		it('leaves no gap where the log goes back, or goes another way, under a process that writes', async () => {
			const opened = database as Database;
			const back = async (size: number): Promise<void> => {
				for (const [table, column] of [
					['audit_entry', 'position'],
					['audit_node', '(position + 1) * (1 << level) - 1'],
				]) {
					await opened.read((tx) => tx.execute(`delete from ${table} where ${column} >= ${size}`));
				}
			};
			const [log, other] = logs;
			for (const key of ['a', 'b']) await log?.append(entry(key));
			const note = (await opened.read((tx) => tx.execute('select note from audit_checkpoint'))) as unknown;
			const [old] = rowsOf(note);
			for (const key of ['c', 'd']) await log?.append(entry(key));
			await back(2);
			await opened.read((tx) =>
				tx.execute(sql`update audit_checkpoint set size = 2, note = ${String(old?.['note'])}`),
			);
			expect(await other?.append(entry('other c'))).toBe(2);
			expect(await other?.append(entry('other d'))).toBe(3);
			expect(await log?.append(entry('e'))).toBe(4);
			const lines = await Array.fromAsync(logOn(opened).exportLines());
			const key = { name: origin, publicKey: publicKeyOf(seed) };
			expect(verifyExport(lines, key)).toEqual({ ok: true, value: { size: 5, erased: 0 } });
		});

		it('finds the entries whose key begins so, each with its proof, and no wildcard in it', async () => {
			const log = logOn(database as Database);
			for (const key of ['a/answered/1', 'b/answered/1', 'a/answered/2', 'a/unmasked']) {
				await log.append({ ...entry(key), subject: Buffer.from(key.padEnd(32)).toString('hex') });
			}
			const receipts = await log.receiptsOf('a/answered');
			expect(receipts.map(({ index }) => index)).toEqual([0, 2]);
			const key = { name: origin, publicKey: publicKeyOf(seed) };
			expect(receipts.every((receipt) => verifyReceipt(receipt, key).ok)).toBe(true);
			expect(await log.receiptsOf('%')).toEqual([]);
			expect(await log.receiptsOf('c')).toEqual([]);
		});

		it('throws another fault than a taken place, and goes on after it', async () => {
			const [log] = logs;
			const hidden = 'alter table audit_entry rename to hidden';
			await database?.read((tx) => tx.execute(hidden));
			await expect(log?.append(entry('a'))).rejects.toMatchObject({
				name: 'DatabaseFault',
				sqlState: '42P01',
			});
			await database?.read((tx) => tx.execute('alter table hidden rename to audit_entry'));
			expect(await log?.append(entry('a'))).toBe(0);
		});
	});
}
