import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
	auditMigration,
	createAuditLog,
	formatNoteKey,
	hashParts,
	initCrypto,
	type Manifest,
	migrate,
	openDatabase,
	publicKeyOf,
	signManifest,
} from '@cordon/shared';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeComplianceKey } from '../audit/compliance-key.ts';
import { seedOf, signAnswer, signedAnswer } from '../testing/signed-answer.ts';
import { auditKeygen, auditKeys, auditVerify } from './audit-commands.ts';

let folder: string;
let lines: readonly string[];
let receipt: object;
let said: string[];
let complained: string[];
const origin = 'atlas/north';
const keyOf = (name: string, party: string): string =>
	formatNoteKey({ name, publicKey: publicKeyOf(seedOf(`${party} log`)) });

beforeAll(async () => {
	await initCrypto();
	folder = await mkdtemp(join(tmpdir(), 'cordon-audit-'));
	const complianceKey = await makeComplianceKey(join(folder, 'officer.key'));
	const database = await openDatabase({ kind: 'memory' });
	await migrate(database, [auditMigration]);
	let drawn = 0;
	const log = createAuditLog(database, {
		origin,
		seed: seedOf('north log'),
		complianceKey,
		policy: () => 'f'.repeat(64),
		clock: { nowMs: () => Date.UTC(2026, 10, 23, 12, 34) },
		random: {
			bytes: (length) => {
				drawn += 1;
				return hashParts('audit', String(drawn)).slice(0, length);
			},
		},
	});
	for (const session of ['s0', 's1', 's2']) {
		const body = { session, person: `person of ${session}` };
		await log.append({ key: session, stage: 'plan', decision: 'admitted', body });
	}
	lines = await Array.fromAsync(log.exportLines());
	receipt = await log.receipt(1);
	await database.close();
	await writeFile(join(folder, 'manifest.json'), JSON.stringify(signedManifest()));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

beforeEach(() => {
	said = [];
	complained = [];
	vi.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
	vi.spyOn(console, 'error').mockImplementation((line: string) => void complained.push(line));
	process.exitCode = undefined;
});
afterEach(() => {
	vi.restoreAllMocks();
	process.exitCode = undefined;
});

function signedManifest(): object {
	const party = (name: string): { readonly identityKey: string; readonly logKey: string } => ({
		identityKey: publicKeyOf(seedOf(name)),
		logKey: publicKeyOf(seedOf(`${name} log`)),
	});
	const manifest: Manifest = {
		cordon: 1,
		network: 'atlas',
		version: 1,
		previous: null,
		coordinator: party('coordinator'),
		members: [{ hospital: 'north', name: 'North', ...party('north'), k: 11 }],
		issuers: [{ issuer: 'https://id.example', jwksUri: 'https://id.example/jwks', audience: 'atlas' }],
		dictionary: 'd'.repeat(64),
		policy: {
			aggregation: 'plain',
			visibility: 'visible',
			mechanisms: ['noised'],
			k: 11,
			publicData: false,
			epsilonPerEpochMicros: 1,
			epsilonForLifeMicros: 1,
			hospitalsPerPatient: 1,
			colluders: null,
			sessionDeadlineMs: 1,
			replyMs: 0,
			maxCells: 1,
		},
		projects: [{ id: 'glioma', title: 'Glioma', hospitals: ['north'] }],
	};
	const signers = ['coordinator', 'north'].map(
		(name) => [name, signManifest(manifest, seedOf(name))] as const,
	);
	return { manifest, signatures: Object.fromEntries(signers) };
}

async function verify(content: unknown, options: Parameters<typeof auditVerify>[1]): Promise<unknown> {
	const file = join(folder, 'given');
	await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
	await auditVerify(file, options);
	return process.exitCode;
}

const whole = (): string => `${lines.join('\n')}\n`;
const byKey = (): { readonly key: string } => ({ key: keyOf(origin, 'north') });
const manifestFile = (): { readonly manifest: string } => ({ manifest: join(folder, 'manifest.json') });

describe('auditVerify of a log', () => {
	it('proves a whole one by key and by manifest', async () => {
		expect(await verify(whole(), byKey())).toBeUndefined();
		expect(await verify(whole(), manifestFile())).toBeUndefined();
		const proved = 'proved: all 3 entries are those that atlas/north signed (0 erased)';
		expect([said, complained]).toEqual([[proved, proved], []]);
	});

	it('prints an entry when all is proved', async () => {
		await verify(whole(), { ...byKey(), entry: '2' });
		expect(said[1]).toBe(lines[3]);
	});

	it.each(['3', '-1', '1.5', 'x', ''])('refuses to print entry %j, which is none', async (entry) => {
		await expect(verify(whole(), { ...byKey(), entry })).rejects.toThrow(`there is no entry ${entry}`);
	});

	it('opens the bodies for the compliance officer, and for nobody else', async () => {
		await verify(whole(), { ...byKey(), open: join(folder, 'officer.key') });
		expect(process.exitCode).toBeUndefined();
		expect(said.slice(1).map((line) => JSON.parse(line).body)).toEqual([
			{ session: 's0', person: 'person of s0' },
			{ session: 's1', person: 'person of s1' },
			{ session: 's2', person: 'person of s2' },
		]);
		await makeComplianceKey(join(folder, 'stranger.key'));
		said.length = 0;
		await verify(whole(), { ...byKey(), open: join(folder, 'stranger.key') });
		expect(said.slice(1).map((line) => JSON.parse(line).body)).toEqual([null, null, null]);
		expect(process.exitCode).toBe(1);
		expect(complained.join()).toContain('does not open 3 of 3 bodies');
	});

	it.each<[string, () => string, string]>([
		['with a changed byte', () => whole().replace('admitted', 'admittee'), 'malformed (entry 0)'],
		['whose last entry is missing', () => lines.slice(0, -1).join('\n'), 'size-mismatch'],
		[
			'that broke off',
			() => `${lines.slice(0, 2).join('\n')}\n{"error":"internal"}\n`,
			'malformed (entry 1)',
		],
		['without its head', () => lines.slice(1).join('\n'), 'malformed'],
		['that is empty', () => '', 'malformed'],
		['that is something else', () => 'no log at all', 'malformed'],
	])('does not prove one %s', async (_what, text, fault) => {
		expect(await verify(text(), byKey())).toBe(1);
		expect(said).toEqual([]);
		const [first = ''] = complained;
		// The byte in a leaf changes what its body was committed to, or is no longer JSON of its one form.
		expect(first).toMatch(/^not proved: /);
		if (!_what.startsWith('with')) expect(first).toContain(`not proved: ${fault}:`);
	});

	it('does not prove one by the key of another log', async () => {
		expect(await verify(whole(), { key: keyOf(origin, 'south') })).toBe(1);
		expect(complained[0]).toContain('not proved: bad-checkpoint-signature');
	});

	it('shows nothing of one that is not proved', async () => {
		await verify(lines.slice(0, -1).join('\n'), {
			...byKey(),
			entry: '0',
			open: join(folder, 'officer.key'),
		});
		expect(said).toEqual([]);
	});
});

describe('auditVerify of a receipt', () => {
	it('proves that an entry is in a log', async () => {
		expect(await verify(receipt, byKey())).toBeUndefined();
		expect(said).toEqual([
			'proved: entry plan/admitted of 2026-11-23T12:00:00.000Z is in the log of 3 entries that atlas/north signed',
		]);
	});

	it.each<[string, object]>([
		['moved to another place', { index: 2 }],
		['without its proof', { proof: [] }],
		['with another leaf', { leaf: '{}' }],
	])('does not prove one %s', async (_what, change) => {
		expect(await verify({ ...receipt, ...change }, byKey())).toBe(1);
		expect(complained[0]).toContain('not proved: not-included');
	});

	it('proves that this very answer was logged', async () => {
		expect(await verify(signedAnswer(), manifestFile())).toBeUndefined();
		expect(said[0]).toMatch(/^proved: this answer of .* that atlas\/coordinator signed$/);
	});

	it('does not prove an answer that was changed, though its receipt is genuine', async () => {
		const changed = { ...signedAnswer(), cells: [{ key: [], value: 41 }] };
		expect(await verify(changed, manifestFile())).toBe(1);
		expect(complained[0]).toContain('not proved: other-answer');
	});

	it('does not prove an answer without a receipt', async () => {
		expect(await verify(signAnswer({ cordon: 1, receipt: null }), byKey())).toBe(1);
	});
});

describe('auditVerify without a key to trust', () => {
	it('does not take the file’s own word', async () => {
		await expect(verify(whole(), {})).rejects.toThrow('a log cannot vouch for itself');
	});

	it.each(['', 'atlas/north', 'atlas/north+00000000+AAAA'])('refuses the key %j', async (key) => {
		await expect(verify(whole(), { key })).rejects.toThrow('--key is not a verifier key');
	});

	it.each(['', 'no log at all', '{}', '[1]'])(
		'says of %j that it is no log, before it looks for a key',
		async (text) => {
			expect(await verify(text, manifestFile())).toBe(1);
			expect(complained[0]).toContain('not proved: malformed: this is not an exported log');
		},
	);

	it('refuses a manifest that names no such log', async () => {
		const foreign = whole().replaceAll('atlas/north', 'atlas/south');
		await expect(verify(foreign, manifestFile())).rejects.toThrow('names no log atlas/south');
	});

	it.each<[string, (text: string) => string, string]>([
		['was edited', (text) => text.replace('"name":"North"', '"name":"South"'), 'not-signed-by-all'],
		['is no manifest', () => '{}', 'is not right'],
		['is no JSON', () => '{', 'is not right'],
	])('refuses a manifest that %s', async (_what, change, why) => {
		const file = join(folder, 'other-manifest.json');
		await writeFile(file, change(await readFile(join(folder, 'manifest.json'), 'utf8')));
		await expect(verify(whole(), { manifest: file })).rejects.toThrow(why);
	});
});

describe('auditKeys', () => {
	it('prints the key of every log of a manifest', async () => {
		await auditKeys(join(folder, 'manifest.json'));
		expect(said).toEqual([keyOf('atlas/coordinator', 'coordinator'), keyOf('atlas/north', 'north')]);
	});
});

describe('auditKeygen', () => {
	it('prints the public half alone', async () => {
		const file = join(folder, 'new.key');
		await auditKeygen(file);
		const { publicKey, secretKey } = JSON.parse(await readFile(file, 'utf8'));
		expect(said).toEqual([`complianceKey: ${publicKey}`]);
		expect(said.join()).not.toContain(secretKey);
	});
});
