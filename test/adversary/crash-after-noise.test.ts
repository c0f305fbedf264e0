// A hospital dies between drawing its noise and sending. Drawn again for the same counts and sent beside the first, it
// would be a second release that nobody paid for. The defence: what is sent is kept before it is sent, byte for byte, and
// what was not kept was not sent. (test/noise/epsilon-audit.test.ts shows what two vectors of one question would tell.)

import { inputCommitment, kindOfPacked } from '@cordon/shared';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withdrawal } from '../../node/src/consent/patient-consent.ts';
import type { NodeParts } from '../../node/src/ports.ts';
import type { KeptInput, OutgoingMessage } from '../../node/src/session.ts';
import { openEntry } from '../e2e/opened-log.ts';
import { passingMessage } from '../passing-messages.ts';
import { hospitals, type InProcessNetwork, openDatabases, openNetwork } from './in-process-network.ts';
import { crowd } from './neighbouring-patients.ts';
import { carriersBySex, fixedKeys, prepareAsk } from './prepared-asks.ts';

const north = 'north';

function isMasked({ message }: OutgoingMessage): boolean {
	return message.kind === 'secagg' && kindOfPacked(Buffer.from(message.body, 'base64url')) === 'masked-input';
}

/** The vectors that left the hospital, as they passed the door. */
function vectorsOf({ exchanges }: InProcessNetwork): readonly string[] {
	return exchanges
		.filter(({ from, path }) => from === north && path === '/v1/messages')
		.map(({ sent }) => passingMessage(Buffer.from(sent, 'base64url')))
		.filter(({ kind }) => kind === 'masked-input')
		.map(({ text }) => text);
}

type Plant = (parts: NodeParts) => NodeParts;

async function answered(plant: Plant): Promise<InProcessNetwork> {
	const network = await openNetwork({
		patients: Object.fromEntries(hospitals.map((name) => [name, crowd(name, 12)])),
		plant: (hospital, parts) => (hospital === north ? plant(parts) : parts),
	});
	const { headers, body } = await prepareAsk('crash', carriersBySex);
	await network.call('researcher', '/v1/queries', { method: 'POST', headers, body });
	// A dead hospital says nothing in its turn; its restart comes with the next.
	for (let turn = 0; turn < 12; turn += 1) {
		for (const node of network.nodes) await node.turn().catch(() => false);
	}
	return network;
}

let deaths = 0;
beforeAll(openDatabases);
beforeEach(() => {
	deaths = 0;
});

const dying = new Error('killed');

/** Dies as its store is to keep the first vector: nothing of it is kept. */
const beforeKept: Plant = (parts) => ({
	...parts,
	sessions: {
		...parts.sessions,
		save: async (change) => {
			if (change.outgoing.some(isMasked) && deaths === 0) {
				deaths += 1;
				throw dying;
			}
			await parts.sessions.save(change);
		},
	},
});

/** Dies when the vector has been heard and before it knows: what it has kept as unsaid is still unsaid. */
const beforeKnown: Plant = (parts) => {
	const masked = new Set<string>();
	return {
		...parts,
		sessions: {
			...parts.sessions,
			unsent: async () => {
				const unsent = await parts.sessions.unsent();
				for (const message of unsent.filter(isMasked)) masked.add(message.id);
				return unsent;
			},
			markSent: async (id) => {
				if (masked.has(id) && deaths === 0) {
					deaths += 1;
					throw dying;
				}
				await parts.sessions.markSent(id);
			},
		},
	};
};

/** The fault: says its vector from memory and keeps it only when told a second time. */
const forgetful: Plant = (parts) => {
	const inMemory: OutgoingMessage[] = [];
	return {
		...parts,
		sessions: {
			...parts.sessions,
			save: async (change) => {
				if (change.outgoing.some(isMasked) && deaths === 0) {
					deaths += 1;
					inMemory.push(...change.outgoing);
					return;
				}
				await parts.sessions.save(change);
			},
			unsent: async () => [...inMemory.splice(0), ...(await parts.sessions.unsent())],
		},
	};
};

describe('a hospital that dies between noise and sending', () => {
	it('teeth: where nothing is kept before it is sent, two vectors of one question leave', async () => {
		const network = await answered(forgetful);
		expect(new Set(vectorsOf(network)).size).toBe(2);
	});

	it.each([
		['before its vector is kept, sends one that it drew afterwards', beforeKept, 1],
		['before it knows that it was heard, sends the same bytes again', beforeKnown, 2],
	])('hold: %s', async (_what, plant, times) => {
		const network = await answered(plant);
		expect(deaths).toBe(1);
		const vectors = vectorsOf(network);
		expect(vectors).toHaveLength(times);
		expect(new Set(vectors).size).toBe(1);
		const [node] = network.nodes.filter(({ hospital }) => hospital === north);
		expect(await node?.parts.ledger.spent('2026-11')).toEqual({ epochMicros: 500_000, lifeMicros: 500_000 });
		expect(network.coordinator.logged.at(-1)).toContain('released');
	});
});

describe('what opens the commitment of a hospital that dies there', () => {
	/** What north's store held when it died, and what its leaves and the coordinator hold at the end. */
	async function openedAfter(
		plant: Plant,
	): Promise<{ atDeath: (KeptInput | null)[]; kept: string; leaves: readonly string[]; logged: string }> {
		const atDeath: (KeptInput | null)[] = [];
		const network = await answered((parts) => {
			const planted = plant(parts);
			const save: NodeParts['sessions']['save'] = async (change) => {
				await planted.sessions.save(change).catch(async (error: unknown) => {
					atDeath.push(await parts.sessions.keptInput(change.record?.session ?? ''));
					throw error;
				});
			};
			return { ...planted, sessions: { ...planted.sessions, save } };
		});
		const { compliance } = await fixedKeys();
		const coordinator = (await Array.fromAsync(network.coordinatorLog.exportLines())).slice(1);
		const ended = coordinator
			.map((line) => openEntry(line, compliance).body)
			.findLast((body) => 'inputs' in body);
		const claims: readonly { hospital: string; commitment: string }[] = Object(ended?.['inputs']).claims;
		const node = network.nodes.find(({ hospital }) => hospital === north);
		const lines = node === undefined ? [] : (await Array.fromAsync(node.log.exportLines())).slice(1);
		const kept = await node?.parts.sessions.keptInput(String(ended?.['session']));
		return {
			atDeath,
			kept: kept ? inputCommitment(kept.opening) : 'nothing',
			leaves: lines
				.map((line) => JSON.parse(JSON.parse(line).leaf))
				.filter(({ decision }) => decision === 'answered')
				.map(({ subject }) => Buffer.from(subject, 'hex').toString('base64url')),
			logged: claims.find(({ hospital }) => hospital === north)?.commitment ?? 'no claim',
		};
	}

	it('hold: is not kept without the vector, and then fits what was sent and the entries of both tries', async () => {
		const { atDeath, kept, leaves, logged } = await openedAfter(beforeKept);
		expect(atDeath).toEqual([null]);
		// As many as where a patient withdrew in between: the number of entries tells nothing of the data.
		expect(leaves).toEqual([kept, kept]);
		expect(logged).toBe(kept);
	});

	it('hold: fits what was sent where a patient withdrew between the two tries, and the log has both', async () => {
		const { kept, leaves, logged } = await openedAfter((parts) => {
			// The first of the crowd carries the variant.
			const all: NodeParts['consents']['all'] = async () => {
				const registered = await parts.consents.all();
				const [first, ...others] = registered;
				if (first === undefined || deaths === 0) return registered;
				return [{ ...first, consents: [...first.consents, withdrawal] }, ...others];
			};
			return { ...beforeKept(parts), consents: { all } };
		});
		expect(leaves).toHaveLength(2);
		expect(leaves.at(-1)).toBe(kept);
		expect(logged).toBe(kept);
	});
});
