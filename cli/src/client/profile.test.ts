import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { newRequestKey } from '@cordon/shared';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readProfile } from './profile.ts';

let folder: string;
let file: string;
let whole: Record<string, unknown>;
let jkt: string;
const secret = 'canary-secret-of-ana';

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'cordon-profile-'));
	file = join(folder, 'ana.json');
	const { key, privateJwk } = await newRequestKey();
	jkt = key.jkt;
	whole = {
		cordon: 1,
		person: 'ana',
		secret,
		issuer: 'https://id.example',
		coordinatorUrl: 'http://127.0.0.1:8440',
		network: 'atlas',
		visibility: 'visible',
		coordinator: { identityKey: 'A'.repeat(43), logKey: 'B'.repeat(43) },
		requestKey: privateJwk.reveal(),
	};
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function messageOf(content: unknown): Promise<string> {
	await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
	return readProfile(file).then(
		() => 'read',
		(error: unknown) => (error instanceof Error ? error.message : 'no error'),
	);
}

describe('readProfile', () => {
	it('reads who asks, where, and with which key', async () => {
		await writeFile(file, JSON.stringify(whole));
		const profile = await readProfile(file);
		expect(profile).toMatchObject({ person: 'ana', network: 'atlas', issuer: 'https://id.example' });
		expect([profile.key.jkt, profile.secret.reveal()]).toEqual([jkt, secret]);
	});

	it('gives nothing that prints a secret', async () => {
		await writeFile(file, JSON.stringify(whole));
		const profile = await readProfile(file);
		const text = inspect(profile, { depth: 9 }) + JSON.stringify(profile);
		expect(text).not.toContain(secret);
		expect(text).not.toContain((whole['requestKey'] as { readonly d: string }).d);
	});

	it.each(['person', 'secret', 'issuer', 'coordinatorUrl', 'network', 'coordinator', 'requestKey', 'cordon'])(
		'refuses a profile without %s, by that name',
		async (name) => {
			const { [name]: _missing, ...rest } = whole;
			expect(await messageOf(rest)).toBe(`${file} is not a profile: ${name}`);
		},
	);

	it.each<[string, object, string]>([
		['an issuer by plain HTTP', { issuer: 'http://id.example' }, 'issuer'],
		['a coordinator by plain HTTP', { coordinatorUrl: 'http://c.example' }, 'coordinatorUrl'],
		['a short secret', { secret: 'short' }, 'secret'],
		['another version', { cordon: 2 }, 'cordon'],
		[
			'a key that is no P-256 key',
			{ requestKey: { kty: 'OKP', crv: 'Ed25519', x: 'x', d: 'd' } },
			'requestKey/kty',
		],
		['no key of the log', { coordinator: { identityKey: 'A'.repeat(43) } }, 'coordinator/logKey'],
	])('refuses %s', async (_what, change, path) => {
		expect(await messageOf({ ...whole, ...change })).toBe(`${file} is not a profile: ${path}`);
	});

	it('refuses an unknown key', async () => {
		expect(await messageOf({ ...whole, extra: 1 })).toContain('is not a profile');
	});

	it('refuses the public half of a key alone', async () => {
		const { d: _private, ...publicHalf } = whole['requestKey'] as Record<string, string>;
		expect(await messageOf({ ...whole, requestKey: publicHalf })).toBe(
			`${file} is not a profile: requestKey/d`,
		);
	});

	it.each(['', `{"secret":"${secret}"`, `${secret}`, 'null', '[]'])(
		'refuses the text %j, names the file, and shows nothing of it',
		async (text) => {
			const message = await messageOf(text);
			expect(message).toContain(`${file} is not a profile`);
			expect(message).not.toContain('canary');
		},
	);

	it('says which file is missing', async () => {
		const missing = join(folder, 'eve.json');
		await expect(readProfile(missing)).rejects.toThrow(`there is no profile ${missing}`);
	});
});
