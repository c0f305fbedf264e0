// One schedule: a question is asked, its faults befall the network, everything is repaired, and the promises are held
// against what is there then.

import { pause, systemClock, systemRandom } from '@cordon/shared';
import { askCoordinator, NoAnswer } from '../../cli/src/client/ask-coordinator.ts';
import { askNext, nextQuestion } from './ask-next.ts';
import { questionOf } from './asked-question.ts';
import type { BrokenNetwork, Patience } from './broken-network.ts';
import { checkEnding, checkNumbers, checkUndisturbed } from './check-answer.ts';
import { type Chronicle, checkSessions } from './check-sessions.ts';
import { directFaults } from './direct-faults.ts';
import { repairEverything } from './inject-fault.ts';
import { type SaidOnce, saidOnce } from './said-once.ts';
import { nameOf, type Schedule } from './schedule.ts';
import { type SteadyAnswer, type SteadyClient, steadyClient } from './steady-client.ts';
import type { Violation } from './violation.ts';

export interface ScheduleOutcome {
	/** Of the question under faults: an answer's status, or `no answer` where the client gave up. */
	readonly status: string;
	/** Names of the faults that came about; a question may end before its last fault. */
	readonly fired: readonly string[];
	/** Processes that ended without having been killed, or did not come up again by themselves. */
	readonly died: readonly string[];
	readonly violations: readonly Violation[];
}

export async function runSchedule(
	schedule: Schedule,
	network: BrokenNetwork,
	chronicle: Chronicle,
): Promise<ScheduleOutcome> {
	const said = saidOnce();
	const client = await steadyClient(network.profile);
	const under = await askUnderFaults(schedule, network, { said, client });
	const { asked, violations } = under;
	const isUndisturbed = under.fired.length === 0;
	const answered =
		asked === null
			? []
			: [
					...checkEnding(asked.answer),
					...(isUndisturbed ? checkUndisturbed(asked.answer, schedule.question) : []),
				];
	const numbers = asked === null ? [] : checkNumbers(asked.answer, schedule.question, network.made);
	const next = await askNext(network);
	const questions = next.wasAsked ? [schedule.question, nextQuestion] : [schedule.question];
	const logged = await checkSessions(network, chronicle, questions);
	const again = asked?.id ? await checkSameAgain(client, asked, network.patience) : [];
	return {
		status: asked === null ? 'no answer' : String(asked.answer['status']),
		fired: under.fired,
		died: under.died,
		violations: [
			...violations,
			...answered,
			...numbers,
			...next.violations,
			...logged,
			...said.violations(),
			...again,
		],
	};
}

interface UnderFaults {
	/** Null where the client gave up, which the researcher's own may. */
	readonly asked: SteadyAnswer | null;
	readonly fired: readonly string[];
	readonly died: readonly string[];
	readonly violations: readonly Violation[];
}

async function askUnderFaults(
	schedule: Schedule,
	network: BrokenNetwork,
	{ said, client }: { readonly said: SaidOnce; readonly client: SteadyClient },
): Promise<UnderFaults> {
	const { patience } = network;
	const director = directFaults(schedule, network);
	network.watch(async (moment) => {
		said.hear(moment);
		return director.moment(moment);
	});
	const late = new AbortController();
	const asking = ask(schedule, network, { client, signal: late.signal });
	const settled = asking.then(
		() => undefined,
		() => undefined,
	);
	const stuck = pause(2 * patience.deadlineMs + patience.slackMs, late.signal);
	await Promise.race([settled, director.over, stuck]);
	await director.end();
	const died = await repairEverything(network);
	const tooLate = setTimeout(() => late.abort(), patience.deadlineMs + patience.slackMs);
	const fired = director.fired().map(nameOf);
	try {
		return { asked: await asking, fired, died, violations: [] };
	} catch (error) {
		const what = error instanceof Error ? error.message : 'unknown';
		return { asked: null, fired, died, violations: [{ invariant: 'ended', what }] };
	} finally {
		clearTimeout(tooLate);
		late.abort();
	}
}

async function ask(
	{ client: kind, question }: Schedule,
	network: BrokenNetwork,
	{ client, signal }: { readonly client: SteadyClient; readonly signal: AbortSignal },
): Promise<SteadyAnswer | null> {
	if (kind === 'steady') return client.ask(questionOf(question), signal);
	const { profile, patience } = network;
	const parts = { profile, clock: systemClock, random: systemRandom };
	try {
		const timeoutMs = 3 * patience.deadlineMs + patience.slackMs;
		const answer = await askCoordinator(questionOf(question), {
			...parts,
			progress: () => undefined,
			timeoutMs,
		});
		const id = answer['id'];
		return { id: typeof id === 'string' ? id : null, answer, text: JSON.stringify(answer) };
	} catch (error) {
		if (error instanceof NoAnswer) return null;
		throw error;
	}
}

async function checkSameAgain(
	client: SteadyClient,
	{ id, text }: SteadyAnswer,
	{ slackMs }: Patience,
): Promise<readonly Violation[]> {
	if (id === null || text === null) return [];
	const again = await client.fetchAgain(id, AbortSignal.timeout(slackMs)).catch(() => '');
	return again === text ? [] : [{ invariant: 'once', what: `query ${id} has two answers` }];
}
