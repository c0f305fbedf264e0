// The shape of network.yaml: a whole simulated network in one file. Closed, and described for editors.

import { type AskKind, type InputIssue, nearestNames } from '@cordon/shared';
import { z } from 'zod';

const id: z.ZodString = z
	.string()
	.regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'expected lower-case letters, digits and hyphens, at most 40');

const askKind = z.enum(['exists', 'count', 'histogram', 'table']);

export interface NetworkFile {
	readonly cordon: 1;
	readonly name: string;
	readonly dictionary?: string | undefined;
	readonly policy: {
		readonly aggregation: 'secure' | 'plain';
		readonly mechanisms: readonly ('noised' | 'exact')[];
		readonly k: number;
		readonly publicData: boolean;
		readonly epsilonPerEpoch: number;
		readonly epsilonForLife: number;
		readonly hospitalsPerPatient: number;
		readonly colluders?: number | undefined;
		readonly sessionDeadline: number;
		readonly maxCells: number;
	};
	readonly hospitals: readonly HospitalFile[];
	readonly people: readonly { readonly id: string; readonly name: string }[];
	readonly projects: readonly ProjectFile[];
}

export interface HospitalFile {
	readonly id: string;
	readonly name: string;
	readonly k?: number | undefined;
	readonly mapping?: string | undefined;
	readonly withdrawals?: string | undefined;
	readonly patients?: { readonly matching: string } | undefined;
	/** Checked by the node's own schema, see docs/network-folder.md. */
	readonly sources: readonly unknown[];
}

export interface ProjectFile {
	readonly id: string;
	readonly title: string;
	readonly hospitals: readonly string[];
	readonly purposes: readonly string[];
	readonly lead?: string | undefined;
	readonly members: readonly string[];
	readonly asks: readonly AskKind[];
	readonly exact: boolean;
	/** ISO date: the approval's last day. */
	readonly until: string;
}

const hospital: z.ZodType<HospitalFile> = z
	.strictObject({
		id,
		name: z.string().min(1).max(200).describe('Shown in results.'),
		k: z
			.int()
			.positive()
			.optional()
			.describe("The hospital's own least cell; it may only raise the network's."),
		mapping: z.string().optional().describe('File that maps local names and codes to the dictionary.'),
		withdrawals: z.string().optional().describe('CSV with a column `patient`: consent withdrawn.'),
		patients: z
			.strictObject({ matching: z.string().min(1) })
			.optional()
			.describe('Takes only patients whose identifier matches, where one file holds several hospitals.'),
		sources: z.array(z.unknown()).min(1).describe('Files by kind: csv, vcf, maf, dicom, fhir.'),
	})
	.describe('One hospital and the files it keeps.');

const networkSchema: z.ZodType<NetworkFile> = z.strictObject({
	cordon: z.literal(1).describe('Version of this format.'),
	name: z.string().min(1).max(200),
	dictionary: z
		.string()
		.optional()
		.describe('Data dictionary file; without it, the built-in radiogenomics one.'),
	policy: z.strictObject({
		aggregation: z
			.enum(['secure', 'plain'])
			.describe('secure needs three hospitals; plain shows each to the coordinator.'),
		mechanisms: z.array(z.enum(['noised', 'exact'])).min(1),
		k: z
			.int()
			.positive()
			.default(11)
			.describe('Least patients in a cell of an exact answer; under 2 only with publicData.'),
		publicData: z
			.boolean()
			.default(false)
			.describe('Waives consent, grants and the floor of k. For public or simulated data only.'),
		epsilonPerEpoch: z.number().positive().default(10),
		epsilonForLife: z.number().positive().default(100),
		hospitalsPerPatient: z.int().min(1).max(100).default(1),
		colluders: z.int().min(1).optional(),
		sessionDeadline: z
			.number()
			.min(1)
			.max(86_400)
			.default(60)
			.describe('Seconds until an unanswered question ends.'),
		maxCells: z.int().min(1).max(4096).default(4096),
	}),
	hospitals: z.array(hospital).min(2).max(100),
	people: z.array(z.strictObject({ id, name: z.string().min(1).max(200) })).min(1),
	projects: z
		.array(
			z.strictObject({
				id,
				title: z.string().min(1).max(200),
				hospitals: z.array(id).min(2),
				purposes: z.array(z.string().min(1)).min(1).describe('DUO shorthand: HMB, GRU, DS ...'),
				lead: id.optional(),
				members: z.array(id).min(1),
				asks: z.array(askKind).min(1),
				exact: z.boolean().default(false).describe('Whether the hospitals grant exact answers.'),
				until: z.iso.date(),
			}),
		)
		.min(1),
});

/** Reads the parsed YAML. Errors: one issue a mistake, with its path and the nearest names that would be right. */
export function readNetworkFile(
	input: unknown,
):
	| { readonly ok: true; readonly value: NetworkFile }
	| { readonly ok: false; readonly error: readonly InputIssue[] } {
	const parsed = networkSchema.safeParse(input);
	if (!parsed.success) return { ok: false, error: parsed.error.issues.map(toIssue) };
	const issues = crossIssues(parsed.data);
	return issues.length === 0 ? { ok: true, value: parsed.data } : { ok: false, error: issues };
}

/** For editors: `# yaml-language-server: $schema=...`. */
export function networkJsonSchema(): unknown {
	return z.toJSONSchema(networkSchema, { io: 'input' });
}

function crossIssues(network: NetworkFile): readonly InputIssue[] {
	const hospitals = network.hospitals.map((entry) => entry.id);
	const people = network.people.map((entry) => entry.id);
	const unknown = (path: string, name: string, known: readonly string[]): readonly InputIssue[] =>
		known.includes(name)
			? []
			: [{ path, message: 'names nothing in this file', nearest: nearestNames(name, known) }];
	return [
		...duplicates('/hospitals', hospitals),
		...duplicates('/people', people),
		...duplicates(
			'/projects',
			network.projects.map((entry) => entry.id),
		),
		...network.projects.flatMap((project, index) => [
			...project.hospitals.flatMap((name, at) =>
				unknown(`/projects/${index}/hospitals/${at}`, name, hospitals),
			),
			...project.members.flatMap((name, at) => unknown(`/projects/${index}/members/${at}`, name, people)),
		]),
		...smallK(network),
	];
}

function smallK(network: NetworkFile): readonly InputIssue[] {
	if (network.policy.publicData || network.policy.k >= 2) return [];
	return [{ path: '/policy/k', message: 'k under 2 needs publicData: true', nearest: [] }];
}

function duplicates(path: string, names: readonly string[]): readonly InputIssue[] {
	return names.flatMap((name, index) =>
		names.indexOf(name) === index
			? []
			: [{ path: `${path}/${index}/id`, message: 'this id is used twice', nearest: [] }],
	);
}

function toIssue(issue: z.core.$ZodIssue): InputIssue {
	const path = issue.path.map((part) => `/${String(part)}`).join('');
	return { path, message: issue.message, nearest: [] };
}
