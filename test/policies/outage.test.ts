// A node whose policy server fails refuses, says so in its log, and answers the next question when the server is back.

import { createOpenFgaEngine, hospitalTuples, loadModel, type RelationshipEngine } from '@cordon/policies';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NodeParts } from '../../node/src/ports.ts';
import { forward } from '../e2e/forwarded-question.ts';
import { authorization, epoch, type JudgedNode, openJudgedNode } from '../e2e/judged-node.ts';
import { ofSession } from '../e2e/opened-log.ts';
import { openFgaBinary, startOpenFga } from '../servers/openfga-server.ts';
import { ailments, openPolicyStandIn, type PolicyStandIn } from './policy-stand-in.ts';
import { writtenStore } from './written-store.ts';

const ids = { storeId: '01ARZ3NDEKTSV4RRFFQ69G5FAV', modelId: '01ARZ3NDEKTSV4RRFFQ69G5FAV' };
const binary = openFgaBinary();
let node: JudgedNode;

beforeAll(async () => {
	node = await openJudgedNode({ isEmpty: false });
});

afterAll(() => node?.close());

function partsWith(engine: RelationshipEngine): NodeParts {
	return { ...node.parts, access: { ...node.parts.access, engine } };
}

/** Puts a genuine question; what was said to the coordinator, logged, charged and touched because of it. */
async function ask(engine: RelationshipEngine) {
	const message = await forward(node);
	const before = await node.parts.ledger.spent(epoch);
	node.touched.length = 0;
	const said = await node.hear(message, partsWith(engine));
	const { session } = message;
	return {
		session,
		said,
		logged: ofSession(await node.log(), session).map(({ decision, body }) => [decision, body['code']]),
		charged: (await node.parts.ledger.spent(epoch)).epochMicros - before.epochMicros,
		touched: [...node.touched],
	};
}

async function expectRefused(engine: RelationshipEngine): Promise<void> {
	const { session, ...outcome } = await ask(engine);
	expect(outcome).toEqual({
		said: [{ kind: 'refuse', session, code: 'unavailable' }],
		logged: [['refused', 'policy-unavailable']],
		charged: 0,
		touched: [],
	});
}

async function expectAdmitted(engine: RelationshipEngine): Promise<void> {
	const { said, logged, charged } = await ask(engine);
	expect(said).toMatchObject([{ kind: 'secagg' }]);
	expect(logged.map(([decision]) => decision)).toEqual(['admitted']);
	expect(charged).toBe(500_000);
}

describe('a node whose policy server', () => {
	let server: PolicyStandIn;
	let engine: RelationshipEngine;
	beforeAll(async () => {
		server = await openPolicyStandIn(node.parts.access.engine);
		engine = createOpenFgaEngine({ apiUrl: server.apiUrl, token: null, ...ids, timeoutMs: 400 });
	});
	afterAll(() => server?.close());

	it.each(ailments)('%s: denies, logs it, and answers when it is well again', async (ailment) => {
		server.ailment = ailment;
		const before = server.asked();
		await expectRefused(engine);
		// One attempt: what failed is not tried again until it says yes.
		expect(server.asked()).toBe(before + 1);
		server.ailment = null;
		await expectAdmitted(engine);
	});

	it('is not there denies and logs it', async () => {
		const address = { apiUrl: 'http://127.0.0.1:1', token: null, ...ids, timeoutMs: 400 };
		await expectRefused(createOpenFgaEngine(address));
	});
});

describe.skipIf(binary === null)('a node on a real OpenFGA server', () => {
	it('admits; denies while the server hangs, and when it was killed; admits when it answers again', async () => {
		const server = await startOpenFga(binary ?? '');
		const open = { apiUrl: server.apiUrl, token: null, timeoutMs: 5000 };
		const wanted = { model: loadModel(), tuples: hospitalTuples(authorization) };
		const address = await writtenStore(open, wanted);
		const engine = createOpenFgaEngine({ ...address, timeoutMs: 1000 });
		await expectAdmitted(engine);
		server.pause();
		await expectRefused(engine);
		server.resume();
		await expectAdmitted(engine);
		await server.kill();
		await expectRefused(engine);
	});
});
