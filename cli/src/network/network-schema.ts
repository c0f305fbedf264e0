// The shape of network.yaml: a whole simulated network in one file. Closed, and described for editors.

import { explainShape, idMessage, sourcesJsonSchema } from '@cordon/node';
import { type AskKind, err, type InputIssue, ok, purposePattern, type Result } from '@cordon/shared';
import { z } from 'zod';
import { brokenRules } from './network-rules.ts';

const id: z.ZodString = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, idMessage);

const askKind = z.enum(['exists', 'count', 'histogram', 'table']);

export interface NetworkFile {
	readonly cordon: 1;
	readonly name: string;
	readonly dictionary?: string | undefined;
	readonly policy: {
		readonly aggregation: 'secure' | 'plain';
		readonly visibility: 'visible' | 'blind';
		readonly mechanisms: readonly ('noised' | 'exact')[];
		readonly k: number;
		readonly publicData: boolean;
		readonly epsilonPerEpoch: number;
		readonly epsilonForLife: number;
		readonly epsilonPerProject?: number | undefined;
		readonly epsilonPerResearcher?: number | undefined;
		readonly hospitalsPerPatient: number;
		readonly colluders?: number | undefined;
		readonly sessionDeadline: number;
		readonly replyTime: number;
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
	/** Checked by the node's own schema (checkNetwork). */
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

/** The inside of a source belongs to the node, which reads it with its own schema. */
const sources = z.array(z.unknown()).min(1).describe('Files by kind: csv, vcf, maf, dicom, fhir.');

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
		sources,
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
		visibility: z
			.enum(['visible', 'blind'])
			.describe('visible: the coordinator sees the sum; blind: the researcher alone.'),
		mechanisms: z
			.array(z.enum(['noised', 'exact']))
			.min(1)
			.describe('A list of the ways an answer may be released: noised, exact, or both.'),
		k: z
			.int()
			.positive()
			.default(11)
			.describe('Least patients in a cell of an exact answer; under 2 only with publicData.'),
		publicData: z
			.boolean()
			.default(false)
			.describe('Waives consent, grants and the floor of k. For public or simulated data only.'),
		epsilonPerEpoch: z.number().positive().max(1000).default(10),
		epsilonForLife: z.number().positive().max(100_000).default(100),
		epsilonPerProject: z
			.number()
			.min(0.000001)
			.max(1000)
			.optional()
			.describe('What each project may spend of epsilonPerEpoch.'),
		epsilonPerResearcher: z
			.number()
			.min(0.000001)
			.max(1000)
			.optional()
			.describe('What each person may spend of epsilonPerEpoch, over all projects.'),
		hospitalsPerPatient: z.int().min(1).max(100).default(1),
		colluders: z.int().min(1).optional(),
		replyTime: z
			.number()
			.min(0)
			.max(3600)
			.default(0.5)
			.describe(
				'Seconds until a hospital replies, whatever counting took: at once (0) tells how long it took.',
			),
		sessionDeadline: z
			.number()
			.min(1)
			.max(86_400)
			.default(60)
			.describe('Seconds until an unanswered question ends.'),
		maxCells: z.int().min(1).max(4096).default(4096),
	}),
	hospitals: z.array(hospital).min(2, 'expected at least two hospitals').max(100),
	people: z.array(z.strictObject({ id, name: z.string().min(1).max(200) })).min(1),
	projects: z
		.array(
			z.strictObject({
				id,
				title: z.string().min(1).max(200),
				hospitals: z.array(id).min(2, 'expected at least two hospitals'),
				purposes: z
					.array(
						z.string().regex(purposePattern, 'expected a DUO shorthand, for example HMB or DS-MONDO:0018177'),
					)
					.min(1)
					.describe('DUO shorthands: HMB (health research), GRU (any research), DS and others.'),
				lead: id.optional(),
				members: z.array(id).min(1),
				asks: z.array(askKind).min(1),
				exact: z.boolean().default(false).describe('Whether the hospitals grant exact answers.'),
				until: z.iso
					.date('expected a date like 2030-12-31')
					.describe("The approval's last day, for example 2030-12-31."),
			}),
		)
		.min(1),
});

/** Reads the parsed YAML. Errors: one issue a mistake, with its path and the nearest names that would be right. */
export function readNetworkFile(input: unknown): Result<NetworkFile, readonly InputIssue[]> {
	const parsed = networkSchema.safeParse(input);
	if (!parsed.success) return err(explainShape(parsed.error, input, networkJsonSchema()));
	const issues = brokenRules(parsed.data);
	return issues.length === 0 ? ok(parsed.data) : err(issues);
}

/** For editors: `# yaml-language-server: $schema=...`. The sources' part is the node's own. */
export function networkJsonSchema(): unknown {
	return z.toJSONSchema(networkSchema, {
		io: 'input',
		override: ({ zodSchema, jsonSchema }) => {
			if (zodSchema !== sources) return;
			const { $schema: _version, ...inside } = sourcesJsonSchema() as Readonly<Record<string, unknown>>;
			Object.assign(jsonSchema, inside);
		},
	});
}
