// Founds a simulated network on disk, once: a second start finds what the first one made.

import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { canonicalJson, hashParts, toHex } from '@cordon/shared';
import type { NetworkFolder } from '../network/load-network.ts';
import {
	type Deployment,
	type Footing,
	type LoopbackPorts,
	loopbackDeployment,
	loopbackUrl,
} from './deployment.ts';
import { type FoundingParts, foundNetwork, writeOwn } from './found-network.ts';
import { freePorts } from './free-port.ts';
import { type NetworkState, networkState } from './network-state.ts';
import { makeDatabase } from './party-databases.ts';

/** Real servers on this machine instead of the embedded defaults; null: embedded. */
export interface Servers {
	/** URL with which databases can be made; each party gets its own. */
	readonly postgresUrl: string | null;
	/** Each node gets a store of its own. */
	readonly openfgaUrl: string | null;
}

export interface PrepareParts extends FoundingParts {
	readonly servers?: Servers;
}

/** What later steps need to know of a prepared network. */
export interface PreparedNetwork {
	readonly state: NetworkState;
	readonly network: string;
	readonly coordinatorUrl: string;
	readonly hospitals: readonly string[];
	readonly people: readonly string[];
}

/** The file, or the servers given, say something else than the network that was founded from it. */
export class NetworkChanged extends Error {
	constructor(what: string, root: string) {
		super(
			`${what} changed since the network was founded in ${root}: remove that folder, or give --state another`,
		);
		this.name = 'NetworkChanged';
	}
}

interface Prepared extends LoopbackPorts {
	readonly digest: string;
	readonly servers: string;
}

const embedded: Servers = { postgresUrl: null, openfgaUrl: null };

/** Makes the state, or finds it made before. Errors: throws `InputWrong` for a mistake in the network folder. */
export async function prepareNetwork(
	folder: NetworkFolder,
	stateRoot: string,
	parts: PrepareParts,
): Promise<PreparedNetwork> {
	const state = networkState(resolve(stateRoot));
	const known = await readFile(state.preparedFile, 'utf8').catch(() => null);
	const network = networkIdOf(folder.file.name);
	const servers = parts.servers ?? embedded;
	if (known !== null) {
		const { coordinator, ...before } = JSON.parse(known) as Prepared;
		// Nodes hold what they signed: a policy or a source that changed afterwards would silently not be in force.
		if (before.digest !== digestOf(folder)) throw new NetworkChanged('network.yaml has', state.root);
		if (before.servers !== digestOfServers(servers))
			throw new NetworkChanged('the servers given have', state.root);
		return preparedNetwork(folder, state, loopbackUrl(coordinator));
	}
	const [coordinator = 0, issuer = 0] = await freePorts(2);
	const ports: LoopbackPorts = { coordinator, issuer };
	const deployment = await deployOnLoopback(folder, { state, ports, servers }, parts);
	await foundNetwork(folder, { state, network, deployment }, parts);
	const prepared = { ...ports, digest: digestOf(folder), servers: digestOfServers(servers) };
	await writeOwn(state.preparedFile, JSON.stringify(prepared));
	return preparedNetwork(folder, state, deployment.coordinator.url);
}

export function preparedNetwork(
	{ file }: NetworkFolder,
	state: NetworkState,
	coordinatorUrl: string,
): PreparedNetwork {
	const hospitals = file.hospitals.map(({ id }) => id);
	const people = file.people.map(({ id }) => id);
	return { state, network: networkIdOf(file.name), hospitals, people, coordinatorUrl };
}

interface LoopbackPlace {
	readonly state: NetworkState;
	readonly ports: LoopbackPorts;
	readonly servers: Servers;
}

async function deployOnLoopback(
	{ file }: NetworkFolder,
	{ state, ports, servers }: LoopbackPlace,
	{ random }: FoundingParts,
): Promise<Deployment> {
	const { postgresUrl, openfgaUrl } = servers;
	const mark = toHex(random.bytes(4));
	const footings = new Map<string, Footing>();
	const folders = new Map(file.hospitals.map(({ id }) => [id, state.hospitalFolder(id)]));
	for (const [party, folder] of [...folders, ['coordinator', state.coordinatorFolder] as const]) {
		const urlFile = postgresUrl === null ? null : join(folder, 'database-url');
		if (postgresUrl !== null && urlFile !== null) {
			const name = `cordon_${mark}_${party.replaceAll('-', '_')}`;
			await writeOwn(urlFile, await makeDatabase(postgresUrl, name));
		}
		footings.set(party, { urlFile, openfgaUrl });
	}
	return loopbackDeployment(ports, (party) => {
		const footing = footings.get(party);
		if (footing === undefined) throw new Error('a party has its footing');
		return footing;
	});
}

function digestOf({ file }: NetworkFolder): string {
	return toHex(hashParts('cordon-network-file/1', canonicalJson(file)));
}

/** A URL holds a password, so only a hash of it is kept. */
function digestOfServers({ postgresUrl, openfgaUrl }: Servers): string {
	return toHex(hashParts('cordon-network-servers/1', canonicalJson({ postgresUrl, openfgaUrl })));
}

/** Letters, digits and hyphens of the network's name: it is an audience, an origin and a part of file names. */
export function networkIdOf(name: string): string {
	const id = name
		.toLowerCase()
		.replaceAll(/[^a-z0-9]+/g, '-')
		.replaceAll(/^-+|-+$/g, '')
		.slice(0, 40);
	return id === '' ? 'network' : id.replace(/-$/, '');
}
