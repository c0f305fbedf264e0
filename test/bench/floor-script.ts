// What the floor exchanges: as many signed messages, of the same sizes, in the same rounds, as one recorded query.

import { percentile } from './percentiles.ts';
import type { RecordedExchange } from './recording-line.ts';

/** One exchange of a member with the centre. */
export interface Step {
	readonly kind: 'poll' | 'message';
	/** Of a poll: answered once this round has begun. Of a message: the round it belongs to. */
	readonly round: number;
	readonly requestBytes: number;
	readonly responseBytes: number;
}

export interface FloorScript {
	/** The same for each member: the middle of what the hospitals' sizes were. */
	readonly steps: readonly Step[];
	/** How many members' messages end each round. */
	readonly needed: readonly number[];
	readonly submitBytes: number;
	readonly answerBytes: number;
}

/** What the coordinator says in each round, in order, its last word among it; and what the hospitals answer. */
export interface Rounds {
	readonly said: readonly string[];
	readonly answered: readonly string[];
}

export const allRounds: Rounds = {
	said: ['open', 'adverts', 'deliver', 'inputs', 'signatures', 'end'],
	answered: ['advertise', 'shares', 'masked-input', 'consistency', 'unmask'],
};

/** Of a session whose keys and shares were exchanged before the question. */
export const preparedRounds: Rounds = {
	said: ['open', 'inputs', 'signatures', 'end'],
	answered: ['masked-input', 'consistency', 'unmask'],
};

export interface ScriptFacts {
	readonly rounds: Rounds;
	readonly hospitals: number;
	/** m: so many answers open the sum. */
	readonly minimum: number;
	readonly submitBytes: number;
	readonly answerBytes: number;
}

/** Errors  throws where a recorded query was no whole one: a round left out, or something said twice. */
export function scriptOf(recorded: readonly RecordedExchange[], facts: ScriptFacts): FloorScript {
	const { hospitals, minimum, submitBytes, answerBytes } = facts;
	const { said, answered } = facts.rounds;
	const step = (kind: Step['kind'], round: number, carried: string | undefined): Step => {
		const same = recorded.filter((one) => one.kind === kind && one.carries.includes(carried ?? ''));
		// The sum opens without its slowest members: they may not come to hear or say the last round.
		const least = round === answered.length - 1 ? minimum : hospitals;
		if (same.length < least || same.length > hospitals)
			throw new Error(`a query has ${same.length} exchanges of ${carried}`);
		return {
			kind,
			round,
			requestBytes: percentile(
				same.map((one) => one.requestBytes),
				50,
			),
			responseBytes: percentile(
				same.map((one) => one.responseBytes),
				50,
			),
		};
	};
	const steps = said.flatMap((carried, round) =>
		round < answered.length
			? [step('poll', round, carried), step('message', round, answered[round])]
			: [step('poll', round, carried)],
	);
	const needed = answered.map((_, round) => (round === answered.length - 1 ? minimum : hospitals));
	return { steps, needed, submitBytes, answerBytes };
}

/** Envelopes of members and of the centre; one more signs the question. */
export function signaturesOf({ steps }: FloorScript, hospitals: number): number {
	const polls = steps.filter(({ kind }) => kind === 'poll').length;
	return hospitals * (steps.length + polls) + 1;
}
