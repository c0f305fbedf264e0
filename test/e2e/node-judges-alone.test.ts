// A hospital trusts its coordinator for transport and never for an answer about permission: here the coordinator
// forwards everything, and the node alone gives each refusal, with its exact code in its own log.

import { readFileSync } from 'node:fs';
import {
	nodeStages,
	type OpenMessage,
	type PublicCode,
	type RefusalCode,
	type ReplayMessage,
	type ToCoordinator,
} from '@cordon/shared';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forward } from './forwarded-question.ts';
import { brokenProtocol, runRounds } from './forwarded-rounds.ts';
import { epoch, type JudgedNode, openJudgedNode } from './judged-node.ts';
import { ofSession } from './opened-log.ts';
import { type Situation, situations } from './situations.ts';

/** Written out once more, so that a change of what the researcher is told does not pass unseen. */
const told: Readonly<Record<PublicCode, readonly RefusalCode[]>> = {
	malformed: [
		'malformed-request',
		'malformed-query',
		'too-many-cells',
		'noise-too-large',
		'ask-needs-visible',
		'receiver-key-wrong',
		'sensitivity-unknown',
	],
	'not-authenticated': [
		'token-invalid',
		'token-expired',
		'token-wrong-issuer',
		'token-wrong-audience',
		'request-altered',
		'request-stale',
		'request-replayed',
	],
	'not-permitted': [
		'unknown-project',
		'not-a-member',
		'ask-not-permitted',
		'dataset-not-approved',
		'exact-not-granted',
		'purpose-not-permitted',
		'mechanism-not-permitted',
	],
	'no-budget': ['budget-exhausted', 'epsilon-over-cap', 'exact-limit'],
	'too-few-hospitals': ['too-few-hospitals'],
	subtraction: ['exact-other-roster'],
	'took-too-long': [],
	unavailable: [
		'policy-unavailable',
		'consent-unavailable',
		'ledger-unavailable',
		'manifest-outdated',
		'no-data',
		'paused',
		'exact-busy',
		'exact-unlisted',
		'reply-overdue',
		'session-aborted',
		'release-unknown',
	],
};

const cases = Object.entries(situations).flatMap(([code, list]) =>
	list.map((situation) => ({ code, situation, ...situation })),
);
const atOpen = cases.filter(({ at }) => at !== 'input');
const atInput = cases.filter(({ at }) => at === 'input');

let full: JudgedNode;
let empty: JudgedNode;

beforeAll(async () => {
	full = await openJudgedNode({ isEmpty: false });
	empty = await openJudgedNode({ isEmpty: true });
});

afterAll(async () => {
	await full?.close();
	await empty?.close();
});

describe('a node with a coordinator that forwards everything', () => {
	it.each(atOpen)('refuses $name with $code, and reads no data', async ({ code, situation }) => {
		const node = situation.isEmpty === true ? empty : full;
		const message = await situation.message(node);
		const undo = await situation.arrange?.(node);
		node.touched.length = 0;
		const spent = undo === undefined ? await node.parts.ledger.spent(epoch) : null;
		const said = await node.hear(message, situation.parts?.(node.parts) ?? node.parts);
		await undo?.();

		expect(said).toEqual([{ kind: 'refuse', session: message.session, code: toldFor(code) }]);
		expect(node.touched).toEqual([]);
		if (spent !== null) expect(await node.parts.ledger.spent(epoch)).toEqual(spent);
		expect(await loggedOf(node, message.session)).toMatchObject([
			{ decision: 'refused', body: { session: message.session, code } },
		]);
	});

	it.each(atInput)('leaves a session at $name with $code, and counts nobody', async ({ code, situation }) => {
		const message = await situation.message(full);
		const { epochMicros } = await full.parts.ledger.spent(epoch);
		full.touched.length = 0;
		const { said, undo } = await runInto(full, message, situation);
		await undo();

		const refusal = { kind: 'refuse', session: message.session, code: toldFor(code) };
		const promise = { kind: 'abandon', session: message.session, signature: expect.any(String) };
		// That situation has a reply time, and so another manifest than the session was opened under.
		expect(said).toEqual(code === 'reply-overdue' ? [refusal] : [refusal, promise]);
		expect(full.touched).not.toContain('index');
		expect(await loggedOf(full, message.session)).toMatchObject([
			{ decision: 'admitted' },
			{ decision: 'aborted', body: { session: message.session, code } },
		]);
		// Nothing that depends on data was said, and nothing can be said any more: the charge is given back. But that
		// counting took too long follows from the data, and so would its refund.
		const charge = code === 'reply-overdue' ? 500_000 : 0;
		expect((await full.parts.ledger.spent(epoch)).epochMicros).toBe(epochMicros + charge);
		if (charge === 0) {
			await expect(full.parts.ledger.commit(message.session)).rejects.toThrow('without a reservation');
		}
		expect(await full.hear({ kind: 'secagg', session: message.session, body: 'oA' })).toEqual([]);
	});

	it('leaves a session with session-aborted where the coordinator breaks the protocol', async () => {
		const message = await forward(full);
		await full.hear(message);
		const said = await full.hear({
			kind: 'secagg',
			session: message.session,
			body: brokenProtocol,
		});
		expect(said).toEqual([
			{ kind: 'refuse', session: message.session, code: 'unavailable' },
			{ kind: 'abandon', session: message.session, signature: expect.any(String) },
		]);
		expect(await loggedOf(full, message.session)).toMatchObject([
			{ decision: 'admitted' },
			{ decision: 'aborted', body: { code: 'session-aborted' } },
		]);
	});

	it('answers the same question where nothing of it is wrong, and pays for it once', async () => {
		const message = await forward(full);
		const { epochMicros } = await full.parts.ledger.spent(epoch);
		full.touched.length = 0;
		const { said, outcome } = await runRounds(full, message, async () => full.parts);

		expect(said).toEqual([]);
		expect(outcome?.kind).toBe('sum');
		expect(full.touched).toEqual(['consents', 'index']);
		expect((await loggedOf(full, message.session)).map(({ decision }) => decision)).toEqual([
			'admitted',
			'answered',
			'unmasked',
		]);
		expect((await full.parts.ledger.spent(epoch)).epochMicros).toBe(epochMicros + 500_000);
	});

	it('logs each refusal where one session is opened again and again', async () => {
		const wrong = await forward(full, { claims: { sub: 'grace' } });
		const worse = { ...(await forward(full, { claims: { aud: 'orion' } })), session: wrong.session };
		for (const message of [wrong, wrong, worse]) await full.hear(message);
		expect((await loggedOf(full, wrong.session)).map(({ body }) => body['code'])).toEqual([
			'not-a-member',
			'token-wrong-audience',
		]);
	});

	it('says nothing, and logs nothing more, when a session is opened again that it has admitted', async () => {
		const message = await forward(full);
		await full.hear(message);
		const { signed } = await forward(full, { claims: { sub: 'grace' } });
		const spent = await full.parts.ledger.spent(epoch);
		expect(await full.hear(message)).toEqual([]);
		expect(await full.hear({ ...message, signed })).toEqual([]);
		expect(await loggedOf(full, message.session)).toHaveLength(1);
		expect(await full.parts.ledger.spent(epoch)).toEqual(spent);
	});
});

describe('the situations', () => {
	it('cover every refusal code there is', () => {
		expect(Object.keys(situations).sort()).toEqual(codesOfSource());
		expect(cases.every(({ name }) => name !== '')).toBe(true);
		for (const [code, list] of Object.entries(situations))
			expect([code, list.length > 0]).toEqual([code, true]);
	});

	it('name a public code for each', () => {
		expect(Object.values(told).flat().sort()).toEqual(codesOfSource());
	});

	it('are judged in a stage of the node', async () => {
		const stages = new Set((await full.log()).map(({ stage }) => stage));
		expect([...stages].filter((stage) => !nodeStages.some((known) => known === stage))).toEqual([]);
	});
});

/** The union as it is written: a type alone is not there when a test runs. */
function codesOfSource(): readonly string[] {
	const source = readFileSync(new URL('../../shared/src/refusals.ts', import.meta.url), 'utf8');
	const union = /export type RefusalCode =([^;]+);/.exec(source)?.[1] ?? '';
	return [...union.matchAll(/'([a-z-]+)'/g)].map(([, code]) => code ?? '').sort();
}

async function runInto(
	node: JudgedNode,
	message: OpenMessage | ReplayMessage,
	situation: Situation,
): Promise<{ readonly said: readonly ToCoordinator[]; readonly undo: () => Promise<void> }> {
	if (message.kind !== 'open') throw new Error('data are read in a session only');
	let undo: (() => Promise<void>) | undefined;
	const { said } = await runRounds(node, message, async () => {
		undo = (await situation.arrange?.(node)) ?? (async () => undefined);
		return situation.parts?.(node.parts) ?? node.parts;
	});
	if (undo === undefined) throw new Error('the session never came to its numbers');
	return { said, undo };
}

function toldFor(code: string): string | undefined {
	return Object.entries(told).find(([, exact]) => exact.some((one) => one === code))?.[0];
}

async function loggedOf(
	node: JudgedNode,
	session: string,
): Promise<readonly { readonly decision: string; readonly body: Readonly<Record<string, unknown>> }[]> {
	return ofSession(await node.log(), session).map(({ decision, body }) => ({ decision, body }));
}
