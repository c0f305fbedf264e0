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

/** What the coordinator says in each round, in order. */
const rounds = ['open', 'adverts', 'deliver', 'inputs', 'signatures', 'end'];
const answers = ['advertise', 'shares', 'masked-input', 'consistency', 'unmask'];

export interface ScriptFacts {
	readonly hospitals: number;
	/** m: so many answers open the sum. */
	readonly minimum: number;
	readonly submitBytes: number;
	readonly answerBytes: number;
}

/** Errors  throws where a recorded query was no whole one: a round left out, or something said twice. */
export function scriptOf(recorded: readonly RecordedExchange[], facts: ScriptFacts): FloorScript {
	const { hospitals, minimum, submitBytes, answerBytes } = facts;
	const step = (kind: Step['kind'], round: number, carried: string | undefined): Step => {
		const same = recorded.filter((one) => one.kind === kind && one.carries.includes(carried ?? ''));
		// The sum opens without its slowest members: they may not come to hear or say the last round.
		const least = round === answers.length - 1 ? minimum : hospitals;
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
	const steps = rounds.flatMap((carried, round) =>
		round < answers.length
			? [step('poll', round, carried), step('message', round, answers[round])]
			: [step('poll', round, carried)],
	);
	const needed = answers.map((_, round) => (round === answers.length - 1 ? minimum : hospitals));
	return { steps, needed, submitBytes, answerBytes };
}

/** Envelopes of members and of the centre; one more signs the question. */
export function signaturesOf({ steps }: FloorScript, hospitals: number): number {
	const polls = steps.filter(({ kind }) => kind === 'poll').length;
	return hospitals * (steps.length + polls) + 1;
}
