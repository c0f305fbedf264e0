// Runs a prepared network as one process group: issuer, coordinator and a node for each hospital, and ends it whole.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { askNode, callNode, initNode, isEnrolled } from '@cordon/node';
import { type Clock, epochOf, pause, type Random } from '@cordon/shared';
import { readNodeConfig } from '../commands/node-commands.ts';
import { fieldOf } from '../report/field-of.ts';
import { acceptManifest } from './accept-manifest.ts';
import { type Daemon, startDaemon } from './daemon.ts';
import type { PreparedNetwork } from './prepare-network.ts';

export interface NetworkEvent {
	readonly event: 'started' | 'joined' | 'ingesting' | 'ingested' | 'ready' | 'stopped';
	readonly party: string;
	readonly details?: unknown;
}

export interface RunParts {
	readonly clock: Clock;
	readonly random: Random;
	readonly tell: (event: NetworkEvent) => void;
	readonly signal: AbortSignal;
}

export interface RunningNetwork {
	readonly prepared: PreparedNetwork;
	readonly daemons: ReadonlyMap<string, Daemon>;
	readonly stop: () => Promise<void>;
}

const pollMs = 100;
const joinTimeoutMs = 120_000;

/** Errors  rejects with what went wrong first; whatever had started is stopped before. */
export async function runNetwork(prepared: PreparedNetwork, parts: RunParts): Promise<RunningNetwork> {
	const daemons = new Map<string, Daemon>();
	const stop = async (): Promise<void> => {
		await Promise.all([...daemons.values()].map((daemon) => daemon.stop()));
		daemons.clear();
	};
	try {
		await startCentre(prepared, parts, daemons);
		await Promise.all(
			prepared.hospitals.map((hospital) => startHospital(prepared, hospital, parts, daemons)),
		);
		await acceptManifest(prepared, parts);
		await Promise.all(prepared.hospitals.map((hospital) => untilMember(prepared, hospital, parts)));
		await Promise.all(prepared.hospitals.map((hospital) => ingestOnce(prepared, hospital, parts)));
		parts.tell({ event: 'ready', party: 'network' });
		return { prepared, daemons, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

async function startCentre(
	{ state }: PreparedNetwork,
	{ tell }: RunParts,
	daemons: Map<string, Daemon>,
): Promise<void> {
	const specs = [
		{ name: 'issuer', args: ['issuer', 'start', '--config', state.issuerFile] },
		{ name: 'coordinator', args: ['coordinator', 'start', '--config', state.coordinatorFile] },
	];
	await Promise.all(
		specs.map(async ({ name, args }) => {
			daemons.set(name, await startDaemon({ name, args, logFile: state.logFile(name) }));
			tell({ event: 'started', party: name });
		}),
	);
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
	const name = `node ${hospital}`;
	const args = ['node', 'start', '--config', state.nodeFile(hospital)];
	daemons.set(hospital, await startDaemon({ name, args, logFile: state.logFile(`node-${hospital}`) }));
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

async function untilMember({ state }: PreparedNetwork, hospital: string, parts: RunParts): Promise<void> {
	const deadlineMs = parts.clock.nowMs() + joinTimeoutMs;
	while (parts.clock.nowMs() < deadlineMs && !parts.signal.aborted) {
		const { value } = await askNode(state.nodeState(hospital), { method: 'GET', path: '/status' });
		if (fieldOf(value, 'state') === 'member') {
			parts.tell({ event: 'joined', party: hospital });
			return;
		}
		await pause(pollMs, parts.signal);
	}
	throw new Error(`${hospital} did not become a member; its log is ${state.logFile(`node-${hospital}`)}`);
}

/** A node that has a snapshot of this epoch keeps it. */
async function ingestOnce({ state }: PreparedNetwork, hospital: string, parts: RunParts): Promise<void> {
	const stateFolder = state.nodeState(hospital);
	const status = await askNode(stateFolder, { method: 'GET', path: '/status' });
	if (fieldOf(status.value, 'epoch') === epochOf(parts.clock.nowMs()).label) return;
	const { lines } = await callNode(stateFolder, { method: 'POST', path: '/ingest' });
	let result: unknown = null;
	for await (const line of lines) {
		const event: unknown = JSON.parse(line);
		if (fieldOf(event, 'event') === 'done') result = fieldOf(event, 'result');
		else parts.tell({ event: 'ingesting', party: hospital, details: event });
	}
	if (fieldOf(result, 'ok') !== true) {
		throw new Error(`${hospital} could not take in its files: ${JSON.stringify(fieldOf(result, 'error'))}`);
	}
	parts.tell({ event: 'ingested', party: hospital, details: fieldOf(result, 'value') });
}
