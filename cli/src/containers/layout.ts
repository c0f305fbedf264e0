// Where docker-compose.yml mounts each party's volumes, and the names by which the containers know one another.
// The same paths in every container, so that one configuration file is right wherever it is read.

import { join } from 'node:path';
import { type NetworkState, networkState } from '../processes/network-state.ts';

export interface ContainerLayout {
	/** The parties' own folders. */
	readonly state: NetworkState;
	/** network.yaml, questions, truth: what the consortium shares. Each hospital's files are a volume in it. */
	readonly sample: string;
	/** What the PostgreSQL container of a party reads at its start. */
	readonly postgresFolder: (party: string) => string;
	/** What the OpenFGA container of a hospital reads at its start. */
	readonly openfgaFolder: (hospital: string) => string;
	readonly secretsMark: string;
	readonly foundMark: string;
}

export const coordinatorPort = 8443;
export const issuerPort = 8443;
export const openfgaPort = 8080;
export const monitoringPort = 9464;
export const coordinatorParty = 'coordinator';

export function containerLayout(root: string): ContainerLayout {
	const state = networkState(root);
	const sample = join(root, 'sample');
	return {
		state,
		sample,
		postgresFolder: (party) => join(root, 'servers', `${party}-postgres`),
		openfgaFolder: (hospital) => join(root, 'servers', `${hospital}-openfga`),
		secretsMark: join(state.coordinatorFolder, 'secrets-made'),
		foundMark: join(sample, '.founded'),
	};
}

export function postgresHost(party: string): string {
	return `${party}-postgres`;
}

export function openfgaHost(hospital: string): string {
	return `${hospital}-openfga`;
}

/** The URL of a party's own database, or of its OpenFGA's. */
export function postgresUrl(party: string, role: 'cordon' | 'openfga', password: string): string {
	return `postgres://${role}:${password}@${postgresHost(party)}:5432/${role}?sslmode=verify-full`;
}
