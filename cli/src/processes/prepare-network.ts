// Founds a simulated network on disk: does, for every party, what its own operator would do once.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { initCoordinator, inviteHospitals, parseCoordinatorConfig, parseFounding } from '@cordon/coordinator';
import { loadDefaultDictionary, loadDictionaryFile } from '@cordon/policies';
import {
	type Clock,
	canonicalJson,
	type Dictionary,
	hashParts,
	newRequestKey,
	type Random,
	toBase64Url,
	toHex,
} from '@cordon/shared';
import { stringify } from 'yaml';
import { makeComplianceKey } from '../audit/compliance-key.ts';
import type { NetworkFolder } from '../network/load-network.ts';
import { authorizationYaml, nodeYaml } from '../network/node-files.ts';
import { freePorts } from './free-port.ts';
import { InputWrong } from './input-wrong.ts';
import { type NetworkState, networkState } from './network-state.ts';

export interface PrepareParts {
	readonly clock: Clock;
	readonly random: Random;
}

/** What later steps need to know of a prepared network. */
export interface PreparedNetwork {
	readonly state: NetworkState;
	readonly network: string;
	readonly coordinatorUrl: string;
	readonly hospitals: readonly string[];
	readonly people: readonly string[];
}

/** The file says something else than the network that was founded from it. */
export class NetworkChanged extends Error {
	constructor(root: string) {
		super(
			`network.yaml has changed since its network was founded in ${root}: remove that folder, or give --state another`,
		);
		this.name = 'NetworkChanged';
	}
}

interface Prepared extends Ports {
	readonly digest: string;
}

interface Ports {
	readonly coordinator: number;
	readonly issuer: number;
}

/** Makes the state, or finds it made before. Errors: throws `InputWrong` for a mistake in the network folder. */
export async function prepareNetwork(
	folder: NetworkFolder,
	stateRoot: string,
	parts: PrepareParts,
): Promise<PreparedNetwork> {
	const state = networkState(resolve(stateRoot));
	const known = await readFile(state.preparedFile, 'utf8').catch(() => null);
	const network = networkIdOf(folder.file.name);
	const hospitals = folder.file.hospitals.map(({ id }) => id);
	const people = folder.file.people.map(({ id }) => id);
	if (known !== null) {
		const { coordinator, digest } = JSON.parse(known) as Prepared;
		// Nodes hold what they signed: a policy or a source that changed afterwards would silently not be in force.
		if (digest !== digestOf(folder)) throw new NetworkChanged(state.root);
		return { state, network, hospitals, people, coordinatorUrl: coordinatorUrl(coordinator) };
	}
	const [coordinator = 0, issuer = 0] = await freePorts(2);
	const ports: Ports = { coordinator, issuer };
	await foundNetwork(folder, { state, network, ports }, parts);
	await write(state.preparedFile, JSON.stringify({ ...ports, digest: digestOf(folder) }));
	return { state, network, hospitals, people, coordinatorUrl: coordinatorUrl(coordinator) };
}

interface Place {
	readonly state: NetworkState;
	readonly network: string;
	readonly ports: Ports;
}

async function foundNetwork(folder: NetworkFolder, place: Place, parts: PrepareParts): Promise<void> {
	const { state, ports } = place;
	const config = await writeCoordinator(place);
	const founding = parseFounding(foundingOf(folder, place, loadDictionary(folder)));
	if (!founding.ok) throw new InputWrong('network.yaml', founding.error);
	const pins = await initCoordinator(config, founding.value, parts);
	const invitations = await inviteHospitals(config, founding.value.hospitals, parts);
	const coordinator = { url: coordinatorUrl(ports.coordinator), ...pins };
	for (const hospital of folder.file.hospitals) {
		const compliance = await makeComplianceKey(join(state.hospitalFolder(hospital.id), 'compliance.key'));
		const input = {
			network: folder.file,
			folder: folder.folder,
			hospital,
			coordinator,
			complianceKey: compliance,
		};
		await write(state.nodeFile(hospital.id), nodeYaml(input));
		await write(
			join(state.hospitalFolder(hospital.id), 'authorization.yaml'),
			authorizationYaml(folder.file, hospital),
		);
		const invitation = invitations.find((one) => one.hospital === hospital.id);
		await write(join(state.hospitalFolder(hospital.id), 'invitation.json'), JSON.stringify(invitation));
	}
	await writePeople(folder, place, { pins, random: parts.random });
}

async function writeCoordinator({ state, ports }: Place): Promise<Parameters<typeof initCoordinator>[0]> {
	const complianceKey = await makeComplianceKey(join(state.coordinatorFolder, 'compliance.key'));
	const text = stringify({
		cordon: 1,
		state: 'state',
		listen: { host: '127.0.0.1', port: ports.coordinator },
		database: { kind: 'pglite' },
		complianceKey,
	});
	await write(state.coordinatorFile, text);
	const config = parseCoordinatorConfig(text, state.coordinatorFile);
	if (!config.ok) throw new InputWrong(state.coordinatorFile, config.error);
	return config.value;
}

function foundingOf({ file }: NetworkFolder, { network, ports }: Place, dictionary: Dictionary): unknown {
	const { policy } = file;
	const issuer = `http://127.0.0.1:${ports.issuer}`;
	return {
		cordon: 1,
		network,
		policy: {
			aggregation: policy.aggregation,
			mechanisms: policy.mechanisms,
			k: policy.k,
			publicData: policy.publicData,
			epsilonPerEpochMicros: Math.round(policy.epsilonPerEpoch * 1e6),
			epsilonForLifeMicros: Math.round(policy.epsilonForLife * 1e6),
			hospitalsPerPatient: policy.hospitalsPerPatient,
			colluders: policy.colluders ?? null,
			sessionDeadlineMs: Math.round(policy.sessionDeadline * 1000),
			maxCells: policy.maxCells,
		},
		projects: file.projects.map(({ id, title, hospitals }) => ({ id, title, hospitals })),
		issuers: [{ issuer, jwksUri: `${issuer}/jwks`, audience: network }],
		dictionary,
		hospitals: file.hospitals.map(({ id }) => id),
	};
}

async function writePeople(
	{ file }: NetworkFolder,
	{ state, network, ports }: Place,
	given: {
		readonly pins: { readonly identityKey: string; readonly logKey: string };
		readonly random: Random;
	},
): Promise<void> {
	const people = file.people.map(({ id }) => ({ id, secret: toBase64Url(given.random.bytes(32)) }));
	const issuer = { cordon: 1, port: ports.issuer, network, keyFile: 'signing.key', people };
	await write(state.issuerFile, JSON.stringify(issuer));
	for (const { id, secret } of people) {
		const { privateJwk } = await newRequestKey();
		const profile = {
			cordon: 1,
			person: id,
			secret,
			issuer: `http://127.0.0.1:${ports.issuer}`,
			coordinatorUrl: coordinatorUrl(ports.coordinator),
			network,
			coordinator: given.pins,
			requestKey: privateJwk.reveal(),
		};
		await write(state.profileFile(id), JSON.stringify(profile));
	}
}

function loadDictionary({ folder, file }: NetworkFolder): Dictionary {
	if (file.dictionary === undefined) return loadDefaultDictionary();
	const path = resolve(folder, file.dictionary);
	const loaded = loadDictionaryFile(path);
	if (!loaded.ok) throw new InputWrong(path, loaded.error);
	return loaded.value;
}

function digestOf({ file }: NetworkFolder): string {
	return toHex(hashParts('cordon-network-file/1', canonicalJson(file)));
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

function coordinatorUrl(port: number): string {
	return `http://127.0.0.1:${port}`;
}

/** Secrets are among these files, so each is its owner's alone. */
async function write(file: string, text: string): Promise<void> {
	await mkdir(dirname(file), { recursive: true, mode: 0o700 });
	await writeFile(file, text, { mode: 0o600 });
}
