// Runs schedules one after another on a network that lives through them, and adds up what they found.

import { systemClock } from '@cordon/shared';
import { type BrokenNetwork, type Patience, startBrokenNetwork } from './broken-network.ts';
import { type Chronicle, openChronicle } from './check-sessions.ts';
import { runSchedule, type ScheduleOutcome } from './run-schedule.ts';
import { drawSchedule, type Schedule } from './schedule.ts';
import type { Violation } from './violation.ts';

export interface RunOptions {
	/** Seeds are `first` and those that follow it. */
	readonly first: number;
	readonly count: number;
	readonly servers: 'embedded' | 'real';
	/** Where a schedule breaks a promise: goes on with a new network. */
	readonly goOn: boolean;
	readonly tell: (told: Told) => void;
	/** Ends the run after the schedule under way, and leaves nothing behind. */
	readonly signal: AbortSignal;
}

export interface Told {
	readonly schedule: Schedule;
	readonly outcome: ScheduleOutcome;
	readonly ms: number;
	/** The end of each process's log; empty where no promise was broken. */
	readonly tails: string;
}

export interface Report {
	readonly schedules: number;
	readonly seeds: readonly [first: number, last: number];
	readonly violations: readonly (Violation & { readonly seed: number })[];
	/** How often each fault came about. */
	readonly byFault: Readonly<Record<string, number>>;
	/** How the questions under faults ended. */
	readonly byStatus: Readonly<Record<string, number>>;
	readonly seconds: number;
	/** Of one schedule, its repairs and checks included. */
	readonly msP50: number;
	readonly skipped: readonly string[];
}

/** A ledger's cap for an epoch holds so many schedules, with room to spare. */
const schedulesPerNetwork = 200;
/**
 * Long enough that a killed daemon comes up again and the session goes on. The longest wait between a node's attempts
 * to reach the coordinator is 15 s.
 */
const patience: Patience = { deadlineMs: 12_000, slackMs: 7_000, quietMs: 25_000 };

export async function runSchedules(options: RunOptions): Promise<Report> {
	const startedMs = systemClock.nowMs();
	const tally = new Tally();
	let network: BrokenNetwork | null = null;
	let chronicle: Chronicle | null = null;
	try {
		for (let at = 0; at < options.count && !options.signal.aborted; at += 1) {
			if (network === null || chronicle === null || at % schedulesPerNetwork === 0) {
				await network?.close();
				network = await startBrokenNetwork({ servers: options.servers, patience });
				chronicle = await openChronicle(network);
				tally.skipped = network.skipped;
			}
			const isSound = await runOne(options.first + at, { options, network, chronicle, tally });
			if (isSound) continue;
			if (!options.goOn) break;
			await network.close();
			network = null;
		}
	} finally {
		await network?.close();
	}
	return tally.report(options.first, systemClock.nowMs() - startedMs);
}

interface Running {
	readonly options: RunOptions;
	readonly network: BrokenNetwork;
	readonly chronicle: Chronicle;
	readonly tally: Tally;
}

async function runOne(seed: number, { options, network, chronicle, tally }: Running): Promise<boolean> {
	const startedMs = systemClock.nowMs();
	const schedule = drawSchedule(seed, network.breakable);
	const outcome = await runSchedule(schedule, network, chronicle).catch(brokenOff);
	const ms = systemClock.nowMs() - startedMs;
	tally.add(seed, outcome, ms);
	const isSound = outcome.violations.length === 0;
	options.tell({ schedule, outcome, ms, tails: isSound ? '' : await tailsOf(network) });
	return isSound;
}

/** What cannot even be looked at is no kept promise. */
function brokenOff(error: unknown): ScheduleOutcome {
	const what = `broken off: ${error instanceof Error ? error.message : 'unknown'}`;
	return { status: 'broken off', fired: [], died: [], violations: [{ invariant: 'next', what }] };
}

class Tally {
	skipped: readonly string[] = [];
	readonly #violations: (Violation & { readonly seed: number })[] = [];
	readonly #byFault = new Map<string, number>();
	readonly #byStatus = new Map<string, number>();
	readonly #milliseconds: number[] = [];

	add(seed: number, { violations, fired, status }: ScheduleOutcome, ms: number): void {
		this.#violations.push(...violations.map((one) => ({ seed, ...one })));
		for (const name of fired) this.#byFault.set(name, (this.#byFault.get(name) ?? 0) + 1);
		this.#byStatus.set(status, (this.#byStatus.get(status) ?? 0) + 1);
		this.#milliseconds.push(ms);
	}

	report(first: number, elapsedMs: number): Report {
		const sorted = [...this.#milliseconds].sort((a, b) => a - b);
		return {
			schedules: sorted.length,
			seeds: [first, first + sorted.length - 1],
			violations: this.#violations,
			byFault: inOrder(this.#byFault),
			byStatus: inOrder(this.#byStatus),
			seconds: Math.round(elapsedMs / 1_000),
			msP50: sorted[sorted.length >> 1] ?? 0,
			skipped: this.skipped,
		};
	}
}

function inOrder(counts: ReadonlyMap<string, number>): Readonly<Record<string, number>> {
	return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function tailsOf({ processes }: BrokenNetwork): Promise<string> {
	const tails = [...processes.values()].map(async (one) => `--- ${one.name}\n${await one.tail()}`);
	return (await Promise.all(tails)).join('\n');
}
