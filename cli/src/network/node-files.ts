// Writes what one simulated hospital's IT would write by hand: its node.yaml and its authorization file.

import { isAbsolute, resolve } from 'node:path';
import { stringify } from 'yaml';
import type { HospitalFile, NetworkFile, ProjectFile } from './network-schema.ts';

export interface CoordinatorPins {
	readonly url: string;
	readonly identityKey: string;
	readonly logKey: string;
}

/** What a node stands on, as node.yaml says it. */
export interface NodeFootings {
	readonly database:
		| { readonly kind: 'pglite' }
		| { readonly kind: 'postgres'; readonly urlFile: string; readonly maxConnections?: number };
	readonly policyEngine:
		| { readonly kind: 'in-process' }
		| { readonly kind: 'openfga'; readonly apiUrl: string; readonly tokenFile?: string };
	readonly monitoring?: { readonly host: string; readonly port: number };
}

export interface NodeFilesInput {
	readonly network: NetworkFile;
	/** Absolute: what relative paths in network.yaml are relative to. */
	readonly folder: string;
	readonly hospital: HospitalFile;
	readonly coordinator: CoordinatorPins;
	readonly complianceKey: string;
	readonly footings: NodeFootings;
}

/** The node's own configuration, with paths made absolute. */
export function nodeYaml(input: NodeFilesInput): string {
	const { network, hospital, folder } = input;
	const at = (path: string): string => (isAbsolute(path) ? path : resolve(folder, path));
	const optional = (key: string, path: string | undefined): Record<string, string> =>
		path === undefined ? {} : { [key]: at(path) };
	return stringify({
		cordon: 1,
		hospital: hospital.id,
		name: hospital.name,
		state: 'state',
		database: input.footings.database,
		coordinator: input.coordinator,
		k: Math.max(hospital.k ?? network.policy.k, network.policy.k),
		policyEngine: input.footings.policyEngine,
		accepts: {
			aggregation: network.policy.aggregation,
			publicData: network.policy.publicData,
			epsilonPerEpoch: network.policy.epsilonPerEpoch,
			epsilonForLife: network.policy.epsilonForLife,
		},
		authorization: 'authorization.yaml',
		...optional('dictionary', network.dictionary),
		...optional('mapping', hospital.mapping),
		...optional('withdrawals', hospital.withdrawals),
		...(hospital.patients === undefined ? {} : { patients: hospital.patients }),
		sources: hospital.sources.map((source) => withAbsolutePaths(source, at)),
		complianceKey: input.complianceKey,
		...(input.footings.monitoring === undefined ? {} : { monitoring: input.footings.monitoring }),
	});
}

/** In a simulation each hospital's steward approves what network.yaml says its consortium agreed on. */
export function authorizationYaml(network: NetworkFile, hospital: HospitalFile): string {
	return stringify({
		hospital: hospital.id,
		dataset: datasetOf(hospital.id),
		stewards: [`steward-${hospital.id}`],
		complianceOfficers: [`compliance-${hospital.id}`],
		projects: network.projects.filter((project) => project.hospitals.includes(hospital.id)).map(grantOf),
	});
}

export function datasetOf(hospital: string): string {
	return `${hospital}-radiogenomics`.slice(0, 40);
}

function grantOf(project: ProjectFile): unknown {
	return {
		id: project.id,
		...(project.lead === undefined ? {} : { lead: project.lead }),
		members: project.members,
		purposes: project.purposes,
		asks: project.asks.map((ask) => (ask === 'histogram' ? 'distribution' : ask)),
		exact: project.exact,
		until: project.until,
	};
}

/** Every `path` and `file` of a source, at any depth. */
function withAbsolutePaths(value: unknown, at: (path: string) => string): unknown {
	if (Array.isArray(value)) return value.map((entry) => withAbsolutePaths(entry, at));
	if (value === null || typeof value !== 'object') return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, entry]) => [
			key,
			(key === 'path' || key === 'file') && typeof entry === 'string'
				? at(entry)
				: withAbsolutePaths(entry, at),
		]),
	);
}
