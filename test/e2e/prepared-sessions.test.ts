// A node that exchanges keys ahead: it judges the question as always when it comes, and answers it at once.

import {
	admitExact,
	askCollector,
	type CollectorOutcome,
	type CollectorState,
	countPatients,
	hearAsCollector,
	hearAsMember,
	kindOfPacked,
	type MemberState,
	type OpenMessage,
	openMember,
	type PrepareMessage,
	packForCollector,
	packForMember,
	prepareCollector,
	provideInput,
	type QuestionTerms,
	type ToCoordinator,
} from '@cordon/shared';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../shared/src/noise/seeded-random.ts';
import { forward } from './forwarded-question.ts';
import { brokenProtocol } from './forwarded-rounds.ts';
import { epoch, hospitals, type JudgedNode, openJudgedNode, self } from './judged-node.ts';
import { ofSession } from './opened-log.ts';

let node: JudgedNode;
beforeAll(async () => {
	node = await openJudgedNode({ isEmpty: false });
});
beforeEach(() => {
	node.touched.length = 0;
});
afterAll(() => node?.close());

interface Prepared {
	readonly session: string;
	readonly collector: CollectorState;
	readonly others: ReadonlyMap<string, MemberState>;
}

async function prepareMessage(change: Partial<PrepareMessage> = {}): Promise<PrepareMessage> {
	const { session, manifest, project } = await forward(node);
	return {
		kind: 'prepare',
		session,
		manifest,
		project,
		mechanism: 'noised',
		expiresMs: node.clock.nowMs + 3_600_000,
		...change,
	};
}

/** Rounds 0 and 1 with the node and three hospitals that are given. */
async function prepare(message: PrepareMessage): Promise<Prepared> {
	const opening = await node.hear(message);
	const terms = (await node.parts.sessions.standing(message.session)).prepared?.member.terms;
	if (terms === undefined) throw new Error('not prepared');
	const others = new Map<string, MemberState>();
	const queue: { readonly from: string; readonly body: string }[] = opening.map((said) => bodyOf(said));
	for (const hospital of hospitals.filter((name) => name !== self)) {
		const step = openMember(terms, selfOf(hospital), seededRandom(`${hospital} prepared`));
		others.set(hospital, step.state);
		if (step.send !== null) queue.push({ from: hospital, body: packForCollector(step.send, terms) });
	}
	let collector = prepareCollector(terms);
	for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
		const step = hearAsCollector(collector, one.from, one.body);
		if (!step.ok) throw new Error(step.error);
		collector = step.value.state;
		for (const { to, body: told } of step.value.send) {
			const body = packForMember(told, collector.terms);
			if (to === self) {
				const said = await node.hear({ kind: 'secagg', session: message.session, body });
				queue.push(...said.map((each) => bodyOf(each)));
				continue;
			}
			const heard = hearAsMember(stateOf(others, to), body, selfOf(to), seededRandom(to));
			if (!heard.ok) throw new Error(heard.error);
			others.set(to, heard.value.state);
			const { send } = heard.value;
			if (send !== null) queue.push({ from: to, body: packForCollector(send, collector.terms) });
		}
	}
	expect(collector.phase).toBe('ready');
	return { session: message.session, collector, others };
}

function ask(session: string, change: Partial<OpenMessage> = {}): Promise<OpenMessage> {
	return forward(node, { message: { session, prepared: true, ...change } });
}

/** Rounds 2 to 4 after the node's masked input. */
async function finish(
	{ session, collector, others }: Prepared,
	input: string,
): Promise<CollectorOutcome | null> {
	const record = await node.parts.sessions.find(session);
	if (record === null) throw new Error('not asked');
	const question: QuestionTerms = {
		requestHash: record.requestHash,
		cells: record.plan.cells.length,
		valueBits: 64,
	};
	const states = new Map(others);
	let state = askCollector(collector, question).state;
	const queue: { readonly from: string; readonly body: string }[] = [{ from: self, body: input }];
	for (const [hospital, member] of others) {
		const input = { question, ...nobodyCounted(question.cells) };
		const masked = provideInput(member, input, selfOf(hospital));
		if (!masked.ok) throw new Error(masked.error);
		states.set(hospital, masked.value.state);
		const { send } = masked.value;
		if (send !== null) queue.push({ from: hospital, body: packForCollector(send, collector.terms) });
	}
	for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
		const step = hearAsCollector(state, one.from, one.body);
		if (!step.ok) throw new Error(step.error);
		state = step.value.state;
		if (step.value.outcome !== null) return step.value.outcome;
		for (const { to, body: told } of step.value.send) {
			const body = packForMember(told, collector.terms);
			if (to === self) {
				const said = await node.hear({ kind: 'secagg', session, body });
				queue.push(...said.map((each) => bodyOf(each)));
				continue;
			}
			const heard = hearAsMember(stateOf(states, to), body, selfOf(to), seededRandom(to));
			if (!heard.ok) throw new Error(heard.error);
			states.set(to, heard.value.state);
			const { send } = heard.value;
			if (send !== null) queue.push({ from: to, body: packForCollector(send, collector.terms) });
		}
	}
	return null;
}

const bodyOf = (said: ToCoordinator): { readonly from: string; readonly body: string } => ({
	from: self,
	body: said.kind === 'secagg' ? said.body : '',
});
const selfOf = (hospital: string) => ({
	hospital,
	signingSeed: node.seeds[hospital as keyof JudgedNode['seeds']],
	epoch,
});

function stateOf(states: ReadonlyMap<string, MemberState>, hospital: string): MemberState {
	const state = states.get(hospital);
	if (state === undefined) throw new Error('a stranger');
	return state;
}

function nobodyCounted(cells: number): Pick<Parameters<typeof provideInput>[1], 'cells' | 'counts'> {
	const counts = Array.from({ length: cells }, () => countPatients(0));
	return { cells: counts.map(admitExact), counts };
}

const decisionsOf = async (session: string): Promise<readonly string[]> =>
	ofSession(await node.log(), session).map(({ decision }) => decision);

describe('a node that prepares sessions', () => {
	it('exchanges keys without a person, a charge, a log entry or a look at data', async () => {
		const before = await node.parts.ledger.spent(epoch);
		const { session } = await prepare(await prepareMessage());
		expect(node.touched).toEqual([]);
		expect(await node.parts.ledger.spent(epoch)).toEqual(before);
		expect(await decisionsOf(session)).toEqual([]);
		expect((await node.parts.sessions.standing(session)).prepared?.member.phase).toBe('delivered');
	});

	it('answers the question in one message, charges it once, and keeps the session for nothing else', async () => {
		const prepared = await prepare(await prepareMessage());
		const { epochMicros } = await node.parts.ledger.spent(epoch);
		const said = await node.hear(await ask(prepared.session));
		expect(
			said.map((one) => one.kind === 'secagg' && kindOfPacked(Buffer.from(one.body, 'base64url'))),
		).toEqual(['masked-input']);
		expect((await node.parts.sessions.standing(prepared.session)).prepared).toBeNull();
		expect((await node.parts.ledger.spent(epoch)).epochMicros).toBe(epochMicros + 500_000);
		const [input] = said;
		const outcome = await finish(prepared, input?.kind === 'secagg' ? input.body : '');
		expect(outcome?.kind).toBe('sum');
		expect(await decisionsOf(prepared.session)).toEqual(['admitted', 'answered', 'unmasked']);
	});

	it('says nothing to a second question for the same session', async () => {
		const { session } = await prepare(await prepareMessage());
		await node.hear(await ask(session));
		const spent = await node.parts.ledger.spent(epoch);
		expect(await node.hear(await ask(session))).toEqual([]);
		expect(await node.parts.ledger.spent(epoch)).toEqual(spent);
	});

	it('judges the question as it judges any other', async () => {
		const { session } = await prepare(await prepareMessage());
		const message = await forward(node, {
			claims: { sub: 'grace' },
			message: { session, prepared: true },
		});
		expect(await node.hear(message)).toEqual([{ kind: 'refuse', session, code: 'not-permitted' }]);
		expect(node.touched).toEqual([]);
	});

	it.each<[string, (session: string) => Promise<OpenMessage>, () => void]>([
		['a session it does not know', () => ask('ab'.repeat(32)), () => undefined],
		[
			'a session of another project',
			(session) => forward(node, { question: { project: 'generous' }, message: { session, prepared: true } }),
			() => undefined,
		],
		[
			'a session that has waited too long',
			async (session) => {
				node.clock.nowMs += 3_600_000;
				return ask(session);
			},
			() => {
				node.clock.nowMs -= 3_600_000;
			},
		],
	])('refuses %s before anything is charged', async (_name, message, undo) => {
		const { session } = await prepare(await prepareMessage());
		const spent = await node.parts.ledger.spent(epoch);
		const asked = await message(session);
		const said = await node.hear(asked);
		undo();
		expect(said).toEqual([{ kind: 'refuse', session: asked.session, code: 'unavailable' }]);
		expect(node.touched).toEqual([]);
		expect(await node.parts.ledger.spent(epoch)).toEqual(spent);
	});

	it('refuses a session whose shares have not come', async () => {
		const message = await prepareMessage();
		await node.hear(message);
		expect(await node.hear(await ask(message.session))).toEqual([
			{ kind: 'refuse', session: message.session, code: 'unavailable' },
		]);
	});

	it('refuses a session of an epoch that is over', async () => {
		const { session } = await prepare(await prepareMessage());
		const later = { ...node.parts.snapshots, currentEpoch: async () => '2026-12' };
		const said = await node.hear(await ask(session), { ...node.parts, snapshots: later });
		expect(said).toEqual([{ kind: 'refuse', session, code: 'unavailable' }]);
	});

	it.each<[string, Partial<PrepareMessage>, string]>([
		['another manifest', { manifest: 'ab'.repeat(32) }, 'unavailable'],
		['a project it has no part in', { project: 'without-us' }, 'not-permitted'],
		['a project that does not exist', { project: 'nowhere' }, 'not-permitted'],
		['a mechanism that the policy does not list', { mechanism: 'exact' }, 'not-permitted'],
		['an expiry too far ahead', { expiresMs: Date.UTC(2026, 10, 23, 14) }, 'not-authenticated'],
		['an expiry that has passed', { expiresMs: 1 }, 'not-authenticated'],
		['a roster that cannot form a session', { project: 'pair' }, 'too-few-hospitals'],
	])('does not prepare for %s', async (_name, change, code) => {
		const message = await prepareMessage(change);
		expect(await node.hear(message)).toEqual([{ kind: 'refuse', session: message.session, code }]);
		expect((await node.parts.sessions.standing(message.session)).prepared).toBeNull();
	});

	it('prepares no more than it has room for, and makes room when they expire', async () => {
		const all = await node.parts.sessions.preparedSessions();
		for (let count = all.length; count < 64; count += 1) await node.hear(await prepareMessage());
		const late = await prepareMessage();
		expect(await node.hear(late)).toMatchObject([{ kind: 'refuse', code: 'unavailable' }]);
		node.clock.nowMs += 3_600_000;
		await node.endOverdue();
		expect(await node.parts.sessions.preparedSessions()).toEqual([]);
		node.clock.nowMs -= 3_600_000;
		// Sessions that were asked and are overdue now are abandoned with them.
		const said = (await node.hear(late)).filter(({ kind }) => kind !== 'abandon');
		expect(said).toMatchObject([{ kind: 'secagg', session: late.session }]);
	});

	it('forgets a session whose end it hears, and one in which the coordinator breaks the protocol', async () => {
		const { session } = await prepare(await prepareMessage());
		await node.hear({ kind: 'end', session, outcome: 'aborted' });
		expect((await node.parts.sessions.standing(session)).prepared).toBeNull();
		const other = await prepareMessage();
		await node.hear(other);
		const said = await node.hear({
			kind: 'secagg',
			session: other.session,
			body: brokenProtocol,
		});
		expect(said).toEqual([{ kind: 'refuse', session: other.session, code: 'unavailable' }]);
		expect((await node.parts.sessions.standing(other.session)).prepared).toBeNull();
	});
});
