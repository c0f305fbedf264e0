// For every refusal code, the situations in which one hospital alone must give it, whatever its coordinator let pass.

import { createOpenFgaEngine } from '@cordon/policies';
import {
	createIssuerKeys,
	type Manifest,
	manifestHash,
	newRequestKey,
	type OpenMessage,
	type RefusalCode,
	signRequest,
} from '@cordon/shared';
import type { NodeParts, SessionRecord } from '../../node/src/ports.ts';
import { sampleRecord } from '../../node/src/testing/sample-network.ts';
import { alterPayload } from './forged-token.ts';
import { forward, tokenOf } from './forwarded-question.ts';
import { hospitals, type JudgedNode } from './judged-node.ts';

export interface Situation {
	readonly name: string;
	readonly message: (node: JudgedNode) => Promise<OpenMessage>;
	/** Makes the world as the situation wants it, and undoes it afterwards. */
	readonly arrange?: (node: JudgedNode) => Promise<() => Promise<void>>;
	readonly parts?: (parts: NodeParts) => NodeParts;
	/** A hospital that has taken in no file yet. */
	readonly isEmpty?: boolean;
	/** `input`: the question is admitted, and the situation arises just before data are read. */
	readonly at?: 'open' | 'input';
}

const secondMs = 1000;
const nobodyListens = 'http://127.0.0.1:1';

/** Nothing but the code differs from a question that is answered. */
const asks = (changes: Parameters<typeof forward>[1]): Situation['message'] => {
	return (node) => forward(node, changes);
};

const genuine = asks({});

function manyHospitalsPerPatient({ manifest }: NodeParts): Manifest {
	return { ...manifest, policy: { ...manifest.policy, hospitalsPerPatient: 100 } };
}

const exactly = { message: asksExactly(), parts: withExact } satisfies Partial<Situation>;

export const situations: Readonly<Record<RefusalCode, readonly Situation[]>> = {
	'malformed-request': [
		{ name: 'a request that is no JWS', message: signedAs(() => 'a.b.c') },
		{
			name: 'a request with a key more than it may have',
			message: async (node) => resign(node, await forward(node), (payload) => ({ ...payload, more: 1 })),
		},
	],
	'malformed-query': [
		{ name: 'an ask that nobody knows', message: asks({ question: { ask: { dump: {} } } }) },
		{
			name: 'a code that is not in the dictionary',
			message: asks({ question: { cohort: { condition: { code: 'Z99' } } } }),
		},
	],
	'token-invalid': [
		{ name: 'a token that is none', message: tokenAs(() => 'x') },
		{
			name: 'a token whose claims were changed',
			message: tokenAs((token) => alterPayload(token, 'ada', 'eve')),
		},
		{ name: 'a token bound to no key', message: asks({ claims: { cnf: {} } }) },
	],
	'token-expired': [
		{ name: 'a token that ran out', message: (node) => forward(node, { claims: { exp: secondsOf(node) } }) },
		{
			name: 'a token of more than an hour, whatever its issuer says',
			message: (node) =>
				forward(node, { claims: { iat: secondsOf(node) - 3700, exp: secondsOf(node) + 600 } }),
		},
		{
			name: 'a token that runs out after the question was admitted',
			at: 'input',
			message: (node) => forward(node, { claims: { exp: secondsOf(node) + 10 } }),
			arrange: laterBy(10 * secondMs),
		},
	],
	'token-wrong-issuer': [
		{
			name: 'a token of an issuer that nobody trusts',
			message: asks({ claims: { iss: 'https://evil.example' } }),
		},
	],
	'token-wrong-audience': [
		{ name: 'a token for another network', message: asks({ claims: { aud: 'orion' } }) },
		{ name: 'a request for another network', message: asks({ audience: 'orion' }) },
	],
	'request-altered': [
		{
			name: 'a question that was changed after it was signed',
			message: signedAs((request) => alterPayload(request, '"top"', '"left"')),
		},
		{
			name: "a request signed by another key than the member's token is bound to",
			message: async (node) => {
				const { key } = await newRequestKey();
				const { signed, ...message } = await forward({ ...node, researcher: key });
				return { ...message, signed: { ...signed, token: tokenOf(node) } };
			},
		},
		{
			name: 'a question that the coordinator brings to another project than it was asked in',
			message: asks({ message: { project: 'generous' } }),
		},
	],
	'request-stale': [
		{ name: 'a request of eleven minutes ago', message: asks({ ageMs: 660 * secondMs }) },
		{ name: 'a request of two minutes hence', message: asks({ ageMs: -120 * secondMs }) },
		{
			name: 'a session whose deadline has passed',
			message: (node) => forward(node, { message: { deadlineMs: node.clock.nowMs } }),
		},
		{
			name: 'a session with a deadline beyond what the policy allows',
			message: (node) => forward(node, { message: { deadlineMs: node.clock.nowMs + 1000 * secondMs } }),
		},
	],
	'request-replayed': [
		{
			name: 'a request that another session was opened with',
			message: async (node) => {
				const first = await forward(node);
				await node.hear(first);
				return { ...first, session: (await forward(node)).session };
			},
		},
		{
			name: 'another request under an id that was used',
			message: async (node) => {
				const requestId = 'ab'.repeat(16);
				await node.hear(await forward(node, { requestId }));
				return forward(node, { requestId, question: { ask: { exists: {} } } });
			},
		},
	],
	'unknown-project': [
		{
			name: 'a project that the manifest does not name',
			message: asks({ question: { project: 'nowhere' } }),
		},
		{
			name: 'a project of other hospitals only',
			message: asks({ question: { project: 'without-us' } }),
		},
		{
			name: "a project of the manifest that this hospital's own file does not name",
			message: asks({ question: { project: 'not-ours' } }),
		},
	],
	'not-a-member': [{ name: 'somebody with a genuine token', message: asks({ claims: { sub: 'grace' } }) }],
	'ask-not-permitted': [
		{
			name: 'a table where tables were not approved',
			message: asks({
				question: {
					ask: { table: { rows: { element: 'first-number' }, columns: { element: 'first-code' } } },
				},
			}),
		},
	],
	'dataset-not-approved': [
		{ name: 'a project whose approval has lapsed', message: asks({ question: { project: 'lapsed' } }) },
	],
	'exact-not-granted': [
		{
			name: 'an exact answer without the grant',
			message: asks({ question: { release: { mechanism: 'exact' } } }),
		},
	],
	'purpose-not-permitted': [{ name: 'another purpose', message: asks({ question: { purpose: 'GRU' } }) }],
	'mechanism-not-permitted': [
		{
			name: 'an exact answer with the grant, in a network that only noises',
			message: asks({ question: { project: 'generous', release: { mechanism: 'exact' } } }),
		},
	],
	'policy-unavailable': [
		{
			name: 'a policy engine that does not answer',
			message: genuine,
			parts: (parts) => ({ ...parts, access: { ...parts.access, engine: silentEngine() } }),
		},
		{
			name: "an issuer's keys that cannot be fetched",
			message: genuine,
			parts: withSilentIssuer,
		},
	],
	'consent-unavailable': [
		{
			name: 'a consent register that cannot be read',
			at: 'input',
			message: genuine,
			arrange: withoutTable('consent'),
		},
	],
	'ledger-unavailable': [
		{ name: 'a ledger that cannot be read', message: genuine, arrange: withoutTable('ledger_entry') },
	],
	'budget-exhausted': [
		{
			name: 'a question that costs more than the epoch has left',
			message: asks({ question: { release: { mechanism: 'noised', epsilon: 10 } } }),
			arrange: spendAlmostAll,
		},
	],
	'too-many-cells': [
		{
			name: 'a table of more cells than the network permits',
			message: asks({
				question: {
					project: 'generous',
					ask: { table: { rows: { element: 'first-number' }, columns: { element: 'last-number' } } },
				},
			}),
		},
	],
	'noise-too-large': [
		{
			name: 'a small epsilon in a network where a patient may be at many hospitals',
			message: (node) =>
				forward(node, {
					question: { release: { mechanism: 'noised', epsilon: 0.01 } },
					message: { manifest: manifestHash(manyHospitalsPerPatient(node.parts)) },
				}),
			parts: (parts) => ({ ...parts, manifest: manyHospitalsPerPatient(parts) }),
		},
	],
	'manifest-outdated': [
		{ name: 'a session under another manifest', message: asks({ message: { manifest: '0'.repeat(64) } }) },
	],
	'no-data': [{ name: 'a hospital that has taken in no file', message: genuine, isEmpty: true }],
	paused: [
		{
			name: 'a hospital that its people have paused',
			message: genuine,
			arrange: pause,
		},
		{
			name: 'a hospital that is paused once the question was admitted',
			at: 'input',
			message: genuine,
			arrange: pause,
		},
	],
	'too-few-hospitals': [
		{ name: 'a project of two hospitals', message: asks({ question: { project: 'pair' } }) },
	],
	'exact-other-roster': [
		{
			name: 'an exact question after other hospitals answered one in the same epoch',
			...exactly,
			arrange: (node) => answered(node, [{ project: 'glioma', roster: ['east', 'north'] }]),
		},
	],
	'exact-limit': [
		{
			name: 'an exact question of a fifty-first cohort',
			...exactly,
			arrange: (node) =>
				answered(
					node,
					Array.from({ length: 50 }, () => ({ project: 'generous', isDropped: true })),
				),
		},
	],
	'exact-busy': [
		{
			name: 'an exact question while another is open',
			...exactly,
			parts: (parts) => withExact({ ...parts, sessions: { ...parts.sessions, openSessions: oneExact } }),
		},
	],
	'exact-unlisted': [
		{
			name: 'an exact question whose list leaves out an answer of this hospital',
			...exactly,
			arrange: (node) => answered(node, [{ project: 'generous' }]),
		},
		{
			name: 'an exact question whose list has an answer with other cells than it had',
			...exactly,
			message: asksExactly([{ session: '0'.repeat(64), cells: 2 }]),
			arrange: (node) => answered(node, [{ project: 'generous' }]),
		},
		{
			name: 'an exact question whose list has an answer twice',
			...exactly,
			message: asksExactly([
				{ session: 'e'.repeat(64), cells: 1 },
				{ session: 'e'.repeat(64), cells: 1 },
			]),
		},
	],
	'session-aborted': [
		{
			name: 'a session whose deadline passes after the question was admitted',
			at: 'input',
			message: genuine,
			arrange: laterBy(30 * secondMs),
		},
	],
};

function asksExactly(earlier: OpenMessage['earlier'] = []): Situation['message'] {
	return (node) => {
		const manifest = manifestHash(withExact(node.parts).manifest);
		const question = { project: 'generous', release: { mechanism: 'exact' } };
		return forward(node, { question, message: { manifest, earlier } });
	};
}

function withExact(parts: NodeParts): NodeParts {
	const { manifest } = parts;
	const mechanisms = ['noised', 'exact'] as const;
	return { ...parts, manifest: { ...manifest, policy: { ...manifest.policy, mechanisms } } };
}

async function oneExact(): Promise<readonly SessionRecord[]> {
	return [{ ...sampleRecord, earlier: [] }];
}

interface Answered {
	readonly project: string;
	readonly roster?: readonly string[];
	readonly isDropped?: boolean;
}

/** Exact answers of one cell and of as many cohorts, as the hospital's own store holds them. */
async function answered(
	{ database }: JudgedNode,
	answers: readonly Answered[],
): Promise<() => Promise<void>> {
	for (const [at, { project, roster = hospitals, isDropped }] of answers.entries()) {
		const session = at.toString(16).padStart(64, '0');
		const [state, members] = isDropped === true ? ['dropped', 'null'] : ['held', "''"];
		await database.read((tx) =>
			tx.execute(`insert into exact_answer (session, project, epoch, roster, cohort, asked, cells, state, members)
				values ('${session}', '${project}', '2026-11', '${roster.join()}', '${at}', '{}', 1, '${state}', ${members})`),
		);
	}
	return async () => {
		await database.read((tx) => tx.execute('delete from exact_answer'));
	};
}

function secondsOf(node: JudgedNode): number {
	return Math.floor(node.clock.nowMs / secondMs);
}

function signedAs(change: (request: string) => string): Situation['message'] {
	return async (node) => {
		const { signed, ...message } = await forward(node);
		return { ...message, signed: { ...signed, request: change(signed.request) } };
	};
}

function tokenAs(change: (token: string) => string): Situation['message'] {
	return async (node) => {
		const { signed, ...message } = await forward(node);
		return { ...message, signed: { ...signed, token: change(signed.token) } };
	};
}

/** The researcher's own signature, on a payload that is not one. */
async function resign(
	node: JudgedNode,
	message: OpenMessage,
	change: (payload: object) => object,
): Promise<OpenMessage> {
	const [, payload = ''] = message.signed.request.split('.');
	const changed = change(JSON.parse(Buffer.from(payload, 'base64url').toString()));
	const request = await signRequest(changed as Parameters<typeof signRequest>[0], node.researcher);
	return { ...message, signed: { ...message.signed, request } };
}

async function pause({ parts }: JudgedNode): Promise<() => Promise<void>> {
	await parts.sessions.setPaused(true);
	return () => parts.sessions.setPaused(false);
}

function laterBy(milliseconds: number): NonNullable<Situation['arrange']> {
	return async ({ clock }) => {
		clock.nowMs += milliseconds;
		return async () => {
			clock.nowMs -= milliseconds;
		};
	};
}

function withoutTable(name: string): NonNullable<Situation['arrange']> {
	return async ({ database }) => {
		await database.read((tx) => tx.execute(`alter table ${name} rename to lost_${name}`));
		return async () => {
			await database.read((tx) => tx.execute(`alter table lost_${name} rename to ${name}`));
		};
	};
}

/** Leaves 9.5 of the epoch's 50. */
async function spendAlmostAll({ database, parts }: JudgedNode): Promise<() => Promise<void>> {
	const { epochMicros } = await parts.ledger.spent('2026-11');
	await parts.ledger.reserve({
		session: 'spender',
		project: 'glioma',
		person: 'ada',
		epoch: '2026-11',
		mechanism: 'noised',
		epsilonMicros: 40_500_000 - epochMicros,
	});
	return async () => {
		await database.read((tx) => tx.execute("delete from ledger_entry where session = 'spender'"));
	};
}

function silentEngine(): NodeParts['access']['engine'] {
	const id = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
	return createOpenFgaEngine({
		apiUrl: nobodyListens,
		token: null,
		storeId: id,
		modelId: id,
		timeoutMs: 2000,
	});
}

function withSilentIssuer(parts: NodeParts): NodeParts {
	const issuers = parts.identity.issuers.map((one) => ({ ...one, jwksUri: `${nobodyListens}/jwks` }));
	return { ...parts, identity: { ...parts.identity, issuers, keys: createIssuerKeys({ timeoutMs: 2000 }) } };
}
