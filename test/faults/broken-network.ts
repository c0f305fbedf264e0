// The network under test as one value: its processes, its lines, its logs and its ledgers.

import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askNode, callNode } from '@cordon/node';
import {
	initCrypto,
	type Manifest,
	parseSignedManifest,
	pause,
	systemClock,
	verifySignedManifest,
} from '@cordon/shared';
import { readComplianceKey } from '../../cli/src/audit/compliance-key.ts';
import { type Profile, readProfile } from '../../cli/src/client/profile.ts';
import type { ComplianceKeys } from '../e2e/opened-log.ts';
import { type FaultyDaemon, faultyDaemon } from './faulty-daemon.ts';
import type { FaultyProcess } from './faulty-process.ts';
import { findPrograms, missingPrograms } from './faulty-servers.ts';
import { type FoundedNetwork, foundNetwork, type MomentHandler } from './found-network.ts';
import { hospitals, type MadeHospitals, makeHospitals } from './made-hospitals.ts';
import type { Breakable } from './schedule.ts';

export interface BrokenNetwork extends Pick<FoundedNetwork, 'lines' | 'disk'> {
	readonly processes: ReadonlyMap<string, FaultyProcess>;
	readonly daemons: ReadonlyMap<string, FaultyDaemon>;
	readonly breakable: Breakable;
	readonly patience: Patience;
	/** What a party's daemon has in it from its next start on; null: nothing. */
	readonly plant: (party: string, bug: object | null) => Promise<void>;
	/** What could not be set up here, by name. */
	readonly skipped: readonly string[];
	readonly made: MadeHospitals;
	readonly manifest: Manifest;
	readonly profile: Profile;
	/** Called at each moment of each line. */
	readonly watch: (handler: MomentHandler) => void;
	/** The log of a hospital or of the coordinator as its owner exports it. */
	readonly exportLog: (party: string) => Promise<readonly string[]>;
	readonly complianceKeys: (party: string) => Promise<ComplianceKeys>;
	/** Millionths of epsilon that the hospital's ledger says were spent, ever. */
	readonly spent: (hospital: string) => Promise<number>;
	/** Resolves when every hospital has been waiting for messages for a moment. Errors: rejects after the time. */
	readonly untilQuiet: (timeoutMs: number) => Promise<void>;
	readonly close: () => Promise<void>;
}

export interface Patience {
	/** Of a question, by the network's policy; a third of it is how long a hospital is waited for. */
	readonly deadlineMs: number;
	/** Beyond it: sweeps, ticks, and a machine that does other things too. */
	readonly slackMs: number;
	/** Until all hospitals listen again. */
	readonly quietMs: number;
}

export interface NetworkOptions {
	/** `real`: every party on PostgreSQL, every node's policy engine OpenFGA. */
	readonly servers: 'embedded' | 'real';
	readonly patience: Patience;
	/** Whether daemons read the bug that is planted in them when they start (plant-bug.ts). */
	readonly plantable?: boolean;
}

/** A poll that has waited this long found nothing to fetch. */
const quietMs = 40;
const lookEveryMs = 10;

const parties = ['issuer', 'coordinator', ...hospitals];

const passEverything: MomentHandler = async () => null;

export async function startBrokenNetwork(options: NetworkOptions): Promise<BrokenNetwork> {
	await initCrypto();
	const { patience } = options;
	const sessionDeadlineSeconds = patience.deadlineMs / 1_000;
	const programs = options.servers === 'real' ? await findPrograms() : null;
	if (options.servers === 'real' && programs === null) throw new Error(missingPrograms);
	const root = await mkdtemp(join(tmpdir(), 'cordon-faults-'));
	// A database server runs as somebody else.
	await chmod(root, 0o711);
	const closing = new AsyncDisposableStack();
	closing.defer(() => rm(root, { recursive: true, force: true }));
	let handler: MomentHandler = passEverything;
	try {
		const founded = await foundNetwork({ root, programs, closing, sessionDeadlineSeconds }, (moment) =>
			handler(moment),
		);
		if (options.plantable) await Promise.all(parties.map((party) => writeFile(bugFileOf(root, party), '')));
		const daemons = daemonsOf(root, founded, options);
		closing.defer(async () => {
			await Promise.all([...daemons.values()].map((daemon) => daemon.stop()));
		});
		await Promise.all(['issuer', 'coordinator'].map((name) => daemons.get(name)?.start()));
		await Promise.all(hospitals.map((name) => daemons.get(name)?.start()));
		const watch = (next: MomentHandler): void => {
			handler = next;
		};
		return {
			...(await describe(root, founded, daemons)),
			patience,
			watch,
			plant: (party, bug) => writeFile(bugFileOf(root, party), bug === null ? '' : JSON.stringify(bug)),
			close: () => closing.disposeAsync(),
		};
	} catch (error) {
		await closing.disposeAsync();
		throw error;
	}
}

async function describe(
	root: string,
	founded: FoundedNetwork,
	daemons: ReadonlyMap<string, FaultyDaemon>,
): Promise<Omit<BrokenNetwork, 'watch' | 'close' | 'plant' | 'patience'>> {
	const { lines, disk, prepared, servers } = founded;
	const { state, coordinatorUrl } = prepared;
	// In the order in which they start: what others stand on comes first.
	const processes = new Map<string, FaultyProcess>([
		...(servers === null
			? []
			: [['postgres', servers.postgres] as const, ['openfga', servers.openfga] as const]),
		...daemons,
	]);
	const profile = await readProfile(state.profileFile('ada'));
	const signed = parseSignedManifest(await (await fetch(`${coordinatorUrl}/v1/manifest`)).json());
	const verified = signed.ok ? verifySignedManifest(signed.value, profile.coordinator.identityKey) : signed;
	if (!verified.ok) throw new Error('the manifest is not signed by all');
	const folderOf = (party: string): string =>
		party === 'coordinator' ? state.coordinatorFolder : state.hospitalFolder(party);
	return {
		lines,
		disk,
		daemons,
		processes,
		breakable: {
			hospitals,
			centre: [...processes.keys()].filter((name) => !hospitals.includes(name)),
			hasSmallDisk: disk !== null,
		},
		skipped: disk === null ? ['full-disk: no file system can be mounted here'] : [],
		made: makeHospitals(),
		manifest: verified.value,
		profile,
		complianceKeys: (party) => readComplianceKey(join(folderOf(party), 'compliance.key')),
		exportLog: (party) =>
			party === 'coordinator'
				? exportCoordinator(daemons, join(root, 'coordinator-log'))
				: exportNode(state.nodeState(party)),
		spent: async (hospital) => {
			const { value } = await askNode(state.nodeState(hospital), { method: 'GET', path: '/ledger' });
			return Number(Object(value)['lifeMicros']);
		},
		untilQuiet: (timeoutMs) => untilQuiet(lines, timeoutMs),
	};
}

function daemonsOf(
	root: string,
	{ prepared: { state } }: FoundedNetwork,
	{ plantable = false }: NetworkOptions,
): ReadonlyMap<string, FaultyDaemon> {
	const main = new URL('../../cli/src/main.ts', import.meta.url).pathname;
	const nodeMain = new URL('node-main.ts', import.meta.url).pathname;
	const coordinatorMain = new URL('coordinator-main.ts', import.meta.url).pathname;
	const planter = new URL('plant-bug.ts', import.meta.url).pathname;
	const NODE_COMPILE_CACHE = join(tmpdir(), 'cordon-faults-compiled');
	const daemon = (name: string, args: readonly string[]): readonly [string, FaultyDaemon] => {
		const planted = plantable ? ['--import', planter] : [];
		const env = { NODE_COMPILE_CACHE, CORDON_FAULTS_BUG: bugFileOf(root, name) };
		const logFile = join(root, 'logs', `${name}.log`);
		return [name, faultyDaemon({ name, args: [...planted, ...args], logFile, env })];
	};
	return new Map([
		daemon('issuer', [main, 'issuer', 'start', '--config', state.issuerFile]),
		daemon('coordinator', [coordinatorMain, state.coordinatorFile]),
		...hospitals.map((hospital) => daemon(hospital, [nodeMain, state.nodeFile(hospital)])),
	]);
}

function bugFileOf(root: string, party: string): string {
	return join(root, `${party}.bug`);
}

async function exportNode(stateFolder: string): Promise<readonly string[]> {
	const { lines } = await callNode(stateFolder, { method: 'GET', path: '/audit' });
	return Array.fromAsync(lines);
}

async function exportCoordinator(
	daemons: ReadonlyMap<string, FaultyDaemon>,
	file: string,
): Promise<readonly string[]> {
	await daemons.get('coordinator')?.say(file, '"event":"exported"');
	return (await readFile(file, 'utf8')).split('\n');
}

async function untilQuiet(lines: BrokenNetwork['lines'], timeoutMs: number): Promise<void> {
	const deadline = AbortSignal.timeout(timeoutMs);
	const isWaiting = (hospital: string): boolean => {
		const since = lines.get(hospital)?.pollingSinceMs() ?? null;
		return since !== null && systemClock.nowMs() - since >= quietMs;
	};
	while (!hospitals.every(isWaiting)) {
		if (deadline.aborted) throw new Error(`${hospitals.filter((one) => !isWaiting(one)).join(', ')}`);
		await pause(lookEveryMs, deadline);
	}
}
