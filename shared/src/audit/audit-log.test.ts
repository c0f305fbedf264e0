// A log that its own database administrator edits must be found out, wherever the edit is.

import { createHash } from 'node:crypto';
import sodium from 'libsodium-wrappers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Random } from '../clock-and-random.ts';
import { openDatabase } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { initCrypto, newSigningSeed, publicKeyOf, toBase64Url } from '../keys.ts';
import type { NoteKey } from '../merkle/signed-note.ts';
import { openBody } from './audit-leaf.ts';
import { auditMigration, createAuditLog, type TransparencyLog } from './create-audit-log.ts';
import { verifyExport, verifyReceipt } from './verify-audit.ts';

const origin = 'testnet/north';
const seed = newSigningSeed(new Uint8Array(32).fill(7));
let key: NoteKey;
let log: TransparencyLog;
let lines: string[];
let complianceKeys: { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array };

beforeAll(async () => {
	await initCrypto();
	key = { name: origin, publicKey: publicKeyOf(seed) };
	const pair = sodium.crypto_box_seed_keypair(new Uint8Array(32).fill(9));
	complianceKeys = { publicKey: pair.publicKey, secretKey: pair.privateKey };
	const database = await openDatabase({ kind: 'memory' });
	await migrate(database, [auditMigration]);
	log = createAuditLog(database, {
		origin,
		seed,
		complianceKey: toBase64Url(pair.publicKey),
		policy: () => 'f'.repeat(64),
		clock: { nowMs: () => Date.parse('2026-11-23T10:20:30Z') },
		random: countingRandom(),
	});
	for (let entry = 0; entry < 5; entry += 1) {
		await log.append({
			key: `s${entry}`,
			stage: 'plan',
			decision: 'admitted',
			body: { session: `s${entry}`, person: 'ada' },
		});
	}
	lines = await Array.fromAsync(log.exportLines());
});

function countingRandom(): Random {
	let call = 0;
	return {
		bytes: (length) => {
			call += 1;
			return new Uint8Array(createHash('shake256', { outputLength: length }).update(`${call}`).digest());
		},
	};
}

describe('createAuditLog', () => {
	it('returns the first index when the same event is appended again', async () => {
		const again = { key: 's2', stage: 'plan', decision: 'admitted', body: { session: 'other' } } as const;
		expect(await log.append(again)).toBe(2);
		expect(await Array.fromAsync(log.exportLines())).toEqual(lines);
	});

	it('writes neither a person nor a minute into a leaf', () => {
		// Hashes and ciphertexts left out: three letters turn up in random ones now and then.
		const leaves = lines.slice(1).map((line) => String(JSON.parse(line).leaf));
		expect(leaves.join('').replace(/[0-9a-f]{64}/g, '')).not.toContain('ada');
		expect(JSON.parse(lines[1] ?? '').leaf).toContain('2026-11-23T10:00:00.000Z');
	});

	it('lets the compliance key, and no other, open a body', () => {
		const entry = JSON.parse(lines[3] ?? '');
		expect(openBody(entry, complianceKeys)).toEqual({ session: 's2', person: 'ada' });
		const stranger = sodium.crypto_box_seed_keypair(new Uint8Array(32).fill(1));
		expect(openBody(entry, { publicKey: stranger.publicKey, secretKey: stranger.privateKey })).toBeNull();
		expect(openBody({ ...entry, leaf: JSON.parse(lines[2] ?? '').leaf }, complianceKeys)).toBeNull();
	});
});

describe('verifyReceipt', () => {
	it('proves every entry against the signed checkpoint', async () => {
		for (let index = 0; index < 5; index += 1) {
			const verified = verifyReceipt(await log.receipt(index), key);
			expect(verified).toMatchObject({
				ok: true,
				value: { size: 5n, leaf: { stage: 'plan', decision: 'admitted' } },
			});
		}
	});

	it('refuses another leaf, another place, another proof and another key', async () => {
		const receipt = await log.receipt(1);
		const other = await log.receipt(2);
		expect(verifyReceipt({ ...receipt, leaf: other.leaf }, key)).toEqual({
			ok: false,
			error: 'not-included',
		});
		expect(verifyReceipt({ ...receipt, index: 2 }, key)).toEqual({ ok: false, error: 'not-included' });
		expect(verifyReceipt({ ...receipt, proof: other.proof }, key)).toEqual({
			ok: false,
			error: 'not-included',
		});
		const stranger = { name: origin, publicKey: publicKeyOf(newSigningSeed(new Uint8Array(32).fill(8))) };
		expect(verifyReceipt(receipt, stranger)).toEqual({ ok: false, error: 'bad-checkpoint-signature' });
		expect(verifyReceipt({ ...receipt, extra: 1 }, key)).toEqual({ ok: false, error: 'malformed' });
	});
});

describe('verifyExport', () => {
	it('accepts the log as exported', () => {
		expect(verifyExport(lines, key)).toEqual({ ok: true, value: { size: 5, erased: 0 } });
	});

	it('accepts a log whose third entry was erased', () => {
		const erased = lines.map((line, at) =>
			at === 3 ? JSON.stringify({ ...JSON.parse(line), body: null, sealedKey: null }) : line,
		);
		expect(verifyExport(erased, key)).toEqual({ ok: true, value: { size: 5, erased: 1 } });
	});

	it('detects each single changed byte of the export', () => {
		const text = lines.join('\n');
		const unseen: number[] = [];
		for (let at = 0; at < text.length; at += 1) {
			const changed = text[at] === 'a' ? 'b' : 'a';
			const altered = `${text.slice(0, at)}${changed}${text.slice(at + 1)}`;
			if (verifyExport(altered.split('\n'), key).ok) unseen.push(at);
		}
		expect(unseen).toEqual([]);
	});

	it('detects a dropped, a repeated and a reordered entry', () => {
		const [header = '', first = '', second = '', ...rest] = lines;
		expect(verifyExport(lines.slice(0, -1), key)).toMatchObject({ error: { fault: 'size-mismatch' } });
		expect(verifyExport([header, first, first, ...rest], key)).toMatchObject({
			error: { fault: 'malformed', index: 1 },
		});
		expect(verifyExport([header, second, first, ...rest], key)).toMatchObject({
			error: { fault: 'malformed', index: 0 },
		});
	});
});
