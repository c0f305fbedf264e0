// Asks networks that differ in the privacy layer alone the same question in turn, a run of the floor beside each turn.

import { pause } from '@cordon/shared';
import type { Profile } from '../../cli/src/client/profile.ts';
import type { PreparedNetwork } from '../../cli/src/processes/prepare-network.ts';
import type { RunningNetwork } from '../../cli/src/processes/run-network.ts';
import { freshQuestion } from '../fresh-question.ts';
import { watchPrepared } from './await-prepared.ts';
import { readPartyLogs, startBenchNetwork } from './bench-network.ts';
import { benchQuestions } from './bench-questions.ts';
import { openFloor } from './floor.ts';
import type { FloorScript } from './floor-script.ts';
import { type LayerStages, splitLayerStages } from './split-layer-stages.ts';
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
	readonly floorMs: readonly number[];
}

interface Measuring {
	readonly networks: readonly LayerNetwork[];
	readonly script: FloorScript;
	readonly repetitions: number;
	readonly warmUps: number;
	readonly tell: (line: string) => void;
}

interface Ready extends LayerNetwork {
	readonly ready: () => Promise<void>;
}

/** The nodes fetch the end, and the floor's members too, before the next is measured. */
const settleMs = 40;

/** All of them run at once, so that whatever else the machine does meets them alike. */
export async function measureLayer(measuring: Measuring): Promise<LayerFigures> {
	const { networks, script, tell } = measuring;
	const running: RunningNetwork[] = [];
	const floor = await openFloor([script], networks[0]?.prepared.hospitals.length ?? 0);
	try {
		for (const { prepared } of networks) running.push(await startBenchNetwork(prepared, tell));
		const asking: readonly Ready[] = networks.map((network) => ({
			...network,
			ready: watchPrepared(network.prepared, network.sessions).ready,
		}));
		const seen = new Map(networks.map(({ name }): [string, SeenByClient[]] => [name, []]));
		const floorMs: number[] = [];
		for (let turn = 1 - measuring.warmUps; turn <= measuring.repetitions; turn += 1) {
			const asked = await askEach(asking);
			const spent = await floor.run();
			await settle();
			if (turn <= 0) continue;
			floorMs.push(spent);
			for (const [name, one] of asked) seen.get(name)?.push(one);
			if (turn % 10 === 0) tell(`asked ${turn} of ${measuring.repetitions}`);
		}
		return { floorMs, stages: new Map(await Promise.all(asking.map((one) => stagesOf(one, seen)))) };
	} finally {
		floor.close();
		await Promise.all(running.map((network) => network.stop()));
	}
}

/** Each question is asked once only, or it would be replayed. */
let serial = 0;

async function askEach(networks: readonly Ready[]): Promise<ReadonlyMap<string, SeenByClient>> {
	const [question] = benchQuestions;
	if (question === undefined) throw new Error('a bench asks something');
	const asked = new Map<string, SeenByClient>();
	for (const { name, profile } of networks) {
		// Of all networks: no preparing anywhere while one is measured.
		for (const { ready } of networks) await ready();
		serial += 1;
		asked.set(name, await timedAsk(freshQuestion(question.content, serial), profile));
		await settle();
	}
	for (const { ready } of networks) await ready();
	return asked;
}

async function stagesOf(
	{ name, prepared }: LayerNetwork,
	seen: ReadonlyMap<string, readonly SeenByClient[]>,
): Promise<[string, readonly LayerStages[]]> {
	const logs = await readPartyLogs(prepared);
	return [name, (seen.get(name) ?? []).map((one) => splitLayerStages(one, logs))];
}

function settle(): Promise<void> {
	return pause(settleMs, new AbortController().signal);
}
