// Does what the hospitals' operators do together when a network is founded, each on the telephone with the others:
// compares the keys that the draft names with those of the nodes themselves, and accepts it at every node by its hash.

import { askNode } from '@cordon/node';
import { type Clock, pause } from '@cordon/shared';
import { fieldOf } from '../report/field-of.ts';
import type { PreparedNetwork } from './prepare-network.ts';

export interface AcceptParts {
	readonly clock: Clock;
	readonly signal: AbortSignal;
}

const pollMs = 100;
const draftTimeoutMs = 120_000;

/** Errors  rejects where the draft names other keys than the nodes', or a node is offered none. */
export async function acceptManifest(prepared: PreparedNetwork, parts: AcceptParts): Promise<void> {
	const statuses = await Promise.all(
		prepared.hospitals.map((hospital) => ask(prepared, hospital, '/status')),
	);
	await Promise.all(
		prepared.hospitals.map(async (hospital) => {
			const draft = await untilDraft(prepared, hospital, parts);
			if (draft === null) return;
			const members = fieldOf(fieldOf(draft, 'manifest'), 'members');
			if (!Array.isArray(members) || !areTheirs(members, statuses)) {
				throw new Error('the manifest names other keys than those of the hospitals');
			}
			const body = { hash: fieldOf(draft, 'hash') };
			await askNode(prepared.state.nodeState(hospital), { method: 'POST', path: '/manifest/accept', body });
		}),
	);
}

function areTheirs(members: readonly unknown[], statuses: readonly unknown[]): boolean {
	const isNamed = (status: unknown): boolean =>
		members.some((member) =>
			['hospital', 'identityKey', 'logKey'].every((key) => fieldOf(member, key) === fieldOf(status, key)),
		);
	return members.length === statuses.length && statuses.every(isNamed);
}

/** Null where the node is a member already. */
async function untilDraft(
	prepared: PreparedNetwork,
	hospital: string,
	{ clock, signal }: AcceptParts,
): Promise<unknown> {
	const deadlineMs = clock.nowMs() + draftTimeoutMs;
	while (clock.nowMs() < deadlineMs && !signal.aborted) {
		if (fieldOf(await ask(prepared, hospital, '/status'), 'state') === 'member') return null;
		const draft = await ask(prepared, hospital, '/manifest');
		if (draft !== null) return draft;
		await pause(pollMs, signal);
	}
	throw new Error(
		`${hospital} was offered no manifest; its log is ${prepared.state.logFile(`node-${hospital}`)}`,
	);
}

async function ask({ state }: PreparedNetwork, hospital: string, path: string): Promise<unknown> {
	return (await askNode(state.nodeState(hospital), { method: 'GET', path })).value;
}
