// Asks networks that differ in the privacy layer alone the same question in turn, a run of the floor beside each turn.

import { pause } from '@cordon/shared';
import type { Profile } from '../../cli/src/client/profile.ts';
import type { PreparedNetwork } from '../../cli/src/processes/prepare-network.ts';
import type { RunningNetwork } from '../../cli/src/processes/run-network.ts';
import { freshQuestion } from '../fresh-question.ts';
import { watchPrepared } from './await-prepared.ts';
import { logAt, readPartyLogs, startBenchNetwork } from './bench-network.ts';
import { benchQuestions } from './bench-questions.ts';
import { type Floor, openFloor } from './floor.ts';
import { daemonParties, forkParties, type Parties } from './floor-parties.ts';
import type { FloorScript } from './floor-script.ts';
import { finalMsOf, type LayerStages, splitLayerStages } from './split-layer-stages.ts';
import type { SeenByClient } from './split-stages.ts';
import { timedAsk } from './timed-ask.ts';

export interface LayerNetwork {
	readonly name: string;
	readonly prepared: PreparedNetwork;
	readonly profile: Profile;
	/** How many prepared sessions a hospital holds before each question; 0: none are prepared. */
	readonly sessions: number;
}

export interface LayerFigures {
	/** Of each network, in the order of asking. */
	readonly stages: ReadonlyMap<string, readonly LayerStages[]>;
	/** Milliseconds until the signed answer is stored, while nobody asks the daemons how long each step takes. */
	readonly unwatched: ReadonlyMap<string, readonly number[]>;
	/** Of the floor over the daemons of the first network that prepares sessions; milliseconds. */
	readonly floorMs: readonly number[];
	/** Of the floor over processes that do nothing else; milliseconds. */
	readonly bareFloorMs: readonly number[];
}

export interface Times {
	readonly repetitions: number;
	readonly warmUps: number;
}

interface Measuring {
	readonly networks: readonly LayerNetwork[];
	readonly script: FloorScript;
	/** Beside the floor, at the log level of service: these networks alone. */
	readonly unwatched: Times & { readonly names: readonly string[] };
	/** Stage by stage, at the log level that tells them. */
	readonly watched: Times;
	readonly tell: (line: string) => void;
}

/** The nodes fetch the end, and the floor's members too, before the next is measured. */
const settleMs = 40;

export async function measureLayer(measuring: Measuring): Promise<LayerFigures> {
	const { networks, script, watched, unwatched, tell } = measuring;
	const floorMs: number[] = [];
	const bareFloorMs: number[] = [];
	const quiet = networks.filter(({ name }) => unwatched.names.includes(name));
	for (const { prepared } of quiet) await logAt(prepared, 'info');
	tell('as in service, beside the floor');
	const finals = await whileRunning(quiet, tell, async (daemons) => {
		const floor = await openFloor([script], daemons);
		const bare = await openFloor([script], forkParties(daemons.members.length));
		try {
			const run = async (times: number[], of: Floor): Promise<void> => {
				times.push(await of.run());
				await settle();
			};
			const besides = async (): Promise<void> => {
				await run(floorMs, floor);
				await run(bareFloorMs, bare);
			};
			return await askInTurn({ networks: quiet, times: unwatched, tell }, besides);
		} finally {
			floor.close();
			bare.close();
		}
	});
	for (const { prepared } of quiet) await logAt(prepared, 'debug');
	tell('stage by stage');
	const seen = await whileRunning(networks, tell, () => askInTurn({ networks, times: watched, tell }));
	const stages = await Promise.all(
		networks.map(async ({ name, prepared }) => {
			const logs = await readPartyLogs(prepared);
			return [name, (seen.get(name) ?? []).map((one) => splitLayerStages(one, logs))] as const;
		}),
	);
	const unwatchedMs = await Promise.all(
		quiet.map(async ({ name, prepared }) => {
			const logs = await readPartyLogs(prepared);
			return [name, (finals.get(name) ?? []).map((one) => finalMsOf(one, logs))] as const;
		}),
	);
	const { warmUps } = unwatched;
	return {
		stages: new Map(stages),
		unwatched: new Map(unwatchedMs),
		floorMs: floorMs.slice(warmUps),
		bareFloorMs: bareFloorMs.slice(warmUps),
	};
}

/**
 * All of them run at once, so that whatever else the machine does meets them alike. `work` is given the processes of the
 * first that prepares sessions.
 */
async function whileRunning<T>(
	networks: readonly LayerNetwork[],
	tell: (line: string) => void,
	work: (daemons: Parties) => Promise<T>,
): Promise<T> {
	const running: RunningNetwork[] = [];
	const start = async ({ prepared }: LayerNetwork): Promise<void> => {
		running.push(await startBenchNetwork(prepared, tell));
	};
	let daemons: Parties | null = null;
	try {
		for (const network of networks) {
			if (daemons !== null || network.sessions === 0) await start(network);
			else daemons = await daemonParties(network.prepared.hospitals.length, () => start(network));
		}
		if (daemons === null) throw new Error('no network prepares sessions');
		return await work(daemons);
	} finally {
		await Promise.all(running.map((network) => network.stop()));
	}
}

/** Each question is asked once only, or it would be replayed. */
let serial = 0;

interface Asking {
	readonly networks: readonly LayerNetwork[];
	readonly times: Times;
	readonly tell: (line: string) => void;
}

type Seen = ReadonlyMap<string, readonly SeenByClient[]>;

/** Without the warm-ups. */
async function askInTurn(
	{ networks, times: { warmUps, repetitions }, tell }: Asking,
	besides: () => Promise<void> = async () => undefined,
): Promise<Seen> {
	const [question] = benchQuestions;
	if (question === undefined) throw new Error('a bench asks something');
	const watches = networks.map(({ prepared, sessions }) => watchPrepared(prepared, sessions));
	// Of all networks: no preparing anywhere while one is measured.
	const allReady = async (): Promise<void> => {
		for (const { ready } of watches) await ready();
	};
	const seen = new Map(networks.map(({ name }): [string, SeenByClient[]] => [name, []]));
	for (let turn = 1; turn <= warmUps + repetitions; turn += 1) {
		for (const { name, profile } of networks) {
			await allReady();
			serial += 1;
			const asked = await timedAsk(freshQuestion(question.content, serial), profile);
			if (turn > warmUps) seen.get(name)?.push(asked);
			await settle();
		}
		await allReady();
		await besides();
		if (turn % 10 === 0) tell(`asked ${turn} of ${warmUps + repetitions}`);
	}
	return seen;
}

function settle(): Promise<void> {
	return pause(settleMs, new AbortController().signal);
}
