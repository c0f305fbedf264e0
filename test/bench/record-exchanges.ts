// Counts what one query really exchanges: a network that is led through a recording line is asked once of each kind.

import { pause } from '@cordon/shared';
import type { Profile } from '../../cli/src/client/profile.ts';
import type { PreparedNetwork } from '../../cli/src/processes/prepare-network.ts';
import { freshQuestion } from '../fresh-question.ts';
import { leadNodesTo, startBenchNetwork } from './bench-network.ts';
import { type BenchQuestion, minimumOf } from './bench-questions.ts';
import { type FloorScript, type Rounds, scriptOf } from './floor-script.ts';
import { openRecordingLine } from './recording-line.ts';
import { timedAsk } from './timed-ask.ts';

export interface Recorded {
	readonly script: FloorScript;
	/** Of the nodes with the coordinator, in the rounds that the script repeats. */
	readonly nodeExchanges: number;
	/** Of the client with coordinator and issuer. */
	readonly clientExchanges: number;
}

/** After the answer the nodes still fetch the end. */
const settleMs = 500;

/** Leaves the network stopped, its nodes led to the coordinator itself. */
export async function recordExchanges(
	prepared: PreparedNetwork,
	asked: { readonly questions: readonly BenchQuestion[]; readonly profile: Profile; readonly rounds: Rounds },
	tell: (line: string) => void,
): Promise<readonly Recorded[]> {
	const { rounds } = asked;
	const isOfRounds = (kind: string): boolean => rounds.said.includes(kind) || rounds.answered.includes(kind);
	const line = await openRecordingLine(prepared.coordinatorUrl);
	await leadNodesTo(prepared, prepared.coordinatorUrl, line.url);
	try {
		const running = await startBenchNetwork(prepared, tell);
		try {
			const recorded: Recorded[] = [];
			for (const question of asked.questions) {
				// Two of them, each asked once only: the second would be replayed.
				await timedAsk(freshQuestion(question.content, 900_001), asked.profile);
				await pause(settleMs, new AbortController().signal);
				line.take();
				const { submitBytes, answerBytes, exchanges } = await timedAsk(
					freshQuestion(question.content, 900_002),
					asked.profile,
				);
				await pause(settleMs, new AbortController().signal);
				const taken = line.take();
				const hospitals = prepared.hospitals.length;
				const minimum = minimumOf(question, hospitals);
				recorded.push({
					script: scriptOf(taken, { rounds, hospitals, minimum, submitBytes, answerBytes }),
					nodeExchanges: taken.filter(({ carries }) => carries.some(isOfRounds)).length,
					clientExchanges: exchanges,
				});
			}
			return recorded;
		} finally {
			await running.stop();
		}
	} finally {
		await line.close();
		await leadNodesTo(prepared, line.url, prepared.coordinatorUrl);
	}
}
