// Writes, for every party of a simulated network, what its own operator would write when the network is founded.

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { initCoordinator, inviteHospitals, parseCoordinatorConfig, parseFounding } from '@cordon/coordinator';
import { loadDefaultDictionary, loadDictionaryFile } from '@cordon/policies';
import { type Clock, type Dictionary, newRequestKey, type Random, toBase64Url } from '@cordon/shared';
import { stringify } from 'yaml';
import { makeComplianceKey } from '../audit/compliance-key.ts';
import type { NetworkFolder } from '../network/load-network.ts';
import { authorizationYaml, nodeYaml } from '../network/node-files.ts';
import type { Deployment } from './deployment.ts';
import { InputWrong } from './input-wrong.ts';
import type { NetworkState } from './network-state.ts';

export interface FoundingParts {
	readonly clock: Clock;
	readonly random: Random;
}

export interface Place {
	readonly state: NetworkState;
	/** Its id. */
	readonly network: string;
	readonly deployment: Deployment;
}

/** Errors  throws `InputWrong` for a mistake in the network folder. */
export async function foundNetwork(folder: NetworkFolder, place: Place, parts: FoundingParts): Promise<void> {
	const { state, deployment } = place;
	const config = await writeCoordinator(place);
	const founding = parseFounding(foundingOf(folder, place, loadDictionary(folder)));
	if (!founding.ok) throw new InputWrong('network.yaml', founding.error);
	const pins = await initCoordinator(config, founding.value, parts);
	const invitations = await inviteHospitals(config, founding.value.hospitals, parts);
	const coordinator = { url: deployment.coordinator.url, ...pins };
	for (const hospital of folder.file.hospitals) {
		const compliance = await makeComplianceKey(join(state.hospitalFolder(hospital.id), 'compliance.key'));
		const input = {
			network: folder.file,
			folder: folder.folder,
			hospital,
			coordinator,
			complianceKey: compliance,
			footings: deployment.node(hospital.id),
		};
		await writeOwn(state.nodeFile(hospital.id), nodeYaml(input));
		await writeOwn(
			join(state.hospitalFolder(hospital.id), 'authorization.yaml'),
			authorizationYaml(folder.file, hospital),
		);
		const invitation = invitations.find((one) => one.hospital === hospital.id);
		await writeOwn(join(state.hospitalFolder(hospital.id), 'invitation.json'), JSON.stringify(invitation));
	}
	await writePeople(folder, place, { pins, random: parts.random });
}

async function writeCoordinator({
	state,
	deployment,
}: Place): Promise<Parameters<typeof initCoordinator>[0]> {
	const complianceKey = await makeComplianceKey(join(state.coordinatorFolder, 'compliance.key'));
	const text = stringify({
		cordon: 1,
		state: 'state',
		...deployment.coordinator.settings,
		complianceKey,
	});
	await writeOwn(state.coordinatorFile, text);
	const config = parseCoordinatorConfig(text, state.coordinatorFile);
	if (!config.ok) throw new InputWrong(state.coordinatorFile, config.error);
	return config.value;
}

function foundingOf(
	{ file }: NetworkFolder,
	{ network, deployment }: Place,
	dictionary: Dictionary,
): unknown {
	const { policy } = file;
	const issuer = deployment.issuer.url;
	return {
		cordon: 1,
		network,
		policy: {
			aggregation: policy.aggregation,
			visibility: policy.visibility,
			mechanisms: policy.mechanisms,
			k: policy.k,
			publicData: policy.publicData,
			epsilonPerEpochMicros: Math.round(policy.epsilonPerEpoch * 1e6),
			epsilonForLifeMicros: Math.round(policy.epsilonForLife * 1e6),
			...allotmentsOf(policy),
			hospitalsPerPatient: policy.hospitalsPerPatient,
			colluders: policy.colluders ?? null,
			sessionDeadlineMs: Math.round(policy.sessionDeadline * 1000),
			replyMs: Math.round(policy.replyTime * 1000),
			maxCells: policy.maxCells,
		},
		projects: file.projects.map(({ id, title, hospitals }) => ({ id, title, hospitals })),
		issuers: [{ issuer, jwksUri: `${issuer}/jwks`, audience: network }],
		dictionary,
		hospitals: file.hospitals.map(({ id }) => id),
	};
}

/** Absent where nothing is split: such a policy is signed and hashed as one that knows no allotments. */
function allotmentsOf({ epsilonPerProject, epsilonPerResearcher }: NetworkFolder['file']['policy']): object {
	const allotments = {
		...(epsilonPerProject === undefined
			? {}
			: { epsilonPerProjectMicros: Math.round(epsilonPerProject * 1e6) }),
		...(epsilonPerResearcher === undefined
			? {}
			: { epsilonPerResearcherMicros: Math.round(epsilonPerResearcher * 1e6) }),
	};
	return Object.keys(allotments).length === 0 ? {} : { allotments };
}

async function writePeople(
	{ file }: NetworkFolder,
	{ state, network, deployment }: Place,
	given: {
		readonly pins: { readonly identityKey: string; readonly logKey: string };
		readonly random: Random;
	},
): Promise<void> {
	const people = file.people.map(({ id }) => ({ id, secret: toBase64Url(given.random.bytes(32)) }));
	const { settings } = deployment.issuer;
	const issuer = { cordon: 1, ...settings, network, keyFile: 'signing.key', people };
	await writeOwn(state.issuerFile, JSON.stringify(issuer));
	for (const { id, secret } of people) {
		const { privateJwk } = await newRequestKey();
		const profile = {
			cordon: 1,
			person: id,
			secret,
			issuer: deployment.issuer.url,
			coordinatorUrl: deployment.coordinator.url,
			network,
			coordinator: given.pins,
			visibility: file.policy.visibility,
			requestKey: privateJwk.reveal(),
		};
		await writeOwn(state.profileFile(id), JSON.stringify(profile));
	}
}

function loadDictionary({ folder, file }: NetworkFolder): Dictionary {
	if (file.dictionary === undefined) return loadDefaultDictionary();
	const path = resolve(folder, file.dictionary);
	const loaded = loadDictionaryFile(path);
	if (!loaded.ok) throw new InputWrong(path, loaded.error);
	return loaded.value;
}

/** Secrets are among these files, so each is its owner's alone. */
export async function writeOwn(file: string, text: string): Promise<void> {
	await mkdir(dirname(file), { recursive: true, mode: 0o700 });
	await writeFile(file, text, { mode: 0o600 });
}
