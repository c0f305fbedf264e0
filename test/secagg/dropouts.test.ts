// Hospitals that fall silent, at any number and in any round: the sum of the others is exact while enough are left,
// and nothing opens where they are not.

import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { initCrypto } from '../../shared/src/keys.ts';
import { readMerged } from '../../shared/src/numbers/released-count.ts';
import { awaitedByCollector, withdraw } from '../../shared/src/secagg/collector.ts';
import {
	applyCollectorStep,
	deliver,
	type Session,
	startSession,
	trueSum,
} from '../../shared/src/secagg/in-memory-session.ts';
import type { MemberBody } from '../../shared/src/secagg/messages.ts';
import { type SecaggParameters, secaggParameters } from '../../shared/src/secagg/parameters.ts';

beforeAll(initCrypto);

const rounds = ['advertise', 'shares', 'masked-input', 'consistency', 'unmask'] as const;
type Round = (typeof rounds)[number];

const schedule = fc.record({
	hospitals: fc.integer({ min: 3, max: 9 }),
	/** How far T and m are raised above their defaults, as far as the roster allows. */
	raisedColluders: fc.nat(2),
	raisedMinimum: fc.nat(2),
	cells: fc.integer({ min: 1, max: 4 }),
	/** For each hospital the round before whose message it falls silent, or none. */
	silentFrom: fc.array(fc.constantFrom(null, null, null, null, null, ...rounds, null, null, null), {
		minLength: 9,
		maxLength: 9,
	}),
	/** Whether each that falls silent is given up at once, or when the others have spoken. */
	isGivenUpEarly: fc.boolean(),
	seed: fc.string({ maxLength: 6 }),
});

it('opens the exact sum of those whose vectors are in, or nothing where fewer than m are left', () => {
	const tally = { sum: 0, partial: 0, aborted: 0, raised: 0 };
	fc.assert(
		fc.property(schedule, ({ hospitals, cells, silentFrom, isGivenUpEarly, seed, ...raised }) => {
			const special = raisedTerms(hospitals, raised);
			const session = startSession(hospitals, cells, seed, special);
			tally.raised += Number(special.colluders !== null && special.minimum > defaultsOf(hospitals).threshold);
			const names = session.terms.roster.map((entry) => entry.hospital);
			const silent = new Map(names.map((name, at) => [name, silentFrom[at] ?? null]));
			runWithSilence(session, silent, isGivenUpEarly);
			const expected = expectedOf(session, silent);
			expect(session.outcomes).toHaveLength(1);
			const [outcome] = session.outcomes;
			if (expected === null) {
				expect(outcome).toEqual({ kind: 'aborted', reason: 'too-few-hospitals' });
				tally.aborted += 1;
				return;
			}
			if (outcome?.kind !== 'sum') throw new Error('no sum');
			expect(outcome.contributors).toEqual(expected);
			expect(outcome.cells.map(readMerged)).toEqual(trueSum(session, expected));
			expect(Object.keys(outcome.epochs)).toEqual(expected);
			tally[expected.length === hospitals ? 'sum' : 'partial'] += 1;
		}),
		{ seed: 20_260_102, numRuns: 300 },
	);
	expect(Math.min(...Object.values(tally))).toBeGreaterThan(15);
});

interface Raised {
	readonly raisedColluders: number;
	readonly raisedMinimum: number;
}

/** T and m above their defaults by as much as is asked, or by the most that still makes a session. */
function raisedTerms(
	hospitals: number,
	{ raisedColluders, raisedMinimum }: Raised,
): { readonly colluders: number | null; readonly minimum: number } {
	const { colluders: least, threshold } = defaultsOf(hospitals);
	for (let more = raisedColluders; more > 0; more -= 1) {
		const parameters = secaggParameters(hospitals, least + more);
		if (!parameters.ok) continue;
		const minimum = Math.min(hospitals, parameters.value.threshold + raisedMinimum);
		return { colluders: least + more, minimum };
	}
	return { colluders: null, minimum: Math.min(hospitals, threshold + raisedMinimum) };
}

function defaultsOf(hospitals: number): SecaggParameters {
	const parameters = secaggParameters(hospitals, null);
	if (!parameters.ok) throw new Error(parameters.error);
	return parameters.value;
}

/** Delivers all that is said, and gives up on the silent when nobody else speaks. */
function runWithSilence(
	session: Session,
	silent: ReadonlyMap<string, Round | null>,
	isGivenUpEarly: boolean,
): void {
	while (session.outcomes.length === 0) {
		if (isGivenUpEarly) giveUp(session, silent);
		const parcel = session.parcels.shift();
		if (parcel === undefined) {
			giveUp(session, silent);
			if (session.parcels.length === 0) return;
			continue;
		}
		const isSaid = parcel.to !== null || !isSilent(silent, parcel.from, parcel.body.kind as Round);
		if (isSaid) deliver(session, parcel);
	}
}

function giveUp(session: Session, silent: ReadonlyMap<string, Round | null>): void {
	const { phase } = session.collector;
	if (phase === 'ended' || phase === 'ready') return;
	for (const name of awaitedByCollector(session.collector).hospitals) {
		if (isSilent(silent, name, phase)) applyCollectorStep(session, withdraw(session.collector, name));
	}
}

function isSilent(
	silent: ReadonlyMap<string, Round | null>,
	name: string | null,
	round: MemberBody['kind'],
): boolean {
	const from = silent.get(name ?? '') ?? null;
	return from !== null && rounds.indexOf(round) >= rounds.indexOf(from);
}

/** Contributors by the specification alone: each round needs m, and a vector that is in is in the sum. */
function expectedOf({ terms }: Session, silent: ReadonlyMap<string, Round | null>): readonly string[] | null {
	const names = terms.roster.map((entry) => entry.hospital);
	const speaking = (round: Round): readonly string[] =>
		names.filter((name) => !isSilent(silent, name, round));
	return rounds.every((round) => speaking(round).length >= terms.parameters.minimum)
		? speaking('masked-input')
		: null;
}
