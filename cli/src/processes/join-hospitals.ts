// Does what the operators of running nodes do until their network can be asked: accept the manifest, take in the files.

import { askNode, callNode } from '@cordon/node';
import { type Clock, epochOf, pause } from '@cordon/shared';
import { fieldOf } from '../report/field-of.ts';
import { acceptManifest } from './accept-manifest.ts';
import type { PreparedNetwork } from './prepare-network.ts';

export interface NetworkEvent {
	readonly event: 'started' | 'joined' | 'ingesting' | 'ingested' | 'ready' | 'stopped' | 'ended';
	readonly party: string;
	readonly details?: unknown;
}

export interface JoinParts {
	readonly clock: Clock;
	readonly tell: (event: NetworkEvent) => void;
	readonly signal: AbortSignal;
}

const pollMs = 100;
const joinTimeoutMs = 120_000;

/** Errors  rejects where a node is not offered the manifest of all, does not become a member, or cannot read its files. */
export async function joinHospitals(prepared: PreparedNetwork, parts: JoinParts): Promise<void> {
	const { hospitals } = prepared;
	await acceptManifest(prepared, parts);
	await Promise.all(hospitals.map((hospital) => untilMember(prepared, hospital, parts)));
	await Promise.all(hospitals.map((hospital) => ingestOnce(prepared, hospital, parts)));
}

async function untilMember({ state }: PreparedNetwork, hospital: string, parts: JoinParts): Promise<void> {
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
async function ingestOnce({ state }: PreparedNetwork, hospital: string, parts: JoinParts): Promise<void> {
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
