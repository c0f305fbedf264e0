import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { initCrypto, verifyBytes } from '../../shared/src/keys.ts';
import { hkdf, x25519, x25519Public, x25519Secret } from '../../shared/src/secagg/key-agreement.ts';
import { outsideData } from '../outside-data.ts';

interface Case {
	readonly tcId: number;
	readonly result: 'valid' | 'acceptable' | 'invalid';
	readonly flags: readonly string[];
	readonly size?: number;
	readonly [field: string]: unknown;
}

interface Group {
	readonly publicKey?: { readonly pk?: string };
	readonly tests: readonly Case[];
}

const paths = {
	x25519: outsideData('vectors/wycheproof/x25519_test.json'),
	hkdf: outsideData('vectors/wycheproof/hkdf_sha256_test.json'),
	ed25519: outsideData('vectors/wycheproof/ed25519_test.json'),
};

function groupsOf(path: string | null): readonly Group[] {
	if (path === null) return [];
	const file = JSON.parse(readFileSync(path, 'utf8')) as { readonly testGroups: readonly Group[] };
	return file.testGroups;
}

function bytes(test: Case, field: string): Uint8Array {
	return Uint8Array.from(Buffer.from(String(test[field]), 'hex'));
}

beforeAll(initCrypto);

describe.skipIf(paths.x25519 === null)('x25519', () => {
	const tests = groupsOf(paths.x25519).flatMap((group) => group.tests);

	it('agrees with all 518 vectors, and refuses every output of zeros', () => {
		expect(tests.length).toBe(518);
		for (const test of tests) {
			const found = x25519(x25519Secret(bytes(test, 'private')), x25519Public(bytes(test, 'public')));
			if (test.flags.includes('ZeroSharedSecret')) {
				expect([test.tcId, found]).toEqual([test.tcId, { ok: false, error: 'weak-key' }]);
			} else {
				expect([test.tcId, found]).toEqual([test.tcId, { ok: true, value: bytes(test, 'shared') }]);
			}
		}
	});
});

describe.skipIf(paths.hkdf === null)('hkdf', () => {
	const tests = groupsOf(paths.hkdf).flatMap((group) => group.tests);

	it('agrees with all 86 vectors', () => {
		expect(tests.length).toBe(86);
		for (const test of tests) {
			const derive = (): Uint8Array =>
				hkdf(bytes(test, 'ikm'), bytes(test, 'salt'), bytes(test, 'info'), Number(test.size));
			if (test.result === 'invalid') expect(derive).toThrow();
			else expect([test.tcId, derive()]).toEqual([test.tcId, bytes(test, 'okm')]);
		}
	});
});

describe.skipIf(paths.ed25519 === null)('verifyBytes', () => {
	it('agrees with every Ed25519 vector', () => {
		for (const group of groupsOf(paths.ed25519)) {
			const key = Buffer.from(group.publicKey?.pk ?? '', 'hex').toString('base64url');
			for (const test of group.tests) {
				const found = verifyBytes(key, bytes(test, 'msg'), bytes(test, 'sig'));
				expect([test.tcId, found]).toEqual([test.tcId, test.result === 'valid']);
			}
		}
	});
});
