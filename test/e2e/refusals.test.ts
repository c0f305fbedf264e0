// Every refusal that the network promises, over real processes: what the researcher is told, and the exact code in the
// log of who decided. The coordinator is the first gate; then it is made to let everything pass, and a hospital's node
// refuses by itself.

import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
	manifestHash,
	newRequestKey,
	type OpenMessage,
	pause,
	type SignedRequest,
	systemClock,
	systemRandom,
	toHex,
} from '@cordon/shared';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshQuestion } from '../fresh-question.ts';
import { alterPayload } from './forged-token.ts';
import { type RealNetwork, startRealNetwork } from './real-network.ts';
import { type Forger, forgerOf, submit } from './sent-request.ts';
import { postUnchecked } from './unchecked-mail.ts';

const hospitals = ['east', 'north', 'south', 'west'];
const sessionDeadlineMs = 45_000;
const waitMs = 60_000;

const question = {
	cordon: 1,
	project: 'glioma',
	purpose: 'HMB',
	cohort: { condition: { code: 'C71' } },
	ask: { count: {} },
	release: { mechanism: 'noised', epsilon: 0.25 },
};

const table = {
	table: { rows: { element: 'enhancement-pattern' }, columns: { element: 'mgmt-methylation' } },
};

let network: RealNetwork;
let ada: Forger;

beforeAll(async () => {
	network = await startRealNetwork({
		seed: 11,
		patients: 60,
		change: (file) => {
			const [glioma] = file.projects;
			if (glioma === undefined) throw new Error('a synthetic network has a project');
			return {
				...file,
				policy: { ...file.policy, epsilonPerEpoch: 3, sessionDeadline: sessionDeadlineMs / 1000 },
				projects: [
					glioma,
					{ ...glioma, id: 'lapsed', until: '2020-12-31' },
					{ ...glioma, id: 'narrow', asks: ['count'], exact: false },
					{ ...glioma, id: 'unknown-here' },
				],
			};
		},
		// The network agreed on the project; no hospital's steward has taken it up.
		prepared: async ({ state }) => {
			// Asked ahead, a hospital has masked its vector before it is known that others are away, and stays charged.
			await appendFile(state.coordinatorFile, 'preparedSessions: 0\n');
			for (const hospital of hospitals) {
				// Each lowers the network's 3 for its own patients.
				await appendFile(state.nodeFile(hospital), 'budget: { epsilonPerEpoch: 2 }\n');
				const file = join(state.hospitalFolder(hospital), 'authorization.yaml');
				const text = await readFile(file, 'utf8');
				await writeFile(file, text.replace('id: unknown-here', 'id: known-elsewhere'));
			}
		},
	});
	ada = await forgerOf(network.prepared.state, await network.profileOf('ada'));
}, 240_000);

afterAll(() => network?.close());

interface Decided {
	readonly situation: string;
	readonly change: Readonly<Record<string, unknown>>;
	readonly person?: string;
	readonly code: string;
	readonly told: string;
}

const decidedByHospitals: readonly Decided[] = [
	{
		situation: 'a person who is no member',
		change: {},
		person: 'grace',
		code: 'not-a-member',
		told: 'not-permitted',
	},
	{
		situation: 'a project whose approval of the data set has lapsed',
		change: { project: 'lapsed' },
		code: 'dataset-not-approved',
		told: 'not-permitted',
	},
	{
		situation: 'a project that only the manifest knows',
		change: { project: 'unknown-here' },
		code: 'unknown-project',
		told: 'not-permitted',
	},
	{
		situation: 'a purpose that was not approved',
		change: { purpose: 'GRU' },
		code: 'purpose-not-permitted',
		told: 'not-permitted',
	},
	{
		situation: 'a kind of ask that was not approved',
		change: { project: 'narrow', ask: table },
		code: 'ask-not-permitted',
		told: 'not-permitted',
	},
	{
		situation: 'an exact answer without the grant',
		change: { project: 'narrow', release: { mechanism: 'exact' } },
		code: 'exact-not-granted',
		told: 'not-permitted',
	},
	{
		situation: 'a question that costs more than these hospitals let the epoch hold',
		change: { release: { mechanism: 'noised', epsilon: 2.000001 } },
		code: 'budget-exhausted',
		told: 'no-budget',
	},
];

describe('the hospitals refuse', () => {
	it.each(decidedByHospitals)('$situation: $code', async ({ change, person, code, told }) => {
		const spent = await Promise.all(hospitals.map(network.spent));
		const answer = await network.ask({ ...question, ...change }, person);
		expect(answer).toMatchObject({ status: 'refused', code: told, hospitals: { contributed: [] } });
		expect(answer).not.toHaveProperty('cells');
		// The session ends when the last that could have answered are too few: two refusals of four are enough.
		await expectLogged(code, 2);
		for (const hospital of hospitals) expect(await decisionsAt(hospital)).not.toContain('admitted');
		expect(await Promise.all(hospitals.map(network.spent))).toEqual(spent);
	});
});

describe('the coordinator refuses at the door', () => {
	it.each([
		['an expired token', 'token-expired'],
		['a token for another network', 'token-wrong-audience'],
		['a request for another network', 'token-wrong-audience'],
		['a question altered after signing', 'request-altered'],
		["a request signed by another key than the token's", 'request-altered'],
	])('%s: %s, told as not-authenticated', async (situation) => {
		const { httpStatus, body } = await submit(ada, await tampered(situation));
		expect([httpStatus, body['status'], body['code']]).toEqual([401, 'refused', 'not-authenticated']);
		expect(body).not.toHaveProperty('id');
	});

	it('a project that the manifest does not name: unknown-project, told as not-permitted', async () => {
		const answer = await network.ask({ ...question, project: 'gliona' });
		expect(answer).toMatchObject({ status: 'refused', code: 'not-permitted' });
		expect(answer).not.toHaveProperty('id');
	});

	it('a malformed question: malformed-query, told with path and nearest names', async () => {
		const cohort = { all: [{ conditon: { code: 'C71' } }] };
		const answer = await network.ask({ ...question, cohort, purpos: 'HMB' });
		expect(answer).toMatchObject({
			status: 'refused',
			code: 'malformed',
			issues: expect.arrayContaining([
				expect.objectContaining({ path: '/purpos', nearest: ['purpose'] }),
				expect.objectContaining({ path: '/cohort/all/0/conditon', nearest: ['condition'] }),
			]),
		});
	});

	it('and no hospital hears of any of these', async () => {
		for (const hospital of hospitals) {
			const codes = (await network.log(hospital)).map(({ body }) => body['code']);
			expect(codes).not.toContain('token-expired');
			expect(codes).not.toContain('malformed-query');
		}
	});
});

describe('a network that lacks hospitals', () => {
	it('answers without one that is paused, which logs why', async () => {
		await network.callNode('east', 'POST', '/pause');
		const answer = await network.ask(freshQuestion(question, 1));
		await network.callNode('east', 'POST', '/resume');
		expect(answer).toMatchObject({
			status: 'released',
			hospitals: {
				contributed: ['north', 'south', 'west'],
				absent: [{ hospital: 'east', reason: 'refused' }],
			},
		});
		await expectLogged('paused', 1);
		expect(await network.spent('east')).toBe(0);
		expect(await network.spent('north')).toBe(250_000);
	});

	it('withholds with too-few-hospitals where two of four do not answer, and the others take the charge back', async () => {
		const late = ['south', 'west'];
		for (const hospital of late) network.freeze(hospital);
		const answer = await network.ask(freshQuestion(question, 2));
		for (const hospital of late) network.thaw(hospital);
		expect(answer).toMatchObject({
			status: 'withheld',
			code: 'too-few-hospitals',
			hospitals: {
				contributed: [],
				absent: expect.arrayContaining(late.map((hospital) => ({ hospital, reason: 'no-answer' }))),
			},
		});
		expect(answer).not.toHaveProperty('cells');
		// As soon as the hospital hears that the session is over.
		await expect.poll(() => network.spent('north'), { timeout: 20_000 }).toBe(250_000);
	});
});

describe('a node whose coordinator lets everything pass', () => {
	it('refuses by itself, with each exact code in its own log, and admits what is genuine', async () => {
		const wrong: readonly (readonly [code: string, open: OpenMessage])[] = [
			['token-expired', await openOf(await tampered('an expired token'))],
			['token-wrong-audience', await openOf(await tampered('a token for another network'))],
			['token-wrong-audience', await openOf(await tampered('a request for another network'))],
			['request-altered', await openOf(await tampered('a question altered after signing'))],
			['request-altered', await openOf(await tampered("a request signed by another key than the token's"))],
			['request-altered', await openOf(await genuine(question), { project: 'narrow' })],
			[
				'unknown-project',
				await openOf(await genuine({ ...question, project: 'gliona' }), { project: 'gliona' }),
			],
			['malformed-query', await openOf(await genuine({ ...question, cohort: { conditon: {} } }))],
			['manifest-outdated', await openOf(await genuine(question), { manifest: '0'.repeat(64) })],
			['request-stale', await openOf(await genuine(question), { deadlineMs: 1 })],
		];
		const right = await openOf(await genuine(question));
		await network.stop('coordinator');
		const log = await network.coordinatorLog();
		await postUnchecked(network.prepared.state, 'north', [...wrong.map(([, open]) => open), right]);
		await network.start('coordinator');

		// The genuine one comes last: once it was dealt with, so were the others.
		await until(async () => (await entriesOf('north', right.session)).length > 0);
		for (const [code, { session }] of wrong) {
			expect(await entriesOf('north', session)).toMatchObject([
				{ decision: 'refused', body: { session, code } },
			]);
		}
		expect(await entriesOf('north', right.session)).toMatchObject([{ decision: 'admitted' }]);
		expect(codesAtTheDoor(log)).toEqual([
			'malformed-query',
			'request-altered',
			'token-expired',
			'token-wrong-audience',
			'unknown-project',
		]);
	});

	it('answers afterwards as before', async () => {
		expect(await network.ask(freshQuestion(question, 3))).toMatchObject({
			status: 'released',
			hospitals: { contributed: hospitals, absent: [] },
		});
	});
});

/** The same tampering for the coordinator's door and for the node's. */
async function tampered(situation: string): Promise<SignedRequest> {
	const seconds = Math.floor(systemClock.nowMs() / 1000);
	switch (situation) {
		case 'an expired token': {
			const token = ada.token({ iat: seconds - 700, exp: seconds - 100 });
			return { token, request: await ada.request(question) };
		}
		case 'a token for another network':
			return { token: ada.token({ aud: 'another-network' }), request: await ada.request(question) };
		case 'a request for another network': {
			const request = await ada.request(question, { audience: 'another-network' });
			return { token: ada.token(), request };
		}
		case 'a question altered after signing': {
			const request = alterPayload(await ada.request(question), '"C71"', '"C34"');
			return { token: ada.token(), request };
		}
		case "a request signed by another key than the token's": {
			const { key } = await newRequestKey();
			return { token: ada.token(), request: await ada.request(question, { key }) };
		}
		default:
			throw new Error(`no such tampering: ${situation}`);
	}
}

async function genuine(asked: unknown): Promise<SignedRequest> {
	return { token: ada.token(), request: await ada.request(asked) };
}

async function openOf(signed: SignedRequest, change: Partial<OpenMessage> = {}): Promise<OpenMessage> {
	return {
		kind: 'open',
		session: toHex(systemRandom.bytes(32)),
		manifest: manifestHash(network.manifest),
		project: 'glioma',
		signed,
		// As far ahead as a node takes, so that a slow machine does not make it stale.
		deadlineMs: systemClock.nowMs() + sessionDeadlineMs + 50_000,
		prepared: false,
		...change,
	};
}

/** A person is named once their token has verified; of the others only how many were refused, by the hour. */
function codesAtTheDoor(log: Awaited<ReturnType<RealNetwork['coordinatorLog']>>): readonly string[] {
	const refused = log.filter(({ stage, decision }) => stage === 'submit' && decision === 'refused');
	const codes = refused.flatMap(({ body }) =>
		body['event'] === 'unproven' ? Object.keys(Object(body['refusals'])) : [String(body['code'])],
	);
	return [...new Set(codes)].sort();
}

async function entriesOf(hospital: string, session: string): ReturnType<RealNetwork['log']> {
	return (await network.log(hospital)).filter(({ body }) => body['session'] === session);
}

async function decisionsAt(hospital: string): Promise<readonly string[]> {
	return (await network.log(hospital)).map(({ decision }) => decision);
}

/** At least so many hospitals have refused with the code; the last may still be writing when the answer is there. */
async function expectLogged(code: string, least: number): Promise<void> {
	await until(async () => {
		const logs = await Promise.all(hospitals.map(network.log));
		const refusing = logs.filter((log) =>
			log.some(({ decision, body }) => decision === 'refused' && body['code'] === code),
		);
		return refusing.length >= least;
	});
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
	const deadline = AbortSignal.timeout(waitMs);
	while (!(await isSo())) {
		if (deadline.aborted) throw new Error(`waited ${waitMs} ms in vain`);
		await pause(100, deadline);
	}
}
