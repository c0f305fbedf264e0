// Runs a whole session of secure aggregation in memory, one message at a time, for tests of the protocol alone.

import type { Random } from '../clock-and-random.ts';
import { toHex } from '../hash.ts';
import { newSigningSeed, publicKeyOf } from '../keys.ts';
import { seededRandom } from '../noise/seeded-random.ts';
import type { RawCount, SafeCount } from '../numbers/numbers.ts';
import { countPatients } from '../numbers/raw-count.ts';
import { addNoise } from '../numbers/safe-count.ts';
import type { ValueBits } from '../numbers/value-sum.ts';
import { askCollector, openCollector, prepareCollector, receiveAsCollector } from './collector.ts';
import type { CollectorOutcome, CollectorState, CollectorStep } from './collector-state.ts';
import type { SecaggFault } from './faults.ts';
import { openMember, provideInput, receiveAsMember } from './member.ts';
import type { MemberSelf, MemberState, MemberStep } from './member-state.ts';
import type { SecaggBody } from './messages.ts';
import { secaggParameters } from './parameters.ts';
import { type SecaggTerms, splitTerms } from './terms.ts';

export interface Hospital {
	readonly self: MemberSelf;
	readonly input: readonly bigint[];
	readonly random: Random;
	/** Knows the question; in a prepared session only when it is asked. */
	isAsked: boolean;
	state: MemberState;
}

/** One message under way; `to` null is the collector. */
export interface Parcel {
	readonly from: string | null;
	readonly to: string | null;
	readonly body: SecaggBody;
}

export interface Session {
	readonly terms: SecaggTerms;
	readonly hospitals: ReadonlyMap<string, Hospital>;
	readonly parcels: Parcel[];
	readonly faults: SecaggFault[];
	readonly outcomes: CollectorOutcome[];
	collector: CollectorState;
}

export interface SpecialTerms {
	/** T; null: its default. */
	readonly colluders?: number | null;
	/** Raises m above its default. */
	readonly minimum?: number;
	/** Default 64. */
	readonly valueBits?: ValueBits;
	/** Makes it a session of a blind network. */
	readonly receiverKey?: string;
}

/** Inputs of either sign, up to 2^40, or to 2^104 where values have 128 bits; everything follows from the seed. */
export function startSession(
	hospitals: number,
	cells: number,
	seed: string,
	{ colluders = null, minimum, valueBits = 64, ...blind }: SpecialTerms = {},
): Session {
	const random = seededRandom(seed);
	const selves: readonly MemberSelf[] = Array.from({ length: hospitals }, (_, i) => ({
		hospital: `hospital-${String(i).padStart(3, '0')}`,
		signingSeed: newSigningSeed(random.bytes(32)),
		epoch: `epoch-${i}`,
	}));
	const parameters = secaggParameters(hospitals, colluders, minimum);
	if (!parameters.ok) throw new Error(parameters.error);
	const roster = selves.map(({ hospital, signingSeed }) => ({
		hospital,
		identityKey: publicKeyOf(signingSeed),
	}));
	const terms: SecaggTerms = {
		session: toHex(random.bytes(32)),
		manifestHash: toHex(random.bytes(32)),
		policyHash: toHex(random.bytes(32)),
		roster,
		parameters: parameters.value,
		requestHash: toHex(random.bytes(32)),
		cells,
		valueBits,
		...blind,
	};
	const { agreed } = splitTerms(terms);
	const parcels: Parcel[] = [];
	const members = selves.map((self): [string, Hospital] => {
		const input = Array.from({ length: cells }, () => drawInput(random, valueBits));
		const step = openMember(agreed, self, random);
		if (step.send !== null) parcels.push({ from: self.hospital, to: null, body: step.send });
		return [self.hospital, { self, input, random, isAsked: true, state: step.state }];
	});
	return {
		terms,
		hospitals: new Map(members),
		parcels,
		faults: [],
		outcomes: [],
		collector: openCollector(terms),
	};
}

/** The same session with its keys and shares exchanged ahead of the question, which `askSession` then brings. */
export function prepareSession(hospitals: number, cells: number, seed: string): Session {
	const session = startSession(hospitals, cells, seed);
	const { agreed } = splitTerms(session.terms);
	for (const hospital of session.hospitals.values()) hospital.isAsked = false;
	return { ...session, collector: prepareCollector(agreed) };
}

/** `to`: the hospitals that hear the question; those who do not say no more. */
export function askSession(
	session: Session,
	to: readonly string[] = session.terms.roster.map((entry) => entry.hospital),
): void {
	applyCollectorStep(session, askCollector(session.collector, session.terms));
	for (const name of to) {
		const hospital = hospitalOf(session, name);
		hospital.isAsked = true;
		answerIfDelivered(session, hospital);
	}
}

/** Delivers parcels until none is left; `pick` chooses the next by position. */
export function runSession(session: Session, pick: (waiting: number) => number = () => 0): void {
	while (session.parcels.length > 0) {
		const [parcel] = session.parcels.splice(pick(session.parcels.length), 1);
		if (parcel !== undefined) deliver(session, parcel);
	}
}

/** Every state passes through JSON, as through a database. */
export function deliver(session: Session, parcel: Parcel): void {
	if (parcel.to === null) {
		const result = receiveAsCollector(session.collector, parcel.from ?? '', throughJson(parcel.body));
		if (result.ok) applyCollectorStep(session, result.value);
		else session.faults.push(result.error);
		return;
	}
	const hospital = hospitalOf(session, parcel.to);
	const result = receiveAsMember(hospital.state, throughJson(parcel.body), hospital.self, hospital.random);
	if (!result.ok) {
		session.faults.push(result.error);
		return;
	}
	applyMemberStep(session, hospital, result.value);
	answerIfDelivered(session, hospital);
}

function answerIfDelivered(session: Session, hospital: Hospital): void {
	if (hospital.state.phase !== 'delivered' || !hospital.isAsked) return;
	const input = { question: session.terms, ...countedInput(hospital.input) };
	const masked = provideInput(hospital.state, input, hospital.self);
	if (masked.ok) applyMemberStep(session, hospital, masked.value);
	else session.faults.push(masked.error);
}

export function applyCollectorStep(session: Session, step: CollectorStep): void {
	session.collector = throughJson(step.state);
	for (const { to, body } of step.send) session.parcels.push({ from: null, to, body });
	if (step.outcome !== null) session.outcomes.push(step.outcome);
}

export function hospitalOf(session: Session, name: string): Hospital {
	const hospital = session.hospitals.get(name);
	if (hospital === undefined) throw new Error('no such hospital');
	return hospital;
}

/** The values as noised counts, and beside them what was counted, which the protocol only commits to. */
export function countedInput(values: readonly bigint[]): {
	readonly cells: readonly SafeCount[];
	readonly counts: readonly RawCount[];
} {
	const counts = countedOf(values).map((count) => countPatients(count));
	return { cells: values.map((value) => addNoise(countPatients(0), value)), counts };
}

/** The patients behind each value of `countedInput`: fewer than 1,024. */
export function countedOf(values: readonly bigint[]): readonly number[] {
	return values.map((value) => Number(BigInt.asUintN(10, value)));
}

/** The true sum over the named hospitals. */
export function trueSum(session: Session, contributors: readonly string[]): readonly bigint[] {
	return Array.from({ length: session.terms.cells }, (_, cell) =>
		contributors.reduce((sum, name) => sum + (hospitalOf(session, name).input[cell] ?? 0n), 0n),
	);
}

export function throughJson<T>(value: T): T {
	return JSON.parse(JSON.stringify(value));
}

function applyMemberStep(session: Session, hospital: Hospital, step: MemberStep): void {
	hospital.state = throughJson(step.state);
	if (step.send !== null) session.parcels.push({ from: hospital.self.hospital, to: null, body: step.send });
}

function drawInput(random: Random, valueBits: ValueBits): bigint {
	const bytes = Buffer.from(random.bytes(6));
	const value = BigInt(bytes.readUIntBE(0, 5)) * (bytes.readUInt8(5) % 2 === 0 ? 1n : -1n);
	return valueBits === 64 ? value : (value << 64n) + BigInt(Buffer.from(random.bytes(8)).readBigUInt64LE());
}
