// Splits the time of one query into its stages, from what its parties logged: one machine, one clock.

import { type LogLine, matches, numberOf, onlyLine, type PartyLogs, startOf } from './log-lines.ts';

/** What the researcher's side saw; milliseconds since 1970. */
export interface SeenByClient {
	readonly query: string;
	readonly submittedMs: number;
	/** 202 was there. */
	readonly acceptedMs: number;
	readonly answeredMs: number;
}

/** Milliseconds. But for `accepted` and `counting`, which lie within others, they add up to `toClient`. */
export interface Stages {
	/** To the query being stored and the hospitals woken. */
	readonly submit: number;
	/** To 202 at the client: it overlaps with what the hospitals do. */
	readonly accepted: number;
	/** Until the last node has the question. */
	readonly open: number;
	/** From the last node's having the round's message to the last node's having the next one's. */
	readonly round0: number;
	readonly round1: number;
	/** Counts, beside masking and committing. */
	readonly round2: number;
	readonly round3: number;
	/** Until the coordinator takes the message that opens the sum. */
	readonly round4: number;
	/** Merge, release, log, sign, store. */
	readonly release: number;
	/** Until the client has the answer: it moves on the coordinator's ticks. */
	readonly delivery: number;
	/** Of the slowest node: who consents, and how many they are. */
	readonly counting: number;
	readonly toFinal: number;
	readonly toClient: number;
}

const countingEvents: ReadonlySet<unknown> = new Set(['consents-read', 'patients-counted']);

/** Errors  throws where a party logged less of the query than a released one leaves. */
export function splitStages(seen: SeenByClient, logs: PartyLogs): Stages {
	const dispatched = onlyLine(logs.coordinator, { event: 'question-dispatched', query: seen.query });
	const ended = onlyLine(logs.coordinator, { event: 'session-ended', query: seen.query });
	const session = ended['session'];
	const [had0, had1, had2, had3] = [0, 1, 2, 3].map((round) => lastStart(logs.nodes, { session, round })) as [
		number,
		number,
		number,
		number,
	];
	const finalMs = numberOf(ended, 'time');
	const opening = openingTake(logs.coordinator, session, finalMs);
	const had4 = lastStartBefore(opening, logs.nodes, { session, round: 4 });
	const { submittedMs, acceptedMs, answeredMs } = seen;
	const dispatchedMs = numberOf(dispatched, 'time');
	return {
		submit: dispatchedMs - submittedMs,
		accepted: acceptedMs - submittedMs,
		open: had0 - dispatchedMs,
		round0: had1 - had0,
		round1: had2 - had1,
		round2: had3 - had2,
		round3: had4 - had3,
		round4: opening - had4,
		release: finalMs - opening,
		delivery: answeredMs - finalMs,
		counting: slowestCounting(logs.nodes, session),
		toFinal: finalMs - submittedMs,
		toClient: answeredMs - submittedMs,
	};
}

/** When the last of the nodes began with the message of the round. */
function lastStart(nodes: PartyLogs['nodes'], wanted: LogLine): number {
	const starts = [...nodes.values()].map((lines) =>
		startOf(onlyLine(lines, { event: 'message-handled', ...wanted })),
	);
	return Math.max(...starts);
}

/** The sum opens without its slowest members: they may get the last round's message after that, or never. */
function lastStartBefore(limitMs: number, nodes: PartyLogs['nodes'], wanted: LogLine): number {
	const handled = [...nodes.values()].flatMap((lines) =>
		lines.filter((line) => matches(line, { event: 'message-handled', ...wanted })),
	);
	const starts = handled.map((line) => startOf(line)).filter((startMs) => startMs <= limitMs);
	if (starts.length === 0) throw new Error('no node logged the round before the sum was opened');
	return Math.max(...starts);
}

/** When the coordinator began with the message whose taking ended the session: the first that was done after the end. */
export function openingTake(coordinator: readonly LogLine[], session: unknown, endedMs: number): number {
	const taken = coordinator.filter((line) => matches(line, { event: 'message-taken', session }));
	const opening = taken.find((line) => numberOf(line, 'time') >= endedMs && startOf(line) <= endedMs);
	if (opening === undefined) throw new Error('the coordinator logged no message that opened the sum');
	return startOf(opening);
}

function slowestCounting(nodes: PartyLogs['nodes'], session: unknown): number {
	const each = [...nodes.values()].map((lines) => {
		const input = onlyLine(lines, { event: 'message-handled', session, round: 2 });
		const within = lines.filter(
			(line) =>
				countingEvents.has(line['event']) &&
				numberOf(line, 'time') >= startOf(input) &&
				numberOf(line, 'time') <= numberOf(input, 'time'),
		);
		if (within.length === 0) throw new Error('a node logged no counting');
		return within.reduce((sum, line) => sum + numberOf(line, 'ms'), 0);
	});
	return Math.max(...each);
}
