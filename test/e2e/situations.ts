// For every refusal code, the situations in which one hospital alone must give it, whatever its coordinator let pass.

import { createOpenFgaEngine } from '@cordon/policies';
import {
	countPatients,
	createIssuerKeys,
	type Manifest,
	manifestHash,
	newReceiverKeys,
	newRequestKey,
	type OpenMessage,
	type RefusalCode,
	type ReplayMessage,
	signRequest,
} from '@cordon/shared';
import type { NodeParts } from '../../node/src/ports.ts';
import { seededRandom } from '../../shared/src/noise/seeded-random.ts';
import { exactSituations } from './exact-situations.ts';
import { alterPayload } from './forged-token.ts';
import { forward, tokenOf } from './forwarded-question.ts';
import type { JudgedNode } from './judged-node.ts';

export interface Situation {
	readonly name: string;
	readonly message: (node: JudgedNode) => Promise<OpenMessage | ReplayMessage>;
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

const receiverKey = newReceiverKeys(seededRandom('receiver')).publicKey;

function blindOf({ manifest }: NodeParts): Manifest {
	return { ...manifest, policy: { ...manifest.policy, visibility: 'blind' } };
}

function blindParts(parts: NodeParts): NodeParts {
	return { ...parts, manifest: blindOf(parts) };
}

function forwardBlind(node: JudgedNode, changes: Parameters<typeof forward>[1]): Promise<OpenMessage> {
	return forward(node, { ...changes, message: { manifest: manifestHash(blindOf(node.parts)) } });
}

function smallAllotments({ manifest }: NodeParts): Manifest {
	const allotments = { epsilonPerProjectMicros: 499_999 };
	return { ...manifest, policy: { ...manifest.policy, allotments } };
}

function withCategory({ dictionary }: NodeParts, id: string): NodeParts['dictionary'] {
	const elements = dictionary.elements.map((element) =>
		element.type === 'code' ? { ...element, values: [...element.values, { id, title: id }] } : element,
	);
	return { ...dictionary, elements };
}

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
	'ask-needs-visible': [
		{
			name: 'exists, whose count the researcher of a blind network would open',
			message: (node) => forwardBlind(node, { question: { ask: { exists: {} } }, receiverKey }),
			parts: blindParts,
		},
	],
	'receiver-key-wrong': [
		{ name: 'a key where the coordinator opens the sum', message: asks({ receiverKey }) },
		{
			name: 'no key where only the researcher may open it',
			message: (node) => forwardBlind(node, {}),
			parts: blindParts,
		},
		{
			name: 'a key of low order, whose masks anybody could take off',
			message: (node) => forwardBlind(node, { receiverKey: 'A'.repeat(43) }),
			parts: blindParts,
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
	...exactSituations,
	'reply-overdue': [
		{
			name: 'data that take longer to count than the policy lets a reply wait',
			at: 'input',
			message: genuine,
			parts: countedInMs(12),
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
	'sensitivity-unknown': ['m', 'unknown'].map((id) => ({
		name: `a histogram over a dictionary that names the category ${id} twice`,
		message: asks({ question: { ask: { histogram: { of: 'first-code' } } } }),
		parts: (parts: NodeParts) => ({ ...parts, dictionary: withCategory(parts, id) }),
	})),
	'epsilon-over-cap': [
		{
			name: 'a question that costs more than its project may ever spend in a month',
			message: (node) => forward(node, { message: { manifest: manifestHash(smallAllotments(node.parts)) } }),
			parts: (parts) => ({ ...parts, manifest: smallAllotments(parts) }),
		},
	],
	'release-unknown': [
		{
			name: 'a release of a session that it knows nothing of',
			message: async (node) => asReplay(await forward(node), '0'.repeat(64)),
		},
	],
};

/** Under a policy of 10 ms; nobody is counted, so that it shows that nothing of it is said. */
function countedInMs(spentMs: number): (parts: NodeParts) => NodeParts {
	return (parts) => {
		let lateMs = 0;
		const policy = { ...parts.manifest.policy, replyMs: 10 };
		return {
			...parts,
			manifest: { ...parts.manifest, policy },
			clock: { nowMs: () => parts.clock.nowMs() + lateMs },
			index: {
				...parts.index,
				count: async ({ cells }) => {
					lateMs = spentMs;
					return cells.map(() => countPatients(0));
				},
			},
		};
	};
}

/** The same request, which the coordinator says was answered in another session. */
export function asReplay(message: OpenMessage, released: string): ReplayMessage {
	return { ...message, kind: 'replay', released };
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
