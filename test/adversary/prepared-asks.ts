// What a researcher's program sends to the network in one process, and the keys of people and issuer: made once, so that
// every world is asked the very same bytes.

import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import {
	createDpopProof,
	initCrypto,
	newRequestKey,
	newSealingKeys,
	type RequestKey,
	signRequest,
} from '@cordon/shared';
import { countingRandom } from '../../coordinator/src/testing/seeded.ts';
import { startMs } from '../../coordinator/src/testing/test-coordinator.ts';
import { testFounding } from '../../coordinator/src/testing/test-policy.ts';
import { forgeToken } from '../e2e/forged-token.ts';
import type { ComplianceKeys } from '../e2e/opened-log.ts';

export const publicUrl = 'http://127.0.0.1:8440';
const issuer = testFounding.issuers[0]?.issuer ?? '';

export interface FixedKeys {
	readonly researcher: RequestKey;
	readonly compliance: ComplianceKeys;
	readonly issuer: { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
}

let made: FixedKeys | null = null;

/** Made by the first who asks; a test that rewinds the platform's randomness asks before. */
export async function fixedKeys(): Promise<FixedKeys> {
	await initCrypto();
	made ??= {
		researcher: (await newRequestKey()).key,
		compliance: await newSealingKeys(),
		issuer: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
	};
	return made;
}

/** Costs half an epsilon. */
export const carriersBySex = {
	cordon: 1,
	project: 'glioma',
	purpose: 'HMB',
	cohort: { gene: { symbol: 'IDH1' } },
	ask: { histogram: { of: 'sex' } },
	release: { mechanism: 'noised', epsilon: 0.5 },
};

export interface PreparedAsk {
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
}

export interface AskChanges {
	readonly person?: string;
	readonly nowMs?: number;
	/** Of a blind network. */
	readonly receiverKey?: string;
}

/** `name` makes the request's id; the same name is the same request again. */
export async function prepareAsk(
	name: string,
	question: unknown,
	changes: AskChanges = {},
): Promise<PreparedAsk> {
	const keys = await fixedKeys();
	const nowMs = changes.nowMs ?? startMs;
	const token = tokenOf(keys, changes.person ?? 'ada', nowMs);
	const jti = Buffer.from(countingRandom(`request ${name}`).bytes(16)).toString('hex');
	const { receiverKey } = changes;
	const sealed = receiverKey === undefined ? {} : { receiverKey };
	const payload = { cordon: 1, question, audience: 'test-network', iatMs: nowMs, jti, ...sealed } as const;
	const request = await signRequest(payload, keys.researcher);
	const headers = await provenHeaders(keys.researcher, {
		token,
		name,
		nowMs,
		method: 'POST',
		path: '/v1/queries',
	});
	return { headers, body: JSON.stringify({ token, request }) };
}

export async function prepareLook(
	name: string,
	path: string,
	nowMs: number = startMs,
): Promise<PreparedAsk['headers']> {
	const keys = await fixedKeys();
	const token = tokenOf(keys, 'ada', nowMs);
	return provenHeaders(keys.researcher, { token, name, nowMs, method: 'GET', path });
}

function tokenOf(keys: FixedKeys, sub: string, nowMs: number): string {
	const iat = Math.floor(nowMs / 1000) - 60;
	const { jkt } = keys.researcher;
	const claims = { iss: issuer, sub, aud: 'test-network', iat, exp: iat + 660, cnf: { jkt } };
	return forgeToken(claims, keys.issuer.privateKey);
}

interface Proving {
	readonly token: string;
	readonly name: string;
	readonly nowMs: number;
	readonly method: string;
	readonly path: string;
}

async function provenHeaders(
	researcher: RequestKey,
	{ token, name, nowMs, method, path }: Proving,
): Promise<PreparedAsk['headers']> {
	const jti = Buffer.from(countingRandom(`proof ${name}`).bytes(16)).toString('hex');
	const proof = await createDpopProof({ method, url: `${publicUrl}${path}`, token, jti, nowMs }, researcher);
	return { authorization: `DPoP ${token}`, dpop: proof, 'content-type': 'application/json' };
}
