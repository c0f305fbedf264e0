// The second step of the containers' network: makes the sample hospitals' files and founds their network, as the
// consortium and each operator would. Needs the coordinator's database; a second run does nothing.

import { cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { loadNetworkOrExplain } from '../commands/network-commands.ts';
import type { Deployment } from '../processes/deployment.ts';
import { type FoundingParts, foundNetwork, writeOwn } from '../processes/found-network.ts';
import { networkIdOf } from '../processes/prepare-network.ts';
import { synthesize } from '../synth/synthesize.ts';
import {
	type ContainerLayout,
	coordinatorParty,
	coordinatorPort,
	issuerPort,
	monitoringPort,
	openfgaHost,
	openfgaPort,
} from './layout.ts';

export interface SampleSize {
	readonly seed: number;
	readonly patients: number;
	readonly hospitals: number;
}

/** A run before this one was cut off: parts of its work are there and parts are not. */
export class FoundingCutOff extends Error {
	constructor() {
		super('founding this network was cut off before: remove its volumes (docker compose down --volumes)');
		this.name = 'FoundingCutOff';
	}
}

/** Returns false where it had been founded before. */
export async function foundInContainers(
	layout: ContainerLayout,
	size: SampleSize,
	parts: FoundingParts,
): Promise<boolean> {
	if ((await readFile(layout.foundMark, 'utf8').catch(() => null)) !== null) return false;
	if ((await readFile(layout.state.coordinatorFile, 'utf8').catch(() => null)) !== null)
		throw new FoundingCutOff();
	await makeSample(layout, size);
	const folder = await loadNetworkOrExplain(layout.sample);
	const network = networkIdOf(folder.file.name);
	await foundNetwork(folder, { state: layout.state, network, deployment: containerDeployment() }, parts);
	await writeOwn(layout.foundMark, 'founded\n');
	return true;
}

/** Every hospital's files go to the volume that only its own node reads. */
async function makeSample({ sample }: ContainerLayout, size: SampleSize): Promise<void> {
	const making = join(sample, '.making');
	await rm(making, { recursive: true, force: true });
	const { hospitals } = await synthesize({ folder: making, ...size }, () => undefined);
	for (const { id } of hospitals) {
		await mkdir(join(sample, id), { recursive: true });
		await cp(join(making, id), join(sample, id), { recursive: true });
		await rm(join(making, id), { recursive: true });
	}
	for (const name of await readdir(making)) await rename(join(making, name), join(sample, name));
	await rm(making, { recursive: true });
}

export function containerDeployment(): Deployment {
	const certificate = { certificateFile: 'server.crt', keyFile: 'server.key' };
	const coordinatorUrl = `https://${coordinatorParty}:${coordinatorPort}`;
	const issuerUrl = `https://issuer:${issuerPort}`;
	const monitoring = { host: '127.0.0.1', port: monitoringPort };
	return {
		coordinator: {
			url: coordinatorUrl,
			settings: {
				listen: { host: '0.0.0.0', port: coordinatorPort, tls: certificate },
				publicUrl: coordinatorUrl,
				database: { kind: 'postgres', urlFile: 'database-url' },
				monitoring,
			},
		},
		issuer: {
			url: issuerUrl,
			settings: { port: issuerPort, place: { host: '0.0.0.0', url: issuerUrl, ...certificate } },
		},
		node: (hospital) => ({
			database: { kind: 'postgres', urlFile: 'database-url' },
			policyEngine: {
				kind: 'openfga',
				apiUrl: `https://${openfgaHost(hospital)}:${openfgaPort}`,
				tokenFile: 'openfga-token',
			},
			monitoring,
		}),
	};
}
