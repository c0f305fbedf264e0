// Sessions that break off after vectors were sent, in a network of four in one process (T = 1, t = 3): three promises
// give back what they cost, and nothing less does.

import { promiseAbandon, rowsOf, type ToNode } from '@cordon/shared';
import { beforeAll, describe, expect, it } from 'vitest';
import { decideTerms } from '../../node/src/mask/session-terms.ts';
import { createPipeline } from '../../node/src/pipeline.ts';
import type { NodeParts } from '../../node/src/ports.ts';
import {
	hospitals,
	type InProcessNetwork,
	type NetworkOptions,
	openDatabases,
	openNetwork,
} from '../adversary/in-process-network.ts';
import { crowd } from '../adversary/neighbouring-patients.ts';
import { carriersBySex, fixedKeys, prepareAsk } from '../adversary/prepared-asks.ts';
import { openLog } from './opened-log.ts';

beforeAll(openDatabases);

const priceMicros = 500_000;

/** Turns of all hospitals after which each has sent its vector, its signature, its shares. */
const untilMasked = 3;
const untilSigned = 4;

async function asked(options: Partial<NetworkOptions> = {}): Promise<InProcessNetwork> {
	const patients = Object.fromEntries(hospitals.map((name) => [name, crowd(name, 12)]));
	const network = await openNetwork({ patients, ...options });
	if ((options.preparedSessions ?? 0) > 0) {
		await network.coordinator.parts.pipeline.sweep();
		await network.settle();
	}
	const { headers, body } = await prepareAsk('abandoned', carriersBySex);
	const answer = await network.call('researcher', '/v1/queries', { method: 'POST', headers, body });
	expect(answer.status).toBe(202);
	return network;
}

async function turns(
	{ nodes }: InProcessNetwork,
	count: number,
	away: readonly string[] = [],
): Promise<void> {
	for (let turn = 0; turn < count; turn += 1) {
		for (const node of nodes) if (!away.includes(node.hospital)) await node.turn();
	}
}

/** The session's deadline has passed, for all; the coordinator has seen it. */
async function breakOff({ coordinator, manifest }: InProcessNetwork): Promise<void> {
	coordinator.time.advance(manifest.policy.sessionDeadlineMs + 1);
	await coordinator.parts.pipeline.sweep();
}

/** Hospitals learn that it is over, the coordinator of their promises, the hospitals of all those. */
async function giveUp(network: InProcessNetwork, away: readonly string[] = []): Promise<void> {
	for (const { hospital, parts } of network.nodes) {
		if (!away.includes(hospital)) await createPipeline(parts).endOverdue();
	}
	await turns(network, 3, away);
	await network.coordinator.parts.pipeline.sweep();
	await turns(network, 2, away);
}

async function spent({ nodes }: InProcessNetwork): Promise<readonly number[]> {
	return Promise.all(nodes.map(async ({ parts }) => (await parts.ledger.spent('2026-11')).epochMicros));
}

async function promises({ coordinator }: InProcessNetwork): Promise<readonly unknown[]> {
	return rowsOf(
		await coordinator.database.read((tx) => tx.execute('select session, hospital from abandonment')),
	);
}

async function refundsIn({ nodes, manifest }: InProcessNetwork, at: number): Promise<readonly unknown[]> {
	const node = nodes[at];
	const member = manifest.members.find(({ hospital }) => hospital === node?.hospital);
	if (node === undefined || member === undefined) throw new Error('no such hospital');
	const { compliance } = await fixedKeys();
	const key = { name: `${manifest.network}/${node.hospital}`, publicKey: member.logKey };
	const entries = await openLog(await Array.fromAsync(node.log.exportLines()), key, compliance);
	return entries.map(({ body }) => body).filter((body) => body['event'] === 'refunded');
}

const all = [priceMicros, priceMicros, priceMicros, priceMicros];
const none = [0, 0, 0, 0];

describe('a session that breaks off after the vectors were sent', () => {
	it.each([
		['masked', untilMasked, 0],
		['signed', untilSigned, 0],
		['masked, in a session prepared ahead', 1, 1],
	])('costs nothing once all have given it up: %s', async (_, count, preparedSessions) => {
		const network = await asked({ preparedSessions });
		await turns(network, count);
		expect(await spent(network)).toEqual(all);
		await breakOff(network);
		expect(await spent(network)).toEqual(all);
		await giveUp(network);
		expect(await spent(network)).toEqual(none);
		expect(await refundsIn(network, 0)).toMatchObject([{ ask: 'histogram', hospitals }]);
		// Heard again, it gives nothing back a second time, and nobody says anything more.
		await giveUp(network);
		expect(await spent(network)).toEqual(none);
		expect(await refundsIn(network, 0)).toHaveLength(1);
	});

	it('stays charged while too few have given it up, and is given back when one more is there again', async () => {
		const network = await asked();
		await turns(network, untilMasked);
		const away = ['south', 'west'];
		await breakOff(network);
		await giveUp(network, away);
		expect(await spent(network)).toEqual(all);
		await giveUp(network, ['west']);
		expect(await spent(network)).toEqual([0, 0, 0, priceMicros]);
		await giveUp(network);
		expect(await spent(network)).toEqual(none);
	});

	it('stays charged where two have shown their shares, who promise nothing', async () => {
		const network = await asked();
		await turns(network, untilSigned);
		await turns(network, 1, ['south', 'west']);
		await breakOff(network);
		await giveUp(network);
		expect(await spent(network)).toEqual(all);
	});

	it('gives back to the one who has shown its shares, where all others have not and will not', async () => {
		const network = await asked();
		await turns(network, untilSigned);
		await turns(network, 1, ['north', 'south', 'west']);
		await breakOff(network);
		await giveUp(network);
		expect(await spent(network)).toEqual(none);
		expect(await refundsIn(network, 0)).toMatchObject([{ hospitals: ['north', 'south', 'west'] }]);
	});

	it('stays charged at the hospital that took too long to count, and is given back to the others', async () => {
		const network = await asked({
			policy: { replyMs: 1_000 },
			plant: (hospital, parts) => (hospital === 'east' ? slowly(parts) : parts),
		});
		await turns(network, untilMasked);
		expect(await spent(network)).toEqual(all);
		await turns(network, 1, hospitals);
		await breakOff(network);
		await giveUp(network);
		expect(await spent(network)).toEqual([priceMicros, 0, 0, 0]);
	});

	it.each([
		['ended, as after a restore of a backup', `'{"ended":true,"member":null}'::jsonb`, true],
		['of a time before promises', `'{}'::jsonb`, false],
		['of another manifest', `'{"said":"masked","manifest":"00"}'::jsonb`, false],
	])('promises nothing of a record %s', async (_, changed, ended) => {
		const network = await asked();
		await turns(network, untilMasked);
		for (const { database } of network.nodes) {
			const without = ended ? 'record' : "record - 'said'";
			await database.read((tx) =>
				tx.execute(`update session set ended = ${ended}, record = ${without} || ${changed}`),
			);
		}
		await breakOff(network);
		await giveUp(network);
		expect(await promises(network)).toEqual([]);
		expect(await spent(network)).toEqual(all);
	});

	it('promises nothing of a session that was released', async () => {
		const network = await asked();
		await network.settle();
		await network.coordinator.parts.pipeline.sweep();
		await network.settle();
		expect(await promises(network)).toEqual([]);
		expect(await spent(network)).toEqual(all);
	});
});

/** A hospital whose clock goes on by two seconds whenever its patients are counted. */
function slowly(parts: NodeParts): NodeParts {
	let lateMs = 0;
	return {
		...parts,
		clock: { nowMs: () => parts.clock.nowMs() + lateMs },
		index: {
			...parts.index,
			count: (plan, patients) => {
				lateMs += 2_000;
				return parts.index.count(plan, patients);
			},
		},
	};
}

describe('a certificate that proves nothing', () => {
	async function charged(): Promise<{ readonly network: InProcessNetwork; readonly session: string }> {
		const network = await asked();
		await turns(network, untilMasked);
		const [open] = (await network.nodes[0]?.parts.sessions.openSessions()) ?? [];
		if (open === undefined) throw new Error('no session is open');
		return { network, session: open.session };
	}

	function promisesOf({ nodes, manifest }: InProcessNetwork, session: string, of: readonly string[]) {
		const terms = decideTerms(manifest, { session, project: 'glioma' }, 'noised');
		if (!terms.ok || terms.value === null) throw new Error('no terms');
		const agreed = terms.value;
		return nodes
			.filter(({ hospital }) => of.includes(hospital))
			.map(({ parts }) => promiseAbandon(agreed, parts));
	}

	it.each<[string, (network: InProcessNetwork, session: string) => ToNode]>([
		[
			'of too few',
			(network, session) => ({
				kind: 'abandoned',
				session,
				promises: promisesOf(network, session, ['north', 'west']),
			}),
		],
		[
			'of another session',
			(network, session) => ({
				kind: 'abandoned',
				session,
				promises: promisesOf(network, '0'.repeat(64), hospitals),
			}),
		],
		[
			'with one promise under three names',
			(network, session) => {
				const [{ signature } = { signature: '' }] = promisesOf(network, session, ['west']);
				const promises = ['east', 'north', 'west'].map((hospital) => ({ hospital, signature }));
				return { kind: 'abandoned', session, promises };
			},
		],
	])('gives nothing back, and ends nothing: %s', async (_, messageOf) => {
		const { network, session } = await charged();
		const [node] = network.nodes;
		if (node === undefined) throw new Error('no hospital');
		await createPipeline(node.parts).handle(1_000, messageOf(network, session));
		expect(await spent(network)).toEqual(all);
		expect(await node.parts.sessions.openSessions()).toHaveLength(1);
	});
});
