// Where the parties of a simulated network listen, and what each of them stands on.

import type { NodeFootings } from '../network/node-files.ts';

export interface Deployment {
	readonly coordinator: {
		/** As hospitals and people reach it. */
		readonly url: string;
		/** `listen`, `database` and what else coordinator.yaml says about its place. */
		readonly settings: Readonly<Record<string, unknown>>;
	};
	readonly issuer: {
		/** The `iss` of its tokens. */
		readonly url: string;
		/** `port` and what else issuer.json says about its place. */
		readonly settings: Readonly<Record<string, unknown>>;
	};
	readonly node: (hospital: string) => NodeFootings;
}

export interface LoopbackPorts {
	readonly coordinator: number;
	readonly issuer: number;
}

/** What a party keeps outside its own folder; null: embedded. */
export interface Footing {
	/** File that holds the URL of its database. */
	readonly urlFile: string | null;
	readonly openfgaUrl: string | null;
}

/** Everything on loopback of this machine, each party on what `footingOf` gives it. */
export function loopbackDeployment(ports: LoopbackPorts, footingOf: (party: string) => Footing): Deployment {
	return {
		coordinator: {
			url: loopbackUrl(ports.coordinator),
			settings: {
				listen: { host: '127.0.0.1', port: ports.coordinator },
				database: databaseOn(footingOf('coordinator')),
			},
		},
		issuer: { url: loopbackUrl(ports.issuer), settings: { port: ports.issuer } },
		node: (hospital) => {
			const footing = footingOf(hospital);
			const { openfgaUrl: apiUrl } = footing;
			return {
				database: databaseOn(footing),
				policyEngine: apiUrl === null ? { kind: 'in-process' } : { kind: 'openfga', apiUrl },
			};
		},
	};
}

export function loopbackUrl(port: number): string {
	return `http://127.0.0.1:${port}`;
}

function databaseOn({ urlFile }: Footing): NodeFootings['database'] {
	return urlFile === null ? { kind: 'pglite' } : { kind: 'postgres', urlFile };
}
