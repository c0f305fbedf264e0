// A release is shown to another person only where each hospital whose patients are in it says yes: here the coordinator
// forwards everything, and one node alone judges the replay as it would the question, at no charge and reading nobody.

import type { ReplayMessage } from '@cordon/shared';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Changes, forward } from './forwarded-question.ts';
import { brokenProtocol, runRounds } from './forwarded-rounds.ts';
import { epoch, type JudgedNode, openJudgedNode } from './judged-node.ts';
import { ofSession } from './opened-log.ts';
import { asReplay, type Situation, situations } from './situations.ts';

let node: JudgedNode;
let released: string;

beforeAll(async () => {
	node = await openJudgedNode({ isEmpty: false });
	const message = await forward(node, { question: { cohort: { all: [top, sex] } } });
	const { outcome } = await runRounds(node, message, async () => node.parts);
	if (outcome?.kind !== 'sum') throw new Error('nothing was released');
	released = message.session;
});

afterAll(async () => {
	await node?.close();
});

const top = { condition: { code: 'top' } };
const sex = { imaging: { modality: 'MR' } };

async function replayOf(changes: Changes = {}): Promise<ReplayMessage> {
	const question = { cohort: { all: [top, sex] }, ...changes.question };
	return asReplay(await forward(node, { ...changes, question }), released);
}

async function decisionsOf(session: string): Promise<readonly object[]> {
	const entries = ofSession(await node.log(), session);
	return entries.map(({ decision, stage, body }) => ({ decision, stage, body }));
}

describe('a node that is asked for leave to replay', () => {
	it('permits it to a person who may ask, names the release in its log, charges nothing and reads nobody', async () => {
		const before = await node.parts.ledger.spent(epoch);
		node.touched.length = 0;
		const message = await replayOf();
		expect(await node.hear(message)).toEqual([{ kind: 'permit', session: message.session }]);
		expect(node.touched).toEqual([]);
		expect(await node.parts.ledger.spent(epoch)).toEqual(before);
		expect(await decisionsOf(message.session)).toMatchObject([
			{ decision: 'admitted', stage: 'plan', body: { event: 'replay', person: 'ada', released } },
		]);
	});

	it('permits it in other words: operands in another order', async () => {
		const message = await replayOf({ question: { cohort: { all: [sex, top, top] } } });
		expect(await node.hear(message)).toEqual([{ kind: 'permit', session: message.session }]);
	});

	it('permits it where the budget is used up: nothing is spent', async () => {
		const { epochMicros } = await node.parts.ledger.spent(epoch);
		const payer = { session: 'all', project: 'glioma', person: 'ada', epoch, mechanism: 'noised' } as const;
		await node.parts.ledger.reserve({ ...payer, epsilonMicros: 50_000_000 - epochMicros });
		const message = await replayOf();
		expect(await node.hear(message)).toEqual([{ kind: 'permit', session: message.session }]);
		await node.database.read((tx) => tx.execute("delete from ledger_entry where session = 'all'"));
	});

	it('says and logs the same when it hears it again', async () => {
		const message = await replayOf();
		await node.hear(message);
		await node.hear(message);
		expect(await decisionsOf(message.session)).toHaveLength(1);
	});

	it('answers no round and no end of it', async () => {
		const message = await replayOf();
		await node.hear(message);
		const { session } = message;
		expect(await node.hear({ kind: 'secagg', session, body: brokenProtocol })).toEqual([]);
		expect(await node.hear({ kind: 'end', session, outcome: 'released' })).toEqual([]);
	});

	it.each<[string, Changes]>([
		['another cohort', { question: { cohort: top } }],
		['another ask', { question: { ask: { exists: {} } } }],
		['another epsilon', { question: { release: { mechanism: 'noised', epsilon: 0.4 } } }],
		['another project', { question: { project: 'generous' } }],
	])('refuses it for %s than was released', async (_what, changes) => {
		const message = await replayOf(changes);
		expect(await node.hear(message)).toEqual([
			{ kind: 'refuse', session: message.session, code: 'unavailable' },
		]);
		expect(await decisionsOf(message.session)).toMatchObject([{ body: { code: 'release-unknown' } }]);
	});
});

/**
 * What has to do with data, budget or other exact answers alone does not stop a replay: it is one of those answers, and
 * shows nothing that was not shown.
 */
const ofData = new Set([
	...['no-data', 'budget-exhausted', 'ledger-unavailable', 'too-few-hospitals'],
	...['exact-other-roster', 'exact-limit', 'exact-busy', 'exact-unlisted'],
]);
const judged = Object.entries(situations)
	.filter(([code]) => !ofData.has(code))
	.flatMap(([code, list]) =>
		list.map((situation): [string, string, Situation] => [code, situation.name, situation]),
	)
	.filter(([, , { at }]) => at !== 'input');

describe('a replay of what this person may not ask', () => {
	it.each(judged)('is refused with %s: %s', async (code, _name, situation) => {
		const given = await situation.message(node);
		const message = given.kind === 'open' ? asReplay(given, released) : given;
		const undo = await situation.arrange?.(node);
		const said = await node.hear(message, situation.parts?.(node.parts) ?? node.parts);
		await undo?.();
		expect(said).toMatchObject([{ kind: 'refuse', session: message.session }]);
		expect(await decisionsOf(message.session)).toMatchObject([{ decision: 'refused', body: { code } }]);
	});
});
