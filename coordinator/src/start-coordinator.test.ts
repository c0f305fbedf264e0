import { cp, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
	createDpopProof,
	newRequestKey,
	parseQuestion,
	type RequestKey,
	type RequestPayload,
	requestHash,
	signRequest,
	verifyExport,
	verifyReceipt,
} from '@cordon/shared';
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CoordinatorConfig, parseCoordinatorConfig } from './config.ts';
import { initCoordinator, inviteHospitals } from './init-coordinator.ts';
import { verifyAnswer } from './release/compose-answer.ts';
import { type CoordinatorDeps, type RunningCoordinator, startCoordinator } from './start-coordinator.ts';
import { type AskedRequest, FakeMember } from './testing/fake-member.ts';
import { question } from './testing/researcher.ts';
import { countingRandom, seedOf } from './testing/seeded.ts';
import { type ManualTime, manualTime } from './testing/test-coordinator.ts';
import { testDictionary, testFounding, testHospitals } from './testing/test-policy.ts';

let folder: string;
let time: ManualTime;
let deps: CoordinatorDeps;
let key: RequestKey;
let token: string;
let running: RunningCoordinator[] = [];

beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'cordon-coordinator-'));
	time = manualTime();
	const issuer = await generateKeyPair('ES256', { extractable: true });
	const keys = createLocalJWKSet({ keys: [await exportJWK(issuer.publicKey)] });
	deps = { clock: time, random: countingRandom('start'), timer: time.timer, issuerKeys: () => keys };
	({ key } = await newRequestKey());
	token = await new SignJWT({ cnf: { jkt: key.jkt } })
		.setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
		.setIssuer('https://id.example')
		.setAudience('test-network')
		.setSubject('alice')
		.setIssuedAt(time.nowMs() / 1000)
		.setExpirationTime(time.nowMs() / 1000 + 600)
		.sign(issuer.privateKey);
});

afterEach(async () => {
	for (const coordinator of running) await coordinator.close();
	running = [];
	await rm(folder, { recursive: true });
});

function configAt(state: string): CoordinatorConfig {
	const text = `{ cordon: 1, state: ${state}, listen: { host: 127.0.0.1, port: 0 }, database: { kind: pglite }, complianceKey: ${complianceKey}, log: silent }`;
	const parsed = parseCoordinatorConfig(text, join(folder, 'coordinator.yaml'));
	if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
	return parsed.value;
}

// The base point of X25519: a valid key that nobody needs to open anything with here.
const complianceKey = Buffer.from([9, ...new Uint8Array(31)]).toString('base64url');

async function start(state: string): Promise<RunningCoordinator> {
	const coordinator = await startCoordinator(configAt(state), deps);
	running.push(coordinator);
	return coordinator;
}

/** As the disk is after kill -9: what had been answered is in the files, and nothing was closed. */
async function crashImage(from: string, to: string): Promise<void> {
	await cp(join(folder, from), join(folder, to), {
		recursive: true,
		filter: (path) => !path.endsWith('owner.lock'),
	});
}

async function researcher(
	url: string,
	method: 'GET' | 'POST',
	path: string,
	body?: unknown,
): Promise<Record<string, unknown>> {
	const target = new URL(path, url).href;
	const jti = Buffer.from(deps.random.bytes(16)).toString('hex');
	const proof = await createDpopProof({ method, url: target, token, jti, nowMs: time.nowMs() }, key);
	const headers = { authorization: `DPoP ${token}`, dpop: proof };
	const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
	return (await (await fetch(target, init)).json()) as Record<string, unknown>;
}

function read(request: string): AskedRequest {
	const payload = JSON.parse(
		Buffer.from(request.split('.')[1] ?? '', 'base64url').toString(),
	) as RequestPayload;
	const parsed = parseQuestion(payload.question, testDictionary);
	if (!parsed.ok) throw new Error('not a question');
	const { audience, iatMs, jti } = payload;
	const question = parsed.value;
	const hash = requestHash({ question, audience, iatMs, requestId: jti, receiverKey: null });
	return { requestHash: hash, mechanism: question.release.mechanism };
}

describe('a coordinator on a folder of its own', () => {
	it('keeps its keys to its user, and is founded once', async () => {
		await initCoordinator(configAt('state'), testFounding, deps);
		for (const name of await readdir(join(folder, 'state/keys'))) {
			expect((await stat(join(folder, 'state/keys', name))).mode & 0o777).toBe(0o600);
		}
		await expect(initCoordinator(configAt('state'), testFounding, deps)).rejects.toThrow('EEXIST');
	});

	it('does not start before it was founded', async () => {
		await expect(startCoordinator(configAt('state'), deps)).rejects.toThrow();
	});

	it('invites only hospitals of the founding document', async () => {
		await initCoordinator(configAt('state'), testFounding, deps);
		const invited = await inviteHospitals(configAt('state'), ['east', 'west'], deps);
		expect(invited).toMatchObject([
			{ cordon: 1, hospital: 'east', network: 'test-network' },
			{ hospital: 'west' },
		]);
		await expect(inviteHospitals(configAt('state'), ['oslo'], deps)).rejects.toThrow('founding document');
	});

	it('finishes a query after kill -9, with one log that verifies and an answer that is signed', async () => {
		const { identityKey, logKey } = await initCoordinator(configAt('first'), testFounding, deps);
		let current = await start('first');
		const members: FakeMember[] = [];
		for (const hospital of testHospitals) {
			const app = { request: (path: string, init?: RequestInit) => fetch(new URL(path, current.url), init) };
			const member = new FakeMember({ hospital, app, nowMs: time.nowMs, seed: seedOf(hospital), read });
			expect((await member.enrol((await current.invite(hospital)).secret)).status).toBe(200);
			members.push(member);
		}
		for (const member of members) await member.signManifest();
		const payload = {
			cordon: 1,
			question: question('exact'),
			audience: 'test-network',
			iatMs: time.nowMs(),
			jti: 'ab'.repeat(16),
		} as const;
		const request = await signRequest(payload, key);
		const { id } = await researcher(current.url, 'POST', '/v1/queries', { token, request });
		// Adverts and key shares have been taken; the masked inputs of two hospitals as well.
		for (let round = 0; round < 2; round += 1) for (const member of members) await member.work([25]);
		for (const member of members.slice(0, 2)) await member.work([25]);
		await crashImage('first', 'second');
		current = await start('second');
		expect(await researcher(current.url, 'GET', `/v1/queries/${String(id)}`)).toMatchObject({
			status: 'running',
		});
		for (let round = 0; round < 5; round += 1) for (const member of members) await member.work([25]);
		const answer = await researcher(current.url, 'GET', `/v1/queries/${String(id)}`);
		expect(answer).toMatchObject({ status: 'released', cells: [{ value: 100 }] });
		expect(verifyAnswer(answer, identityKey)).toBe(true);
		// The same request again is the same query: nothing is asked of the hospitals twice.
		expect(await researcher(current.url, 'POST', '/v1/queries', { token, request })).toMatchObject({ id });
		const lines: string[] = [];
		for await (const line of current.exportAudit()) lines.push(line);
		expect(JSON.stringify(lines)).not.toContain('IDH1');
		checkLog(lines, answer, logKey);
	});

	it('ends at its start a session whose deadline passed while it was down', async () => {
		await initCoordinator(configAt('first'), testFounding, deps);
		let current = await start('first');
		const app = { request: (path: string, init?: RequestInit) => fetch(new URL(path, current.url), init) };
		const members = testHospitals.map(
			(hospital) => new FakeMember({ hospital, app, nowMs: time.nowMs, seed: seedOf(hospital), read }),
		);
		for (const member of members) await member.enrol((await current.invite(member.hospital)).secret);
		for (const member of members) await member.signManifest();
		const payload = {
			cordon: 1,
			question: question('exact'),
			audience: 'test-network',
			iatMs: time.nowMs(),
			jti: 'cd'.repeat(16),
		} as const;
		const { id } = await researcher(current.url, 'POST', '/v1/queries', {
			token,
			request: await signRequest(payload, key),
		});
		await crashImage('first', 'second');
		time.advance(testFounding.policy.sessionDeadlineMs);
		current = await start('second');
		expect(await researcher(current.url, 'GET', `/v1/queries/${String(id)}`)).toMatchObject({
			status: 'withheld',
			code: 'too-few-hospitals',
		});
	});
});

function checkLog(lines: readonly string[], answer: Record<string, unknown>, logKey: string): void {
	const { receipt } = answer as { readonly receipt?: unknown };
	const noteKey = { name: 'test-network/coordinator', publicKey: logKey };
	expect(verifyExport(lines, noteKey)).toMatchObject({ ok: true, value: { erased: 0 } });
	expect(verifyReceipt(receipt, noteKey)).toMatchObject({
		ok: true,
		value: { leaf: { stage: 'release', decision: 'released' } },
	});
}
