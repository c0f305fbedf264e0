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
import type { PartyLogs } from './log-lines.ts';
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
	const { networks, unwatched, watched, tell } = measuring;
	const quiet = networks.filter(({ name }) => unwatched.names.includes(name));
	for (const { prepared } of quiet) await logAt(prepared, 'info');
	tell('as in service, beside the floor');
	const { seen: finals, ...floors } = await askBesideFloor(measuring, quiet);
	for (const { prepared } of quiet) await logAt(prepared, 'debug');
	tell('stage by stage');
	const seen = await whileRunning(networks, tell, () => askInTurn({ networks, times: watched, tell }));
	return {
		...floors,
		stages: await ofEach(networks, seen, (one, logs) => splitLayerStages(one, logs)),
		unwatched: await ofEach(quiet, finals, (one, logs, { sessions }) =>
			finalMsOf(one, logs, { isPrepared: sessions > 0 }),
		),
	};
}

async function ofEach<T>(
	networks: readonly LayerNetwork[],
	seen: Seen,
	split: (one: SeenByClient, logs: PartyLogs, network: LayerNetwork) => T,
): Promise<ReadonlyMap<string, readonly T[]>> {
	const figures = networks.map(async (network) => {
		const logs = await readPartyLogs(network.prepared);
		const asked = seen.get(network.name) ?? [];
		return [network.name, asked.map((one) => split(one, logs, network))] as const;
	});
	return new Map(await Promise.all(figures));
}

interface BesideFloor extends Pick<LayerFigures, 'floorMs' | 'bareFloorMs'> {
	readonly seen: Seen;
}

async function askBesideFloor(
	{ script, unwatched: times, tell }: Measuring,
	networks: readonly LayerNetwork[],
): Promise<BesideFloor> {
	const floorMs: number[] = [];
	const bareFloorMs: number[] = [];
	const run = async (of: Floor, spent: number[]): Promise<void> => {
		spent.push(await of.run());
		await settle();
	};
	let daemons: Parties | null = null;
	const starting: Starting = async ({ sessions, prepared }, start) => {
		if (daemons !== null || sessions === 0) return start();
		daemons = await daemonParties(prepared.hospitals.length, start);
	};
	const ask = async (): Promise<Seen> => {
		if (daemons === null) throw new Error('no network prepares sessions');
		const bare = await openFloor([script], forkParties(daemons.members.length));
		try {
			const floor = await openFloor([script], daemons);
			const besides = async (): Promise<void> => {
				await run(floor, floorMs);
				await run(bare, bareFloorMs);
			};
			return await askInTurn({ networks, times, tell }, besides).finally(floor.close);
		} finally {
			bare.close();
		}
	};
	const seen = await whileRunning(networks, tell, ask, starting);
	const { warmUps } = times;
	return { seen, floorMs: floorMs.slice(warmUps), bareFloorMs: bareFloorMs.slice(warmUps) };
}

type Starting = (network: LayerNetwork, start: () => Promise<void>) => Promise<void>;

/** All of them run at once, so that whatever else the machine does meets them alike. */
async function whileRunning<T>(
	networks: readonly LayerNetwork[],
	tell: (line: string) => void,
	work: () => Promise<T>,
	starting: Starting = (_, start) => start(),
): Promise<T> {
	const running: RunningNetwork[] = [];
	try {
		for (const network of networks) {
			await starting(network, async () => {
				running.push(await startBenchNetwork(network.prepared, tell));
			});
		}
		return await work();
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
		// In either order: the floor comes before the first of them.
		for (const { name, profile } of turn % 2 === 0 ? networks : networks.toReversed()) {
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
