// What the privacy layer adds to a count over five hospitals, stage by stage, beside the floor of three bare exchanges.
//
// To read it: `off` is the question in a plain network, whose coordinator sees each hospital's noised count and which
// replies at once; `on` is the same hospitals and question under secure aggregation, keys and shares exchanged ahead;
// `onDeadline` is `on` with the reply time that a policy has where it says nothing. They run at once and are asked in
// turn, twice over. First `off` and `on` with the logs of service, a run of the floor beside each turn: `unwatched` is
// the time to the stored, signed answer, and the bar is on it: what `on` adds (the difference of two medians) is at
// most twice the floor. Then all three with the logs that tell how long each step takes, which itself takes time:
// `added` is the difference of two medians, stage by stage along the hospital that was heard last; medians of stages
// need not add up.
// `floor`: a question and three signed exchanges, of the same sizes, between the same daemons over the same HTTP,
// without database, counting or masks; these are the daemons of `on`, whose HTTP it warms. `bareFloor`: the same
// between as many processes that do nothing else.
// Noise is in all of them: it is drawn in a plain network too.
// On the embedded store and, where there are servers, on PostgreSQL and OpenFGA; a quick run measures the last alone.
// Not measured: preparing, which runs while nothing is asked; several questions at once; a wide area network.

import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { initCrypto } from '@cordon/shared';
import { readProfile } from '../../cli/src/client/profile.ts';
import type { Servers } from '../../cli/src/processes/prepare-network.ts';
import { synthesize } from '../../cli/src/synth/synthesize.ts';
import { foundBenchNetwork, keepPrepared, logEnds, startBenchNetwork } from './bench-network.ts';
import { benchQuestions } from './bench-questions.ts';
import { type BenchOptions, type BenchResult, barOf, type Figures, machineNow } from './bench-result.ts';
import { startBenchServers } from './bench-servers.ts';
import { preparedRounds, signaturesOf } from './floor-script.ts';
import { type LayerFigures, type LayerNetwork, measureLayer, type Times } from './measure-layer.ts';
import { percentile, type Summary, summarize } from './percentiles.ts';
import { type Recorded, recordExchanges } from './record-exchanges.ts';
import type { LayerStages } from './split-layer-stages.ts';

const seed = 41;
const hospitals = 5;
const sizes = {
	full: {
		patients: 500,
		unwatched: { repetitions: 60, warmUps: 40, names: ['off', 'on'] },
		watched: { repetitions: 30, warmUps: 5 },
		names: ['off', 'on', 'onDeadline'],
	},
	quick: {
		patients: 60,
		unwatched: { repetitions: 2, warmUps: 1, names: ['off', 'on'] },
		watched: { repetitions: 1, warmUps: 1 },
		names: ['off', 'on'],
	},
} satisfies Record<string, Size>;
const timesTheFloor = 2;
/** The coordinator's own default, for each of the two mechanisms of the network. */
const preparedSessions = 2;
const mechanisms = 2;
/** Seconds; what network.yaml means where it says nothing (docs/adr/0027). */
const defaultReplyTime = 2.5;

const policies = {
	off: { aggregation: 'plain', replyTime: 0 },
	on: { aggregation: 'secure', replyTime: 0 },
	onDeadline: { aggregation: 'secure', replyTime: defaultReplyTime },
} as const;
type NetworkName = keyof typeof policies;

interface Size {
	readonly patients: number;
	readonly unwatched: Times & { readonly names: readonly NetworkName[] };
	readonly watched: Times;
	readonly names: readonly NetworkName[];
}

const embedded: Servers = { postgresUrl: null, openfgaUrl: null };
const onServers = 'postgresOpenfga';

export async function benchPrivacy({ isQuick, tell }: BenchOptions): Promise<BenchResult> {
	await initCrypto();
	const loadBefore = loadavg()[0] ?? 0;
	const root = await mkdtemp(join(tmpdir(), 'cordon-bench-'));
	const size = isQuick ? sizes.quick : sizes.full;
	const servers = await startBenchServers(tell);
	const kinds = [
		{ name: 'embedded', on: embedded },
		...(servers === null ? [] : [{ name: onServers, on: servers }]),
	];
	try {
		const setUps: SetUp[] = [];
		for (const { name, on } of isQuick ? kinds.slice(-1) : kinds) {
			tell(name);
			const { networks, recorded } = await foundAll(join(root, name), { size, on }, tell);
			const { script } = recorded;
			setUps.push({ name, figures: await measureLayer({ networks, ...size, script, tell }), recorded });
		}
		return resultOf({ size, setUps, loadBefore, postgres: servers?.postgres ?? null });
	} catch (error) {
		tell(await logEnds(root));
		throw error;
	} finally {
		await servers?.stop();
		await rm(root, { recursive: true, force: true });
	}
}

/** Those that prepare sessions have read their files when it resolves; all stand still. */
async function foundAll(
	root: string,
	{ size: { patients, names }, on }: { readonly size: Size; readonly on: Servers },
	tell: (line: string) => void,
): Promise<{ readonly networks: readonly LayerNetwork[]; readonly recorded: Recorded }> {
	const folder = join(root, 'network');
	tell(`making ${patients} patients of ${hospitals} hospitals`);
	await synthesize({ folder, seed, patients, hospitals }, () => undefined);
	const found = async (name: NetworkName): Promise<LayerNetwork> => {
		const policy = policies[name];
		const prepared = await foundBenchNetwork(folder, join(root, name), { servers: on, policy });
		const profile = await readProfile(prepared.state.profileFile('ada'));
		const sessions = policy.aggregation === 'plain' ? 0 : preparedSessions * mechanisms;
		return { name, prepared, profile, sessions };
	};
	const networks: LayerNetwork[] = [];
	for (const name of names) networks.push(await found(name));
	tell('counting what a query exchanges');
	const recorded: Recorded[] = [];
	for (const { name, prepared, profile, sessions } of networks) {
		const asked = { questions: benchQuestions, profile, rounds: preparedRounds };
		if (name === 'on') recorded.push(...(await recordExchanges(prepared, asked, tell)));
		else if (sessions > 0) await (await startBenchNetwork(prepared, tell)).stop();
		if (sessions > 0) await keepPrepared(prepared, preparedSessions);
	}
	const [first] = recorded;
	if (first === undefined) throw new Error('no exchanges were recorded');
	return { networks, recorded: first };
}

interface SetUp {
	readonly name: string;
	readonly figures: LayerFigures;
	readonly recorded: Recorded;
}

interface Found {
	readonly size: Size;
	readonly setUps: readonly SetUp[];
	readonly loadBefore: number;
	/** Its version; null where there are no servers. */
	readonly postgres: string | null;
}

function resultOf({ size, setUps, loadBefore, postgres }: Found): BenchResult {
	const layers = setUps.map((setUp) => ({ setUp, ...layerOf(setUp) }));
	const [first] = setUps;
	if (first === undefined) throw new Error('nothing was measured');
	const { nodeExchanges, script } = first.recorded;
	const bars = Object.fromEntries(
		layers.map(({ setUp, added, floor }) => [
			`${setUp.name}/on/unwatched/added`,
			barOf(added, timesTheFloor * floor.p50),
		]),
	);
	const kinds = ['embedded', onServers].filter((name) => !setUps.some((setUp) => setUp.name === name));
	return {
		bench: 'privacy',
		machine: { ...machineNow(), loadBefore, postgres },
		figures: {
			unit: 'ms',
			seed,
			hospitals,
			patients: size.patients,
			replyTime: Object.fromEntries(size.names.map((name) => [name, 1000 * policies[name].replyTime])),
			exchanges: { nodes: nodeExchanges, signatures: signaturesOf(script, hospitals) },
			...Object.fromEntries(layers.map(({ setUp, figures }) => [setUp.name, figures])),
		},
		ratios: Object.fromEntries(
			layers.flatMap(({ setUp, added, floor, bareFloor }) => [
				[`${setUp.name}/on/unwatched/added/floor`, hundredths(added / floor.p50)],
				[`${setUp.name}/on/unwatched/added/bareFloor`, hundredths(added / bareFloor.p50)],
			]),
		),
		bars,
		pass: Object.values(bars).every(({ pass }) => pass),
		skipped: [...kinds, ...Object.keys(policies).filter((name) => !first.figures.stages.has(name))],
	};
}

interface Layer {
	/** Milliseconds, unwatched. */
	readonly added: number;
	readonly floor: Summary;
	readonly bareFloor: Summary;
	readonly figures: Figures;
}

/** What the layer adds on one kind of store, and the figures that say so. */
function layerOf({ figures: { floorMs, bareFloorMs, unwatched, stages } }: SetUp): Layer {
	const floor = summarize(floorMs);
	const bareFloor = summarize(bareFloorMs);
	const unwatchedMs = new Map([...unwatched].map(([name, times]) => [name, summarize(times)]));
	const added = hundredths(
		(unwatchedMs.get('on')?.p50 ?? Number.NaN) - (unwatchedMs.get('off')?.p50 ?? Number.NaN),
	);
	const middles = new Map([...stages].map(([name, of]) => [name, middleOf(of)]));
	const addedByStage = [...middles].flatMap(([name, middle]) =>
		name === 'off' ? [] : [[name, differenceOf(middle, middles.get('off'))] as const],
	);
	const figures = {
		floor,
		bareFloor,
		unwatched: { ...Object.fromEntries(unwatchedMs), added },
		...Object.fromEntries([...stages].map(([name, of]) => [name, summaryOf(of)])),
		added: Object.fromEntries(addedByStage),
	};
	return { added, floor, bareFloor, figures };
}

function hundredths(value: number): number {
	return Math.round(100 * value) / 100;
}

type Middles = Readonly<Record<string, number>>;

function stageNames(stages: readonly LayerStages[]): readonly (keyof LayerStages)[] {
	return Object.keys(stages[0] ?? {}) as (keyof LayerStages)[];
}

function summaryOf(stages: readonly LayerStages[]): Figures {
	return Object.fromEntries(
		stageNames(stages).map((stage) => [stage, summarize(stages.map((one) => one[stage]))]),
	);
}

function middleOf(stages: readonly LayerStages[]): Middles {
	return Object.fromEntries(
		stageNames(stages).map((stage) => [
			stage,
			percentile(
				stages.map((one) => one[stage]),
				50,
			),
		]),
	);
}

function differenceOf(with_: Middles = {}, without: Middles = {}): Middles {
	const names = Object.keys(with_);
	return Object.fromEntries(
		names.map((name) => [name, hundredths((with_[name] ?? Number.NaN) - (without[name] ?? Number.NaN))]),
	);
}
