// Founds the network under test as `cordon up` would, with a faulty line between each party and the coordinator, lets
// its hospitals join and read their files, and leaves it stopped: whoever breaks it starts its processes one by one.

import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatabase, systemClock, systemRandom } from '@cordon/shared';
import { loadNetwork } from '../../cli/src/network/load-network.ts';
import { type PreparedNetwork, prepareNetwork } from '../../cli/src/processes/prepare-network.ts';
import { runNetwork } from '../../cli/src/processes/run-network.ts';
import { type FaultyLine, type Moment, openLine, type Treatment } from './faulty-line.ts';
import { type FaultyServers, type Programs, startFaultyServers } from './faulty-servers.ts';
import { hospitals, makeHospitals, writeNetworkFolder } from './made-hospitals.ts';
import { mountSmallDisk, type SmallDisk } from './small-disk.ts';

export interface FoundedNetwork {
	readonly prepared: PreparedNetwork;
	/** By hospital, and `client`. */
	readonly lines: ReadonlyMap<string, FaultyLine>;
	/** Under the state of one hospital, or under the database of all; null where none could be mounted. */
	readonly disk: SmallDisk | null;
	/** Null where the parties' stores are embedded. */
	readonly servers: FaultyServers | null;
}

export interface Ground {
	/** An empty folder that all may enter. */
	readonly root: string;
	readonly programs: Programs | null;
	readonly sessionDeadlineSeconds: number;
	readonly closing: AsyncDisposableStack;
}

export type MomentHandler = (moment: Moment) => Promise<Treatment>;

/** Whose state lies on the small disk. */
export const crampedHospital = 'east';
const diskMegabytes = 256;
const parts = { clock: systemClock, random: systemRandom };

/**
 * `programs`: of the servers that the parties stand on; null: they embed them. `closing` is told how to end what was
 * started and unmount what was mounted, as soon as it was.
 */
export async function foundNetwork(
	{ root, programs, sessionDeadlineSeconds, closing }: Ground,
	moment: MomentHandler,
): Promise<FoundedNetwork> {
	const folder = join(root, 'network');
	await writeNetworkFolder(folder, makeHospitals(), sessionDeadlineSeconds);
	const loaded = await loadNetwork(folder, {});
	if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
	const servers = programs === null ? null : await startFaultyServers(root, programs, closing);
	const given = servers === null ? {} : { servers };
	const prepared = await prepareNetwork(loaded.value, join(root, 'state'), { ...parts, ...given });
	const disk = servers === null ? await cramp(prepared, closing) : servers.disk;
	const lines = await openLines(prepared, moment);
	closing.defer(async () => {
		for (const line of lines.values()) await line.close();
	});
	await leadThroughLines(prepared, lines);
	if (servers === null) await giveDatabases(join(root, 'empty-database'), prepared);
	const { signal } = new AbortController();
	const running = await runNetwork(prepared, { ...parts, tell: () => undefined, signal });
	await running.stop();
	return { prepared, lines, disk, servers };
}

async function cramp({ state }: PreparedNetwork, closing: AsyncDisposableStack): Promise<SmallDisk | null> {
	const disk = await mountSmallDisk(state.nodeState(crampedHospital), diskMegabytes);
	closing.defer(async () => disk?.unmount());
	return disk;
}

/** Making an empty database takes longer than all else of a node's first start, so one is made and copied. */
async function giveDatabases(empty: string, { state }: PreparedNetwork): Promise<void> {
	await (await openDatabase({ kind: 'pglite', directory: empty })).close();
	for (const hospital of hospitals) {
		await cp(join(empty, 'data'), join(state.nodeState(hospital), 'store', 'data'), { recursive: true });
	}
}

async function openLines(
	{ coordinatorUrl }: PreparedNetwork,
	moment: MomentHandler,
): Promise<ReadonlyMap<string, FaultyLine>> {
	const { nowMs } = systemClock;
	const lines = new Map<string, FaultyLine>();
	for (const line of ['client', ...hospitals]) {
		const counts = line === 'client' ? 'all' : 'messages';
		lines.set(line, await openLine({ line, counts, coordinatorUrl, moment, nowMs }));
	}
	return lines;
}

/** Every configuration names the party's own line in the coordinator's place. */
async function leadThroughLines(
	{ state, coordinatorUrl, people }: PreparedNetwork,
	lines: ReadonlyMap<string, FaultyLine>,
): Promise<void> {
	const replace = async (file: string, line: string): Promise<void> => {
		const text = await readFile(file, 'utf8');
		await writeFile(file, text.replace(coordinatorUrl, lines.get(line)?.url ?? ''));
	};
	for (const hospital of hospitals) {
		await replace(state.nodeFile(hospital), hospital);
		await replace(join(state.hospitalFolder(hospital), 'invitation.json'), hospital);
	}
	for (const person of people) await replace(state.profileFile(person), 'client');
	// Proofs of possession name the address that the researcher sees.
	const own = await readFile(state.coordinatorFile, 'utf8');
	await writeFile(state.coordinatorFile, `${own}publicUrl: ${lines.get('client')?.url ?? ''}\n`);
}
