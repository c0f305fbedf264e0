// How long a count over five hospitals takes, stage by stage, beside the floor of as many bare signed exchanges.
//
// To read it: `toFinal` ends when the coordinator has stored the signed answer, `toClient` when the researcher has
// it; between them lies the tick on which progress moves so that its timing tells nothing of one hospital's work
// (design/PRIVACY.md section 2, rule 4). The bar is on `toFinal`: twice the floor of the same run, and what the
// slowest node counts. A stage's figures are percentiles of that stage alone, so they need not add up.
// The floor speaks the HTTP of coordinator and nodes, between processes that do nothing else.
// Not measured: more than one query at a time, a wide area network, hospitals of more than some hundred patients.

import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { initCrypto } from '@cordon/shared';
import { readProfile } from '../../cli/src/client/profile.ts';
import type { Servers } from '../../cli/src/processes/prepare-network.ts';
import { synthesize } from '../../cli/src/synth/synthesize.ts';
import { foundBenchNetwork, logEnds } from './bench-network.ts';
import { benchQuestions } from './bench-questions.ts';
import {
	type Bar,
	type BenchOptions,
	type BenchResult,
	barOf,
	type Figures,
	machineNow,
} from './bench-result.ts';
import { type BenchServers, startBenchServers } from './bench-servers.ts';
import { allRounds, signaturesOf } from './floor-script.ts';
import { type Measured, measureNetwork, type NetworkFigures } from './measure-network.ts';
import { percentile, summarize } from './percentiles.ts';
import { type Recorded, recordExchanges } from './record-exchanges.ts';
import type { Stages } from './split-stages.ts';

const size = { seed: 41, patients: 500, hospitals: 5 };
const repetitions = { quick: 5, full: 40 };
const timesTheFloor = 2;
const onServers = 'postgresOpenfga';

interface SetUp {
	readonly name: string;
	readonly figures: NetworkFigures;
}

export async function benchE2e({ isQuick, tell }: BenchOptions): Promise<BenchResult> {
	await initCrypto();
	const loadBefore = loadavg()[0] ?? 0;
	const root = await mkdtemp(join(tmpdir(), 'cordon-bench-'));
	const servers = await startBenchServers(tell);
	try {
		const times = isQuick ? repetitions.quick : repetitions.full;
		const { recorded, setUps } = await measureAll({ root, servers, times, tell });
		return resultOf({ recorded, setUps, servers, loadBefore });
	} catch (error) {
		tell(await logEnds(root));
		throw error;
	} finally {
		await servers?.stop();
		await rm(root, { recursive: true, force: true });
	}
}

interface Measurement {
	readonly root: string;
	readonly servers: BenchServers | null;
	readonly times: number;
	readonly tell: (line: string) => void;
}

async function measureAll({ root, servers, times, tell }: Measurement): Promise<{
	readonly recorded: readonly Recorded[];
	readonly setUps: readonly SetUp[];
}> {
	const folder = join(root, 'network');
	tell(`making ${size.patients} patients of ${size.hospitals} hospitals`);
	await synthesize({ folder, ...size }, () => undefined);
	const found = async (name: string, on: Servers) => {
		const prepared = await foundBenchNetwork(folder, join(root, name), { servers: on });
		return { prepared, profile: await readProfile(prepared.state.profileFile('ada')) };
	};
	tell('embedded: counting what a query exchanges');
	const embedded = await found('embedded', { postgresUrl: null, openfgaUrl: null });
	const recorded = await recordExchanges(
		embedded.prepared,
		{ questions: benchQuestions, profile: embedded.profile, rounds: allRounds },
		tell,
	);
	const how = { scripts: recorded.map(({ script }) => script), repetitions: times, tell };
	tell('embedded: measuring');
	const setUps = [{ name: 'embedded', figures: await measureNetwork({ ...embedded, ...how }) }];
	if (servers === null) return { recorded, setUps };
	tell(`${servers.postgres} and OpenFGA: measuring`);
	const real = await found(onServers, servers);
	return {
		recorded,
		setUps: [...setUps, { name: onServers, figures: await measureNetwork({ ...real, ...how }) }],
	};
}

function resultOf(given: {
	readonly recorded: readonly Recorded[];
	readonly setUps: readonly SetUp[];
	readonly servers: BenchServers | null;
	readonly loadBefore: number;
}): BenchResult {
	const { recorded, setUps, servers, loadBefore } = given;
	const each = setUps.flatMap(({ name, figures }) =>
		figures.measured.map((one) => ({ name: `${name}/${one.name}`, ...middleOf(one) })),
	);
	const bars: Readonly<Record<string, Bar>> = Object.fromEntries(
		each.map(({ name, toFinal, floor, counting }) => [
			name,
			barOf(toFinal, timesTheFloor * floor + counting),
		]),
	);
	const ratioTo = (what: 'toFinal' | 'toClient') =>
		each.map(
			(one) => [`${one.name}/${what}/floor`, Math.round((100 * one[what]) / one.floor) / 100] as const,
		);
	const skipped = servers === null ? [onServers] : [];
	return {
		bench: 'e2e',
		machine: { ...machineNow(), loadBefore, postgres: servers?.postgres ?? null },
		figures: {
			unit: 'ms',
			...size,
			exchanges: Object.fromEntries(
				recorded.map((one, at) => [benchQuestions[at]?.name ?? at, exchangesOf(one)]),
			),
			...Object.fromEntries(setUps.map(({ name, figures }) => [name, figuresOf(figures)])),
			...Object.fromEntries(skipped.map((name) => [name, null])),
		},
		ratios: Object.fromEntries([...ratioTo('toFinal'), ...ratioTo('toClient')]),
		bars,
		pass: Object.values(bars).every(({ pass }) => pass),
		skipped,
	};
}

function middleOf({
	stages,
	floorMs,
}: Measured): Readonly<Record<'toFinal' | 'toClient' | 'floor' | 'counting', number>> {
	const middle = (stage: keyof Stages): number =>
		percentile(
			stages.map((one) => one[stage]),
			50,
		);
	const floor = percentile(floorMs, 50);
	return { toFinal: middle('toFinal'), toClient: middle('toClient'), floor, counting: middle('counting') };
}

function figuresOf({ measured, processorMs }: NetworkFigures): Figures {
	const byQuestion = Object.fromEntries(
		measured.map(({ name, stages, tokenMs, floorMs }) => {
			const names = Object.keys(stages[0] ?? {}) as (keyof Stages)[];
			const byStage = names.map((stage) => [stage, summarize(stages.map((one) => one[stage]))] as const);
			const figures = {
				floor: summarize(floorMs),
				token: summarize(tokenMs),
				...Object.fromEntries(byStage),
			};
			return [name, figures];
		}),
	);
	return { ...byQuestion, processorPerQuery: processorMs };
}

function exchangesOf({ script, nodeExchanges, clientExchanges }: Recorded): Figures {
	return {
		nodes: nodeExchanges,
		client: clientExchanges,
		floor: size.hospitals * script.steps.length + 2,
		signatures: signaturesOf(script, size.hospitals),
	};
}
