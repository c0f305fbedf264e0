// A network of real processes on loopback over a small synthetic folder, as `cordon up` runs it; a test may kill,
// freeze and restart each of them, and reads what each of them logged and charged. `close` leaves nothing behind.

import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { exportCoordinatorAudit, parseCoordinatorConfig } from '@cordon/coordinator';
import { askNode, callNode } from '@cordon/node';
import {
	initCrypto,
	type Manifest,
	openDatabase,
	parseSignedManifest,
	pause,
	systemClock,
	systemRandom,
	verifySignedManifest,
} from '@cordon/shared';
import { readComplianceKey } from '../../cli/src/audit/compliance-key.ts';
import { type Answer, askCoordinator } from '../../cli/src/client/ask-coordinator.ts';
import { type Profile, readProfile } from '../../cli/src/client/profile.ts';
import { loadNetwork, type NetworkFolder } from '../../cli/src/network/load-network.ts';
import { type Daemon, startDaemon } from '../../cli/src/processes/daemon.ts';
import type { NetworkEvent } from '../../cli/src/processes/join-hospitals.ts';
import { type PreparedNetwork, prepareNetwork } from '../../cli/src/processes/prepare-network.ts';
import { type RunningNetwork, runNetwork } from '../../cli/src/processes/run-network.ts';
import { synthesize } from '../../cli/src/synth/synthesize.ts';
import { type OpenedEntry, openLog } from './opened-log.ts';

export interface NetworkOptions {
	readonly seed: number;
	readonly patients: number;
	/** 4 where absent. */
	readonly hospitals?: number;
	/** What the folder's network.yaml would say instead. */
	readonly change?: (file: NetworkFolder['file']) => NetworkFolder['file'];
	/** After the founding, before any process starts: what an operator would edit by hand. */
	readonly prepared?: (prepared: PreparedNetwork) => Promise<void>;
}

export interface RealNetwork {
	readonly folder: string;
	readonly prepared: PreparedNetwork;
	readonly manifest: Manifest;
	/** What the network said of itself since it was started, of the processes it was started with. */
	readonly told: readonly NetworkEvent[];
	readonly profileOf: (person: string) => Promise<Profile>;
	readonly ask: (question: unknown, person?: string, progress?: (state: unknown) => void) => Promise<Answer>;
	/** kill -9; resolves when the process is gone. A name is a hospital, `coordinator` or `issuer`. */
	readonly kill: (name: string) => Promise<void>;
	readonly stop: (name: string) => Promise<void>;
	/** Resolves when it is ready, and a node when it is a member again. */
	readonly start: (name: string) => Promise<void>;
	readonly freeze: (name: string) => void;
	readonly thaw: (name: string) => void;
	readonly callNode: (hospital: string, method: 'GET' | 'POST', path: string) => Promise<unknown>;
	/** What hospital spent in the epoch, millionths of epsilon. */
	readonly spent: (hospital: string) => Promise<number>;
	/** The hospital's whole log, verified by the manifest's key and opened by its compliance officer. */
	readonly log: (hospital: string) => Promise<readonly OpenedEntry[]>;
	/** The same of a coordinator that does not run. */
	readonly coordinatorLog: () => Promise<readonly OpenedEntry[]>;
	readonly close: () => Promise<void>;
}

const memberPollMs = 50;
const answerTimeoutMs = 200_000;
const parts = { clock: systemClock, random: systemRandom };

export async function startRealNetwork(options: NetworkOptions): Promise<RealNetwork> {
	await initCrypto();
	const root = await mkdtemp(join(tmpdir(), 'cordon-e2e-'));
	try {
		const { seed, patients, hospitals = 4 } = options;
		const folder = join(root, 'network');
		await synthesize({ folder, seed, patients, hospitals }, () => undefined);
		const loaded = await loadNetwork(folder, {});
		if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
		const file = options.change?.(loaded.value.file) ?? loaded.value.file;
		// As it would be after a file: what a test put in twice is written out twice.
		const asRead: typeof file = JSON.parse(JSON.stringify(file));
		const prepared = await prepareNetwork({ ...loaded.value, file: asRead }, join(root, 'state'), parts);
		await giveDatabases(join(root, 'empty-database'), prepared);
		await options.prepared?.(prepared);
		const told: NetworkEvent[] = [];
		const running = await runNetwork(prepared, {
			...parts,
			tell: (event) => void told.push(event),
			signal: new AbortController().signal,
		});
		return await realNetwork(root, running, told);
	} catch (error) {
		const logs = await logsBelow(join(root, 'state', 'logs'));
		await rm(root, { recursive: true, force: true });
		throw new Error(`the network did not start:\n${logs}`, { cause: error });
	}
}

/** Making an empty database takes longer than all else of a node's first start, so one is made and copied. */
async function giveDatabases(empty: string, { hospitals, state }: PreparedNetwork): Promise<void> {
	await (await openDatabase({ kind: 'pglite', directory: empty })).close();
	for (const hospital of hospitals) {
		await cp(join(empty, 'data'), join(state.nodeState(hospital), 'store', 'data'), { recursive: true });
	}
}

/** The end of each daemon's log: the folder is gone when somebody wants to look. */
async function logsBelow(folder: string): Promise<string> {
	const names = await readdir(folder).catch(() => []);
	const texts = names.map(
		async (name) => `${name}: ${(await readFile(join(folder, name), 'utf8')).slice(-2000)}`,
	);
	return (await Promise.all(texts)).join('\n');
}

async function realNetwork(
	root: string,
	{ prepared, daemons: first }: RunningNetwork,
	told: readonly NetworkEvent[],
): Promise<RealNetwork> {
	const { state } = prepared;
	const daemons = new Map<string, Daemon>(first);
	const manifest = await readManifest(prepared);
	const signal = (name: string, what: NodeJS.Signals): Promise<unknown> => {
		const daemon = daemons.get(name);
		if (daemon === undefined) throw new Error(`there is no process ${name}`);
		process.kill(daemon.pid, what);
		return daemon.exited;
	};
	const profileOf = (person: string): Promise<Profile> => readProfile(state.profileFile(person));
	const callNodeOf = async (hospital: string, method: 'GET' | 'POST', path: string): Promise<unknown> =>
		(await askNode(state.nodeState(hospital), { method, path })).value;
	return {
		folder: join(root, 'network'),
		prepared,
		manifest,
		told,
		profileOf,
		ask: async (question, person = 'ada', progress = () => undefined) =>
			askCoordinator(question, {
				...parts,
				profile: await profileOf(person),
				progress,
				timeoutMs: answerTimeoutMs,
			}),
		kill: async (name) => {
			await signal(name, 'SIGKILL');
		},
		stop: async (name) => daemons.get(name)?.stop(),
		start: async (name) => {
			daemons.set(name, await startDaemon(specOf(prepared, name)));
			while (prepared.hospitals.includes(name)) {
				if (Object(await callNodeOf(name, 'GET', '/status'))['state'] === 'member') return;
				await pause(memberPollMs, new AbortController().signal);
			}
		},
		freeze: (name) => void signal(name, 'SIGSTOP'),
		thaw: (name) => void signal(name, 'SIGCONT'),
		callNode: callNodeOf,
		spent: async (hospital) => Number(Object(await callNodeOf(hospital, 'GET', '/ledger'))['epochMicros']),
		log: (hospital) => logOf(prepared, manifest, hospital),
		coordinatorLog: () => coordinatorLogOf(prepared, manifest),
		close: async () => {
			await Promise.all([...daemons.values()].map((daemon) => daemon.stop()));
			await rm(root, { recursive: true, force: true });
		},
	};
}

function specOf({ state }: PreparedNetwork, name: string): Parameters<typeof startDaemon>[0] {
	if (name === 'coordinator') {
		const args = ['coordinator', 'start', '--config', state.coordinatorFile];
		return { name, args, logFile: state.logFile(name) };
	}
	const args = ['node', 'start', '--config', state.nodeFile(name)];
	return { name, args, logFile: state.logFile(`node-${name}`) };
}

/** Signed by all, under the coordinator's key of the founding. */
async function readManifest({ coordinatorUrl, state }: PreparedNetwork): Promise<Manifest> {
	const signed = parseSignedManifest(await (await fetch(`${coordinatorUrl}/v1/manifest`)).json());
	const { coordinator } = await readProfile(state.profileFile('ada'));
	const verified = signed.ok ? verifySignedManifest(signed.value, coordinator.identityKey) : signed;
	if (!verified.ok) throw new Error('the manifest is not signed by all');
	return verified.value;
}

async function logOf(
	{ state, network }: PreparedNetwork,
	manifest: Manifest,
	hospital: string,
): Promise<readonly OpenedEntry[]> {
	const { lines } = await callNode(state.nodeState(hospital), { method: 'GET', path: '/audit' });
	const publicKey = manifest.members.find((member) => member.hospital === hospital)?.logKey ?? '';
	const compliance = await readComplianceKey(join(state.hospitalFolder(hospital), 'compliance.key'));
	return openLog(await Array.fromAsync(lines), { name: `${network}/${hospital}`, publicKey }, compliance);
}

async function coordinatorLogOf(
	{ state, network }: PreparedNetwork,
	manifest: Manifest,
): Promise<readonly OpenedEntry[]> {
	const file = state.coordinatorFile;
	const config = parseCoordinatorConfig(await readFile(file, 'utf8'), file);
	if (!config.ok) throw new Error('the coordinator has no configuration');
	const lines = await Array.fromAsync(exportCoordinatorAudit(config.value, parts));
	const compliance = await readComplianceKey(join(dirname(file), 'compliance.key'));
	const key = { name: `${network}/coordinator`, publicKey: manifest.coordinator.logKey };
	return openLog(lines, key, compliance);
}
