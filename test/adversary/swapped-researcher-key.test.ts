// A coordinator that wants to see a blind network's sum puts its own key in the place of the researcher's. Every node
// takes the key from the request that the researcher signed, and from nowhere else; one that took it from the message
// that opens the session would hand the coordinator the sum.

import {
	initCrypto,
	type Manifest,
	manifestHash,
	newReceiverKeys,
	newRequestKey,
	type OpenMessage,
	signRequest,
} from '@cordon/shared';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NodeParts } from '../../node/src/ports.ts';
import { seededRandom } from '../../shared/src/noise/seeded-random.ts';
import { readMerged } from '../../shared/src/numbers/released-count.ts';
import {
	runSession,
	type Session,
	startSession,
	trueSum,
} from '../../shared/src/secagg/in-memory-session.ts';
import { openSealedSum } from '../../shared/src/secagg/open-sealed-sum.ts';
import type { ReceiverKeys } from '../../shared/src/secagg/receiver-key.ts';
import { alterPayload } from '../e2e/forged-token.ts';
import { forward } from '../e2e/forwarded-question.ts';
import { type JudgedNode, openJudgedNode } from '../e2e/judged-node.ts';

const researcher = newReceiverKeys(seededRandom('researcher'));
const coordinator = newReceiverKeys(seededRandom('curious coordinator'));

let node: JudgedNode;
let manifest: Manifest;
let parts: NodeParts;

beforeAll(async () => {
	await initCrypto();
	node = await openJudgedNode({ isEmpty: false });
	const { policy } = node.parts.manifest;
	manifest = { ...node.parts.manifest, policy: { ...policy, visibility: 'blind' } };
	parts = { ...node.parts, manifest };
});
afterAll(() => node.close());

function asked(): Promise<OpenMessage> {
	const message = { manifest: manifestHash(manifest) };
	return forward(node, { receiverKey: researcher.publicKey, message });
}

/** What the coordinator reads of a session whose hospitals added masks under this key. */
function readBy(reader: ReceiverKeys, session: Session): readonly bigint[] {
	runSession(session);
	const [outcome] = session.outcomes;
	if (outcome?.kind !== 'sealed') throw new Error('the session did not end');
	const cells = openSealedSum(outcome.sealed, session.terms, reader.secret);
	return cells.ok ? cells.value.map(readMerged) : [];
}

function sumOf(session: Session): readonly bigint[] {
	return trueSum(
		session,
		session.terms.roster.map(({ hospital }) => hospital),
	);
}

async function codesOf(message: OpenMessage): Promise<unknown> {
	const said = await node.hear(message, parts);
	const logged = (await node.log()).at(-1);
	return { said: said.map(({ kind }) => kind), logged: Object(logged?.body)['code'] };
}

describe("the researcher's key, swapped by the coordinator", () => {
	it('teeth: nodes that take it from the opening message give the coordinator the sum', () => {
		const swapped = startSession(4, 5, 'swapped', { receiverKey: coordinator.publicKey });
		expect(readBy(coordinator, swapped)).toEqual(sumOf(swapped));
	});

	it('hold: under the key that was signed the coordinator reads nothing of it, and the researcher all', () => {
		const genuine = (): Session => startSession(4, 5, 'swapped', { receiverKey: researcher.publicKey });
		const mine = readBy(coordinator, genuine());
		const sum = sumOf(genuine());
		expect(mine.filter((cell, at) => cell === sum[at])).toEqual([]);
		expect(readBy(researcher, genuine())).toEqual(sum);
	});

	it('hold: a node masks under the key of the signed request, whatever else the message says', async () => {
		const message = await asked();
		const planted = { ...message, receiverKey: coordinator.publicKey };
		expect((await node.hear(planted, parts)).map(({ kind }) => kind)).toEqual(['secagg']);
		const record = await node.parts.sessions.find(message.session);
		expect(record?.receiverKey).toBe(researcher.publicKey);
	});

	it('hold: a node refuses a request in which it was changed', async () => {
		const message = await asked();
		const request = alterPayload(message.signed.request, researcher.publicKey, coordinator.publicKey);
		const swapped = { ...message, signed: { ...message.signed, request } };
		expect(await codesOf(swapped)).toEqual({ said: ['refuse'], logged: 'request-altered' });
	});

	it('hold: a node refuses the same request signed again by the coordinator', async () => {
		const message = await asked();
		const [, payload = ''] = message.signed.request.split('.');
		const content = JSON.parse(Buffer.from(payload, 'base64url').toString());
		const request = await signRequest(
			{ ...content, receiverKey: coordinator.publicKey },
			(await newRequestKey()).key,
		);
		const swapped = { ...message, signed: { ...message.signed, request } };
		expect(await codesOf(swapped)).toEqual({ said: ['refuse'], logged: 'request-altered' });
	});

	it('hold: a node refuses a request without one, which would leave the sum to the coordinator', async () => {
		const message = await forward(node, { message: { manifest: manifestHash(manifest) } });
		expect(await codesOf(message)).toEqual({ said: ['refuse'], logged: 'receiver-key-wrong' });
	});
});
