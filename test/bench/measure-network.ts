// Asks a network again and again, a run of the floor beside each question, and splits each query into its stages.

import { pause } from '@cordon/shared';
import type { Profile } from '../../cli/src/client/profile.ts';
import type { PreparedNetwork } from '../../cli/src/processes/prepare-network.ts';
import type { RunningNetwork } from '../../cli/src/processes/run-network.ts';
import { freshQuestion } from '../fresh-question.ts';
import { readPartyLogs, startBenchNetwork } from './bench-network.ts';
import { benchQuestions } from './bench-questions.ts';
import { type Floor, openFloor } from './floor.ts';
import { forkParties } from './floor-parties.ts';
import type { FloorScript } from './floor-script.ts';
import { processorMs } from './processor-time.ts';
import { type SeenByClient, type Stages, splitStages } from './split-stages.ts';
import { timedAsk } from './timed-ask.ts';

/** Of one kind of question. */
export interface Measured {
	readonly name: string;
	readonly stages: readonly Stages[];
	readonly tokenMs: readonly number[];
	readonly floorMs: readonly number[];
}

export interface NetworkFigures {
	readonly measured: readonly Measured[];
	/** Of one query, by process: issuer, coordinator, and all nodes together; null where the system does not tell. */
	readonly processorMs: Readonly<Record<string, number | null>>;
}

export interface Measuring {
	readonly prepared: PreparedNetwork;
	readonly profile: Profile;
	/** Of each kind of question, in the order of `benchQuestions`. */
	readonly scripts: readonly FloorScript[];
	readonly repetitions: number;
	readonly tell: (line: string) => void;
}

interface Asked {
	readonly seen: SeenByClient & { readonly tokenMs: number };
	readonly floorMs: number;
}

const warmUps = 4;
/** The nodes fetch the end, and the floor's members too, before the next is measured. */
const settleMs = 40;

export async function measureNetwork(measuring: Measuring): Promise<NetworkFigures> {
	const { prepared, scripts, tell } = measuring;
	const running = await startBenchNetwork(prepared, tell);
	const floor = await openFloor(scripts, forkParties(prepared.hospitals.length));
	try {
		await askInTurn({ ...measuring, repetitions: warmUps }, floor);
		tell('warm');
		const before = await processorTimes(running);
		const asked = await askInTurn(measuring, floor);
		const after = await processorTimes(running);
		await pause(settleMs, new AbortController().signal);
		const logs = await readPartyLogs(prepared);
		const measured = benchQuestions.map(({ name }, at) => {
			const own = asked.filter((_, index) => index % benchQuestions.length === at);
			return {
				name,
				stages: own.map(({ seen }) => splitStages(seen, logs)),
				tokenMs: own.map(({ seen }) => seen.tokenMs),
				floorMs: own.map(({ floorMs }) => floorMs),
			};
		});
		return { measured, processorMs: perQuery(before, after, asked.length) };
	} finally {
		floor.close();
		await running.stop();
	}
}

/** Each question is asked once only, or it would be replayed. */
let serial = 0;

async function askInTurn({ profile, repetitions, tell }: Measuring, floor: Floor): Promise<readonly Asked[]> {
	const asked: Asked[] = [];
	for (let turn = 1; turn <= repetitions; turn += 1) {
		for (const { content } of benchQuestions) {
			serial += 1;
			const seen = await timedAsk(freshQuestion(content, serial), profile);
			await pause(settleMs, new AbortController().signal);
			const floorMs = await floor.run();
			await pause(settleMs, new AbortController().signal);
			asked.push({ seen, floorMs });
		}
		if (turn % 10 === 0) tell(`asked ${turn} of ${repetitions}`);
	}
	return asked;
}

type Times = ReadonlyMap<string, number | null>;

async function processorTimes({ daemons }: RunningNetwork): Promise<Times> {
	const times = [...daemons].map(async ([name, { pid }]) => [name, await processorMs(pid)] as const);
	return new Map(await Promise.all(times));
}

function perQuery(before: Times, after: Times, queries: number): Readonly<Record<string, number | null>> {
	const used = new Map<string, number | null>();
	for (const [name, endMs] of after) {
		const startMs = before.get(name) ?? null;
		const party = name === 'issuer' || name === 'coordinator' ? name : 'nodes';
		const sum = used.get(party) ?? 0;
		used.set(party, endMs === null || startMs === null ? null : sum + (endMs - startMs) / queries);
	}
	return Object.fromEntries([...used].map(([party, ms]) => [party, ms === null ? null : Math.round(ms)]));
}
