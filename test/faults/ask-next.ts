// Asks the question that follows a schedule, when nothing is broken any more: all hospitals must answer it.

import { type AskedQuestion, questionOf } from './asked-question.ts';
import type { BrokenNetwork } from './broken-network.ts';
import { checkNumbers, checkUndisturbed } from './check-answer.ts';
import { steadyClient } from './steady-client.ts';
import type { Violation } from './violation.ts';

/** No charge of a drawn question is so high. */
export const nextQuestion: AskedQuestion = { ask: 'histogram', fromAge: 45, epsilonMicros: 1_500_000 };

export interface Next {
	/** false: not even the coordinator heard of it. */
	readonly wasAsked: boolean;
	readonly violations: readonly Violation[];
}

export async function askNext(network: BrokenNetwork): Promise<Next> {
	const { patience } = network;
	let wasAsked = false;
	try {
		await network.untilQuiet(patience.quietMs);
		const client = await steadyClient(network.profile);
		wasAsked = true;
		const { answer } = await client.ask(
			questionOf(nextQuestion),
			AbortSignal.timeout(patience.deadlineMs + patience.slackMs),
		);
		return {
			wasAsked,
			violations: [
				...checkUndisturbed(answer, nextQuestion),
				...checkNumbers(answer, nextQuestion, network.made),
			],
		};
	} catch (error) {
		const what = error instanceof Error ? error.message : 'unknown';
		return { wasAsked, violations: [{ invariant: 'next', what }] };
	}
}
