// Runs a prepared network as one process group: issuer, coordinator and a node for each hospital, and ends it whole.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { initNode, isEnrolled, syncAuthorization } from '@cordon/node';
import type { Random } from '@cordon/shared';
import { readNodeConfig } from '../commands/node-commands.ts';
import { type Daemon, startDaemon } from './daemon.ts';
import { unlessAborted } from './interruption.ts';
import { type JoinParts, joinHospitals } from './join-hospitals.ts';
import type { PreparedNetwork } from './prepare-network.ts';

export interface RunParts extends JoinParts {
	readonly random: Random;
}

export interface RunningNetwork {
	readonly prepared: PreparedNetwork;
	readonly daemons: ReadonlyMap<string, Daemon>;
	readonly stop: () => Promise<void>;
}

/**
 * Tells of each daemon that ends by itself; the others run on.
 * Errors  rejects with what went wrong, or with the signal's reason; whatever had started is stopped before.
 */
export async function runNetwork(prepared: PreparedNetwork, parts: RunParts): Promise<RunningNetwork> {
	const daemons = new Map<string, Daemon>();
	let isStopping = false;
	const stop = async (): Promise<void> => {
		isStopping = true;
		await Promise.all([...daemons.values()].map((daemon) => daemon.stop()));
		daemons.clear();
	};
	try {
		await startCentre(prepared, parts, daemons);
		await allStarted(prepared.hospitals.map((hospital) => startHospital(prepared, hospital, parts, daemons)));
		for (const [party, daemon] of daemons) {
			void daemon.exited.then((code) => {
				const { logFile } = daemon;
				if (!isStopping) parts.tell({ event: 'ended', party, details: { code, logFile } });
			});
		}
		await unlessAborted(parts.signal, joinHospitals(prepared, parts));
		parts.tell({ event: 'ready', party: 'network' });
		return { prepared, daemons, stop };
	} catch (error) {
		await stop();
		// An abort ends what is starting, which then says that it ended.
		parts.signal.throwIfAborted();
		throw error;
	}
}

async function startCentre(
	{ state }: PreparedNetwork,
	{ tell, signal }: RunParts,
	daemons: Map<string, Daemon>,
): Promise<void> {
	const specs = [
		{ name: 'issuer', args: ['issuer', 'start', '--config', state.issuerFile] },
		{ name: 'coordinator', args: ['coordinator', 'start', '--config', state.coordinatorFile] },
	];
	await allStarted(
		specs.map(async ({ name, args }) => {
			daemons.set(name, await startDaemon({ name, args, logFile: state.logFile(name), signal }));
			tell({ event: 'started', party: name });
		}),
	);
}

/**
 * What is still starting when another fails has no name yet to stop it by, and would run on by itself.
 * Errors  rejects, when all have started or failed, with the first failure in the list.
 */
async function allStarted(starting: readonly Promise<void>[]): Promise<void> {
	const failed = (await Promise.allSettled(starting)).find(({ status }) => status === 'rejected');
	if (failed?.status === 'rejected') throw failed.reason;
}

/** Enrols where that is still to be done, and starts the node. */
async function startHospital(
	prepared: PreparedNetwork,
	hospital: string,
	parts: RunParts,
	daemons: Map<string, Daemon>,
): Promise<void> {
	const { state } = prepared;
	await enrolOnce(prepared, hospital, parts);
	await syncOnce(prepared, hospital);
	const name = `node ${hospital}`;
	const args = ['node', 'start', '--config', state.nodeFile(hospital)];
	const logFile = state.logFile(`node-${hospital}`);
	daemons.set(hospital, await startDaemon({ name, args, logFile, signal: parts.signal }));
	parts.tell({ event: 'started', party: hospital });
}

async function enrolOnce({ state }: PreparedNetwork, hospital: string, parts: RunParts): Promise<void> {
	const config = await readNodeConfig(state.nodeFile(hospital));
	const { name, k, stateFolder } = config;
	if (await isEnrolled(stateFolder)) return;
	const text = await readFile(join(state.hospitalFolder(hospital), 'invitation.json'), 'utf8');
	const { clock, random } = parts;
	await initNode({ invitation: JSON.parse(text), expected: config, name, k, stateFolder, clock, random });
}

/** What a hospital's operator does after every change of the authorization file, where its grants are on a server. */
async function syncOnce({ state }: PreparedNetwork, hospital: string): Promise<void> {
	const config = await readNodeConfig(state.nodeFile(hospital));
	if (config.policyEngine.kind !== 'openfga') return;
	const synced = await syncAuthorization(config);
	if (!synced.ok) throw new Error(`the OpenFGA server did not take ${hospital}'s authorization`);
}
