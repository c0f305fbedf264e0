// A network of real processes for a bench: founded once, started and stopped, with logs that say how long each step took.

import { appendFile, cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatabase, systemClock, systemRandom } from '@cordon/shared';
import { loadNetwork, type NetworkFolder } from '../../cli/src/network/load-network.ts';
import {
	type PreparedNetwork,
	prepareNetwork,
	type Servers,
} from '../../cli/src/processes/prepare-network.ts';
import { type RunningNetwork, runNetwork } from '../../cli/src/processes/run-network.ts';
import { type PartyLogs, readLogLines } from './log-lines.ts';

const parts = { clock: systemClock, random: systemRandom };
/** As much as a policy may allow: a bench asks more often than anybody should be let. */
const epsilon = 1000;
const logEndCharacters = 1000;

export interface Founding {
	readonly servers: Servers;
	/** What the network's own file says otherwise. */
	readonly policy?: Partial<NetworkFolder['file']['policy']>;
}

/** `folder` is a synthetic network's, `root` where its parties keep their state. */
export async function foundBenchNetwork(
	folder: string,
	root: string,
	{ servers, policy: asked }: Founding,
): Promise<PreparedNetwork> {
	const loaded = await loadNetwork(folder, {});
	if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
	const { file } = loaded.value;
	const policy = { ...file.policy, ...asked, epsilonPerEpoch: epsilon, epsilonForLife: epsilon };
	const prepared = await prepareNetwork({ ...loaded.value, file: { ...file, policy } }, root, {
		...parts,
		servers,
	});
	const { state } = prepared;
	for (const config of configsOf(prepared)) await appendFile(config, logLine('debug'));
	// All rounds, so that a query is the same each time: it is asked again sooner than sessions are prepared.
	await appendFile(state.coordinatorFile, nothingPrepared);
	if (servers.postgresUrl === null) await giveDatabases(join(root, 'empty-database'), prepared);
	return prepared;
}

/** From the next start on. `debug` tells how long each step took; `info` is what a hospital runs with. */
export async function logAt(prepared: PreparedNetwork, level: LogLevel): Promise<void> {
	for (const config of configsOf(prepared)) {
		const text = await readFile(config, 'utf8');
		await writeFile(config, text.replace(/^log: \w+\n/m, logLine(level)));
	}
}

type LogLevel = 'debug' | 'info';

function logLine(level: LogLevel): string {
	return `log: ${level}\n`;
}

function configsOf({ state, hospitals }: PreparedNetwork): readonly string[] {
	return [state.coordinatorFile, ...hospitals.map((hospital) => state.nodeFile(hospital))];
}

const nothingPrepared = 'preparedSessions: 0\n';

/** From the next start on: by then the hospitals have data, without which they refuse to prepare. */
export async function keepPrepared({ state }: PreparedNetwork, sessions: number): Promise<void> {
	const text = await readFile(state.coordinatorFile, 'utf8');
	await writeFile(state.coordinatorFile, text.replace(nothingPrepared, `preparedSessions: ${sessions}\n`));
}

/** Making an empty database takes longer than all else of a node's first start, so one is made and copied. */
async function giveDatabases(empty: string, { hospitals, state }: PreparedNetwork): Promise<void> {
	await (await openDatabase({ kind: 'pglite', directory: empty })).close();
	for (const hospital of hospitals) {
		await cp(join(empty, 'data'), join(state.nodeState(hospital), 'store', 'data'), { recursive: true });
	}
}

export function startBenchNetwork(
	prepared: PreparedNetwork,
	tell: (line: string) => void,
): Promise<RunningNetwork> {
	return runNetwork(prepared, {
		...parts,
		tell: ({ event, party }) => {
			if (event !== 'ingesting') tell(`${party}: ${event}`);
		},
		signal: new AbortController().signal,
	});
}

/** What each hospital's files say of where the coordinator is. */
export async function leadNodesTo(
	{ state, hospitals }: PreparedNetwork,
	from: string,
	to: string,
): Promise<void> {
	for (const hospital of hospitals) {
		const invitation = join(state.hospitalFolder(hospital), 'invitation.json');
		for (const file of [state.nodeFile(hospital), invitation]) {
			await writeFile(file, (await readFile(file, 'utf8')).replace(from, to));
		}
	}
}

export async function readPartyLogs({ state, hospitals }: PreparedNetwork): Promise<PartyLogs> {
	const linesOf = async (name: string) => readLogLines(await readFile(state.logFile(name), 'utf8'));
	const nodes = await Promise.all(
		hospitals.map(async (hospital) => [hospital, await linesOf(`node-${hospital}`)] as const),
	);
	return { coordinator: await linesOf('coordinator'), nodes: new Map(nodes) };
}

/** The end of each daemon's log: its folder is gone when somebody wants to look. */
export async function logEnds(root: string): Promise<string> {
	const names = await readdir(root, { recursive: true }).catch(() => []);
	const logs = names
		.filter((name) => name.endsWith('.log'))
		.map(async (name) => {
			const text = await readFile(join(root, name), 'utf8');
			return `${name}: ${text.slice(-logEndCharacters)}`;
		});
	return (await Promise.all(logs)).join('\n');
}
