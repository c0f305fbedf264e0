// One session of secure aggregation in one process, each message timed, up to the last one, which opens the sum.

import {
	messageValue,
	newSigningSeed,
	packForCollector,
	publicKeyOf,
	sealEnvelope,
	toHex,
} from '@cordon/shared';
import { seededRandom } from '../../shared/src/noise/seeded-random.ts';
import { openCollector, receiveAsCollector, withdraw } from '../../shared/src/secagg/collector.ts';
import type { CollectorState, CollectorStep } from '../../shared/src/secagg/collector-state.ts';
import { countedInput } from '../../shared/src/secagg/in-memory-session.ts';
import { openMember, provideInput, receiveAsMember } from '../../shared/src/secagg/member.ts';
import type { MemberSelf, MemberState, MemberStep } from '../../shared/src/secagg/member-state.ts';
import type { CollectorBody, MemberBody } from '../../shared/src/secagg/messages.ts';
import { secaggParameters } from '../../shared/src/secagg/parameters.ts';
import type { QuestionTerms, SecaggTerms } from '../../shared/src/secagg/terms.ts';

export interface MeasuredSession {
	/** Of each member, by what it was doing; milliseconds of processor time. */
	readonly memberMs: Readonly<Record<string, readonly number[]>>;
	/** One message short of the sum. */
	readonly collector: CollectorState;
	readonly last: MemberBody;
	readonly expected: readonly bigint[];
	/** HTTP request bodies of one member for the whole session, polls among them. */
	readonly bytes: number;
	readonly stored: StoredState;
	/** M - m */
	readonly mostSilent: number;
}

/** Of the collector's state as JSON, which the coordinator stores at each message. */
export interface StoredState {
	readonly largestBytes: number;
	readonly writtenBytes: number;
}

interface Setup {
	readonly hospitals: number;
	readonly cells: number;
	/** The first so many share their keys and are not heard of again. */
	readonly silent: number;
}

interface Member {
	readonly self: MemberSelf;
	readonly input: readonly bigint[];
	readonly question: QuestionTerms;
	state: MemberState;
}

/** What a member does when it has heard the message. */
const work: Readonly<Record<CollectorBody['kind'], string>> = {
	adverts: 'share',
	deliver: 'mask',
	inputs: 'confirm',
	signatures: 'unmask',
};

export function runMeasured({ hospitals, cells, silent }: Setup): MeasuredSession {
	const random = seededRandom(`bench ${hospitals} ${cells}`);
	const { terms, members } = openAll(hospitals, cells, random);
	const memberMs: Record<string, number[]> = {};
	let collector = openCollector(terms);
	let sent: readonly MemberBody[] = [...members.values()].map(({ state }) => state.advert);
	let bytes = pollBytes(members.keys().next().value ?? '');
	const sizes: number[] = [];
	for (;;) {
		const last = sent.at(-1);
		if (last !== undefined) bytes += messageBytes(last, terms);
		const enough = terms.parameters.minimum;
		if (last?.kind === 'unmask') {
			const first = sent.slice(0, enough - 1);
			for (const body of first) {
				collector = accepted(receiveAsCollector(collector, body.hospital, body)).state;
				sizes.push(JSON.stringify(collector).length);
			}
			const contributors = [...members.values()].slice(silent);
			const expected = Array.from({ length: cells }, (_, cell) =>
				contributors.reduce((sum, { input }) => sum + (input[cell] ?? 0n), 0n),
			);
			const ending = sent[enough - 1];
			if (ending === undefined) throw new Error('too few members');
			const stored = {
				largestBytes: Math.max(...sizes),
				writtenBytes: sizes.reduce((sum, size) => sum + size, 0),
			};
			return { memberMs, collector, last: ending, expected, bytes, stored, mostSilent: hospitals - enough };
		}
		const told: { readonly to: string; readonly body: CollectorBody }[] = [];
		const take = (step: CollectorStep): void => {
			collector = step.state;
			sizes.push(JSON.stringify(collector).length);
			told.push(...step.send);
		};
		const isSilentNow = last?.kind === 'masked-input' ? silent : 0;
		for (const body of sent.slice(isSilentNow))
			take(accepted(receiveAsCollector(collector, body.hospital, body)));
		for (const body of sent.slice(0, isSilentNow)) take(withdraw(collector, body.hospital));
		sent = told.flatMap(({ to, body }) => {
			const member = members.get(to);
			if (member === undefined) throw new Error('no such member');
			return answer(member, body, random, memberMs);
		});
	}
}

function openAll(
	hospitals: number,
	cells: number,
	random: ReturnType<typeof seededRandom>,
): { readonly terms: SecaggTerms; readonly members: ReadonlyMap<string, Member> } {
	const selves = Array.from(
		{ length: hospitals },
		(_, at): MemberSelf => ({
			hospital: `hospital-${String(at).padStart(3, '0')}`,
			signingSeed: newSigningSeed(random.bytes(32)),
			epoch: '2026-11',
		}),
	);
	const parameters = secaggParameters(hospitals, null);
	if (!parameters.ok) throw new Error(parameters.error);
	const hash = (): string => toHex(random.bytes(32));
	const terms: SecaggTerms = {
		session: hash(),
		manifestHash: hash(),
		policyHash: hash(),
		roster: selves.map(({ hospital, signingSeed }) => ({ hospital, identityKey: publicKeyOf(signingSeed) })),
		parameters: parameters.value,
		requestHash: hash(),
		cells,
		valueBits: 64,
	};
	const members = selves.map((self, at): [string, Member] => {
		const input = Array.from({ length: cells }, (_, cell) => BigInt((at * 7 + cell * 13) % 1_000) - 100n);
		return [self.hospital, { self, input, question: terms, state: openMember(terms, self, random).state }];
	});
	return { terms, members: new Map(members) };
}

function answer(
	member: Member,
	body: CollectorBody,
	random: ReturnType<typeof seededRandom>,
	memberMs: Record<string, number[]>,
): readonly MemberBody[] {
	const begin = processorMs();
	let step = accepted(receiveAsMember(member.state, body, member.self, random));
	if (step.needsInput) {
		note(memberMs, 'deliver', processorMs() - begin);
		const input = { question: member.question, ...countedInput(member.input) };
		const masking = processorMs();
		step = accepted<MemberStep>(provideInput(step.state, input, member.self));
		note(memberMs, 'mask', processorMs() - masking);
	} else {
		note(memberMs, work[body.kind], processorMs() - begin);
	}
	member.state = step.state;
	return step.send === null ? [] : [step.send];
}

function note(memberMs: Record<string, number[]>, what: string, spent: number): void {
	memberMs[what] ??= [];
	memberMs[what].push(spent);
}

const seed = newSigningSeed(Buffer.alloc(32, 1));
const coordinator = 'coordinator';
const timeMs = 1_800_000_000_000;

/** Of the one HTTP request body that carries it. */
function messageBytes(body: MemberBody, terms: SecaggTerms): number {
	const message = { kind: 'secagg', session: terms.session, body: packForCollector(body, terms) } as const;
	const id = 'a'.repeat(64);
	const content = { from: body.hospital, to: coordinator, kind: 'session', id, timeMs };
	return sealEnvelope({ ...content, body: messageValue(message) }, seed).length;
}

/** One poll for each of open, the four answers of the rounds, and end. */
function pollBytes(from: string): number {
	const after = 1_000_000;
	const content = { from, to: coordinator, kind: 'poll', id: `poll-${after}-${timeMs}`, timeMs };
	return 6 * sealEnvelope({ ...content, body: { after, waitMs: 20_000 } }, seed).length;
}

/** Of this process, user and system. */
export function processorMs(): number {
	const { user, system } = process.cpuUsage();
	return (user + system) / 1_000;
}

function accepted<T>(
	result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string },
): T {
	if (!result.ok) throw new Error(result.error);
	return result.value;
}
