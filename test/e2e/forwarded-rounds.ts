// The rounds of one session between the judged node and three hospitals that follow the protocol, through a collector
// that runs it honestly; a test may change the world just before the node is asked for its numbers.

import {
	admitExact,
	type CollectorBody,
	type CollectorOutcome,
	countPatients,
	type MemberBody,
	type MemberState,
	type OpenMessage,
	openCollector,
	openMember,
	packForMember,
	provideInput,
	type QuestionTerms,
	receiveAsCollector,
	receiveAsMember,
	type ToCoordinator,
} from '@cordon/shared';
import type { NodeParts } from '../../node/src/ports.ts';
import { seededRandom } from '../../shared/src/noise/seeded-random.ts';
import { unpackMemberBody } from '../../shared/src/secagg/pack-member.ts';
import { epoch, type Hospital, hospitals, type JudgedNode, self } from './judged-node.ts';

export interface Rounds {
	/** Everything the node said of the session but its rounds. */
	readonly said: readonly ToCoordinator[];
	readonly outcome: CollectorOutcome | null;
}

interface Parcel {
	/** null: to the collector. */
	readonly to: string | null;
	readonly from: string;
	readonly body: unknown;
}

/** Inputs of nobody, which no state machine awaits at its first message: an array of the kind alone. */
export const brokenProtocol: string = Buffer.from('8112', 'hex').toString('base64url');

/**
 * `beforeInput` runs when the delivery of round 2 is about to reach the node; the parts it returns are the node's
 * from then on.
 */
export async function runRounds(
	node: JudgedNode,
	message: OpenMessage,
	beforeInput: () => Promise<NodeParts>,
): Promise<Rounds> {
	const opening = await node.hear(message);
	const record = await node.parts.sessions.find(message.session);
	if (record === null || record.member === null) return { said: opening, outcome: null };
	const { terms } = record.member;
	const question = {
		requestHash: record.requestHash,
		cells: record.plan.cells.length,
		valueBits: 64 as const,
	};
	const others = new Map<string, MemberState>();
	const parcels: Parcel[] = [];
	const said: ToCoordinator[] = [];
	const post = (from: string, body: MemberBody | null): void => {
		if (body !== null) parcels.push({ to: null, from, body });
	};
	const roster = terms.roster.map(({ hospital }) => hospital);
	const unpacked = (body: string): MemberBody => {
		const read = unpackMemberBody(Buffer.from(body, 'base64url'), { hospital: self, roster });
		if (!read.ok) throw new Error(read.error);
		return read.value;
	};
	const sort = (messages: readonly ToCoordinator[]): void => {
		for (const one of messages) {
			if (one.kind === 'secagg') parcels.push({ to: null, from: self, body: unpacked(one.body) });
			else said.push(one);
		}
	};
	sort(opening);
	for (const hospital of hospitals.filter((name) => name !== self)) {
		const step = openMember(terms, selfOf(node, hospital), seededRandom(`${hospital} rounds`));
		others.set(hospital, step.state);
		post(hospital, step.send);
	}
	let collector = openCollector({ ...terms, ...question });
	let outcome: CollectorOutcome | null = null;
	let parts = node.parts;
	for (let parcel = parcels.shift(); parcel !== undefined; parcel = parcels.shift()) {
		const { to, from, body } = parcel;
		if (to === null) {
			const step = receiveAsCollector(collector, from, throughJson(body));
			if (!step.ok) throw new Error(step.error);
			collector = step.value.state;
			outcome = step.value.outcome ?? outcome;
			for (const sent of step.value.send) parcels.push({ from: 'coordinator', ...sent });
		} else if (to === self) {
			if ((body as CollectorBody).kind === 'deliver') parts = await beforeInput();
			const packed = packForMember(body as CollectorBody, terms);
			sort(await node.hear({ kind: 'secagg', session: message.session, body: packed }, parts));
		} else {
			const step = await answerAs(node, to as Hospital, { state: others.get(to), body, question });
			others.set(to, step.state);
			post(to, step.send);
		}
	}
	return { said, outcome };
}

async function answerAs(
	node: JudgedNode,
	hospital: Hospital,
	given: {
		readonly state: MemberState | undefined;
		readonly body: unknown;
		readonly question: QuestionTerms;
	},
): Promise<{ readonly state: MemberState; readonly send: MemberBody | null }> {
	const own = selfOf(node, hospital);
	if (given.state === undefined) throw new Error('a stranger');
	const heard = receiveAsMember(given.state, throughJson(given.body), own, seededRandom(hospital));
	if (!heard.ok) throw new Error(heard.error);
	if (!heard.value.needsInput) return heard.value;
	const { question } = given;
	const input = { question, ...nobodyCounted(question.cells) };
	const masked = provideInput(heard.value.state, input, own);
	if (!masked.ok) throw new Error(masked.error);
	return masked.value;
}

function nobodyCounted(cells: number): Pick<Parameters<typeof provideInput>[1], 'cells' | 'counts'> {
	const counts = Array.from({ length: cells }, () => countPatients(0));
	return { cells: counts.map(admitExact), counts };
}

function selfOf(node: JudgedNode, hospital: Hospital): Parameters<typeof receiveAsMember>[2] {
	return { hospital, signingSeed: node.seeds[hospital], epoch };
}

function throughJson(value: unknown): unknown {
	return JSON.parse(JSON.stringify(value));
}
