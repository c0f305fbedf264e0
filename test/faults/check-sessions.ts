// Holds the logs and ledgers of all parties against the questions that were asked since they were last looked at.

import { pause } from '@cordon/shared';
import { askNext } from './ask-next.ts';
import type { AskedQuestion } from './asked-question.ts';
import type { BrokenNetwork, Patience } from './broken-network.ts';
import { checkCharges } from './check-charges.ts';
import { checkSession, type LoggedSession, sessionsIn, wasNeverStored } from './check-logs.ts';
import { hospitals } from './made-hospitals.ts';
import { type LogReader, logReader } from './read-logs.ts';
import type { Violation } from './violation.ts';

/** What is remembered of one network from schedule to schedule. */
export interface Chronicle {
	readonly reader: LogReader;
	readonly seen: Set<string>;
	readonly spent: Map<string, number>;
	/** Prices of earlier questions that a hospital may give back late, by how often they are still looked for. */
	readonly returning: Map<number, number>;
}

/** A hospital's longest wait between attempts to reach the coordinator, 15 s, is some schedules long. */
const looksForReturns = 8;

const lookAgainMs = 250;

/** Asks once in peace first: a daemon's first answer takes longer than all that follow. */
export async function openChronicle(network: BrokenNetwork): Promise<Chronicle> {
	const chronicle = {
		reader: logReader(network),
		seen: new Set<string>(),
		spent: new Map<string, number>(),
		returning: new Map<number, number>(),
	};
	await askNext(network);
	for (const { session } of sessionsIn(await chronicle.reader.read(), chronicle.seen))
		chronicle.seen.add(session);
	for (const hospital of hospitals) chronicle.spent.set(hospital, await network.spent(hospital));
	return chronicle;
}

/** The questions in the order in which they were asked; the next one's session is the last. */
export async function checkSessions(
	network: BrokenNetwork,
	chronicle: Chronicle,
	questions: readonly AskedQuestion[],
): Promise<readonly Violation[]> {
	const { sessions, violations } = await readUntilEnded(chronicle, network.patience);
	const grewBy: Record<string, number> = {};
	for (const hospital of hospitals) {
		const spent = await network.spent(hospital);
		grewBy[hospital] = spent - (chronicle.spent.get(hospital) ?? 0);
		chronicle.spent.set(hospital, spent);
	}
	const charges = questions.map(({ epsilonMicros }) => ({ epsilonMicros, owedBy: new Set<string>() }));
	const hasNext = questions.length > 1;
	// What had been given back by then is in the logs by now: it is logged before it is done.
	const since = sessionsIn(await chronicle.reader.read(), chronicle.seen);
	const kept = new Set<number>();
	for (const { session, decisions, endings } of since.filter(isAmong(sessions))) {
		chronicle.seen.add(session);
		const isNext = hasNext && session === sessions.at(-1)?.session;
		const charge = charges[isNext ? 1 : 0];
		if (charge !== undefined && endings[0]?.decision === 'released') kept.add(charge.epsilonMicros);
		for (const hospital of hospitals) {
			if (isOwed(decisions[hospital] ?? [])) charge?.owedBy.add(hospital);
		}
	}
	const { returning } = chronicle;
	const returned = [...returning.keys()].map((price) => ({ epsilonMicros: -price, owedBy: nobody }));
	for (const [price, looks] of returning) {
		if (looks === 1) returning.delete(price);
		else returning.set(price, looks - 1);
	}
	for (const { epsilonMicros, owedBy } of charges)
		if (owedBy.size < hospitals.length || !kept.has(epsilonMicros))
			returning.set(epsilonMicros, looksForReturns);
	const charged = checkCharges(grewBy, [...charges, ...returned]);
	return [...violations, ...sessions.flatMap(checkSession), ...charged];
}

const nobody: ReadonlySet<string> = new Set();

function isAmong(sessions: readonly LoggedSession[]): (one: LoggedSession) => boolean {
	return ({ session }) => sessions.some((other) => other.session === session);
}

/**
 * What was admitted and never answered is given back, when the hospital hears or sees that the session is over; what was
 * answered, where the log says that enough hospitals have promised that it is never opened.
 */
function isOwed(decisions: readonly string[]): boolean {
	return decisions.includes('answered') && !decisions.includes('aborted') && !decisions.includes('changed');
}

/** A question whose client gave up goes on until its deadline. */
async function readUntilEnded(
	{ reader, seen }: Chronicle,
	{ deadlineMs, slackMs }: Patience,
): Promise<{
	readonly sessions: readonly LoggedSession[];
	readonly violations: readonly Violation[];
}> {
	const deadline = AbortSignal.timeout(deadlineMs + slackMs);
	while (true) {
		const logs = await reader.read();
		const sessions = sessionsIn(logs, seen);
		const open = sessions.filter((one) => one.endings.length === 0 && !wasNeverStored(one));
		if (open.length === 0 || deadline.aborted) {
			const unended = open.map(
				({ session }): Violation => ({
					invariant: 'ended',
					what: `session ${session.slice(0, 8)} never ended`,
				}),
			);
			return { sessions, violations: [...logs.violations, ...unended] };
		}
		await pause(lookAgainMs, deadline);
	}
}
