// Splits the time of one query into what each stage of the privacy layer takes, along the hospital heard last.

import { type LogLine, matches, numberOf, onlyLine, type PartyLogs, startOf } from './log-lines.ts';
import { openingTake, type SeenByClient } from './split-stages.ts';

/** Milliseconds. The stages up to `release` add up to `toFinal`, and with `delivery` to `toClient`. */
export interface LayerStages {
	/** The coordinator verifies, plans, takes a prepared session, logs and stores. */
	readonly submit: number;
	/** Until the hospital has the question. */
	readonly open: number;
	/** It verifies signature and token, authorizes, plans, reserves, and logs that it does. */
	readonly admit: number;
	readonly noise: number;
	/** Token, deadline and epoch again; who consents; how many they are. */
	readonly count: number;
	/** Noise added; masked where the layer is on. */
	readonly mask: number;
	/** Logged, charged and committed before it is said. */
	readonly store: number;
	/** Until the coordinator begins with it: the reply's time, and the way. */
	readonly reply: number;
	/** Until the coordinator begins with the last hospital's consistency; 0 where there is none. */
	readonly round3: number;
	/** Until it begins with the message that opens the sum; 0 where there is none. */
	readonly round4: number;
	/** Opened, and decided what is released of it. */
	readonly merge: number;
	/** Decision stored, logged, signed, stored again. */
	readonly release: number;
	/** Until the client has the answer: it moves on the coordinator's ticks. */
	readonly delivery: number;
	readonly toFinal: number;
	readonly toClient: number;
}

const answers: readonly unknown[] = ['plain', 'secagg/masked-input'];
const consistency = 'secagg/consistency';
const steps: ReadonlySet<unknown> = new Set(['call-done', 'consents-read', 'patients-counted']);

/**
 * Milliseconds from the question to its stored answer, by lines of level `info`.
 *
 * Errors  throws where it should have taken a prepared session and did not: that is a question of five exchanges.
 */
export function finalMsOf(
	{ submittedMs, query }: SeenByClient,
	{ coordinator }: PartyLogs,
	{ isPrepared }: { readonly isPrepared: boolean },
): number {
	const { session } = onlyLine(coordinator, { event: 'question-dispatched', query });
	const wasPrepared = coordinator.some((line) => matches(line, { event: 'session-prepared', session }));
	if (isPrepared && !wasPrepared) throw new Error('a question took five exchanges');
	return numberOf(onlyLine(coordinator, { event: 'session-ended', query }), 'time') - submittedMs;
}

/** Errors  throws where a party logged less of the query than a released one leaves, and where it took five exchanges. */
export function splitLayerStages(seen: SeenByClient, { coordinator, nodes }: PartyLogs): LayerStages {
	const { submittedMs, answeredMs, query } = seen;
	const dispatchedMs = numberOf(onlyLine(coordinator, { event: 'question-dispatched', query }), 'time');
	const ended = onlyLine(coordinator, { event: 'session-ended', query });
	const session = ended['session'];
	const finalMs = numberOf(ended, 'time');
	const taken = coordinator.filter(
		(line) => matches(line, { event: 'message-taken', session }) && numberOf(line, 'time') >= submittedMs,
	);
	if (taken.some(({ step }) => step === 'secagg/shares')) throw new Error('a question took five exchanges');
	const answer = lastOf(taken.filter(({ step }) => answers.includes(step)));
	const answerMs = startOf(answer);
	const logged = nodes.get(String(answer['hospital'])) ?? [];
	// A process that ran before had another clock of its own.
	const node = logged.filter((line) => numberOf(line, 'time') >= submittedMs);
	const handled = onlyLine(node, { event: 'message-handled', session, kind: 'open' });
	const isPlain = answer['step'] === 'plain';
	const consistentMs = isPlain ? answerMs : startOf(lastOf(taken.filter(({ step }) => step === consistency)));
	const openingMs = isPlain ? answerMs : openingTake(coordinator, session, finalMs);
	const decided = coordinator.find(
		(line) =>
			matches(line, { event: 'call-done', call: 'sessions.change', session }) && startOf(line) >= openingMs,
	);
	if (decided === undefined) throw new Error('the coordinator logged no decision');
	return {
		submit: dispatchedMs - submittedMs,
		open: startOf(handled) - dispatchedMs,
		...splitNode(node, handled),
		reply: answerMs - numberOf(handled, 'time'),
		round3: consistentMs - answerMs,
		round4: openingMs - consistentMs,
		merge: startOf(decided) - openingMs,
		release: finalMs - startOf(decided),
		delivery: answeredMs - finalMs,
		toFinal: finalMs - submittedMs,
		toClient: answeredMs - submittedMs,
	};
}

/** One message is handled at a time, so what a node logged meanwhile is of it. Its own clock, to the microsecond. */
function splitNode(
	node: readonly LogLine[],
	handled: LogLine,
): Pick<LayerStages, 'admit' | 'noise' | 'count' | 'mask' | 'store'> {
	const [fromMs, toMs] = [startOf(handled, 'endMs'), numberOf(handled, 'endMs')];
	const within = node.filter(
		(line) => steps.has(line['event']) && startOf(line, 'endMs') >= fromMs && numberOf(line, 'endMs') <= toMs,
	);
	const logged = within.filter(({ call }) => call === 'audit.append');
	const [admitted, answered] = logged;
	const counted = within.find(({ event }) => event === 'patients-counted');
	if (admitted === undefined || answered === undefined || counted === undefined || logged.length > 2)
		throw new Error('a node logged another way than from admission over counting to its answer');
	const afterMs = numberOf(admitted, 'endMs');
	const rereadMs = Math.min(
		...within.map((line) => startOf(line, 'endMs')).filter((startMs) => startMs >= afterMs),
	);
	return {
		admit: afterMs - fromMs,
		noise: rereadMs - afterMs,
		count: numberOf(counted, 'endMs') - rereadMs,
		mask: startOf(answered, 'endMs') - numberOf(counted, 'endMs'),
		store: toMs - startOf(answered, 'endMs'),
	};
}

function lastOf(lines: readonly LogLine[]): LogLine {
	const last = lines.toSorted((left, right) => numberOf(right, 'time') - numberOf(left, 'time'))[0];
	if (last === undefined) throw new Error('the coordinator logged no answer of a hospital');
	return last;
}
