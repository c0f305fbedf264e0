// The sources of a hospital as its configuration names them, after parsing: defaults filled in, paths resolved.

import { type DataClass, err, type InputIssue, nearestNames, ok, type Result } from '@cordon/shared';
import { z } from 'zod';

/** A column of a CSV or TSV file with a header. */
export interface ColumnOfFile {
	readonly file: string;
	readonly column: string;
}

/** Who counts as examined: those with a file, every patient the hospital knows, or a list. */
export type Examined = 'listed' | 'everyone' | ColumnOfFile;

export interface DicomSource {
	readonly kind: 'dicom';
	readonly path: string;
	readonly examined: Examined;
}

export interface VcfSource {
	readonly kind: 'vcf';
	readonly path: string;
	readonly assembly: string;
	readonly genes: 'all' | readonly string[];
	/** Sample name to patient identifier; null where the sample name is the identifier. */
	readonly samples: { readonly file: string; readonly sample: string; readonly patient: string } | null;
	readonly info: { readonly gene: string; readonly consequence: string; readonly significance: string };
}

export interface MafSource {
	readonly kind: 'maf';
	readonly path: string;
	readonly assembly: string;
	readonly genes: 'all' | readonly string[];
	/** Never `listed`: a patient without a mutation has no row. */
	readonly examined: 'everyone' | ColumnOfFile;
	readonly patient: string;
}

export interface CsvSource {
	readonly kind: 'csv';
	readonly path: string;
	readonly patient: string;
	readonly dataClass: DataClass;
	readonly day: string | null;
	/** null: every column that the mapping or the dictionary names, those of `conditions` left out. */
	readonly columns: readonly string[] | null;
	/** Columns with codes of diagnoses, several in a cell divided by `;`. Only where the class is clinical. */
	readonly conditions: readonly string[] | null;
}

export interface FhirSource {
	readonly kind: 'fhir';
	readonly path: string;
	/** Patient.identifier system that the other sources use; null: the resource id is the identifier. */
	readonly identifier: string | null;
}

export type SourceConfig = DicomSource | VcfSource | MafSource | CsvSource | FhirSource;

const text = z.string().min(1).max(4096);
const columnOfFile = z.strictObject({ file: text, column: text });
const assembly = z
	.string()
	.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/, 'expected an assembly name, for example GRCh38');
const genes = z
	.union([z.literal('all'), z.array(text).min(1)], 'expected `all` or a list of gene symbols')
	.default('all');
const examinedMessage = 'expected `listed`, `everyone` or { file, column }';
const mafExaminedMessage =
	'expected `everyone` or { file, column }; `listed` is refused for maf: a patient without a mutation has no row';

const kinds = {
	dicom: z.strictObject({
		kind: z.literal('dicom'),
		path: text,
		examined: z.union([z.enum(['listed', 'everyone']), columnOfFile], examinedMessage).default('listed'),
	}),
	vcf: z.strictObject({
		kind: z.literal('vcf'),
		path: text,
		assembly,
		genes,
		samples: z.strictObject({ file: text, sample: text, patient: text }).nullable().default(null),
		info: z
			.strictObject({
				gene: text.default('GENE'),
				consequence: text.default('CSQ_TERM'),
				significance: text.default('CLNSIG'),
			})
			.default({ gene: 'GENE', consequence: 'CSQ_TERM', significance: 'CLNSIG' }),
	}),
	maf: z.strictObject({
		kind: z.literal('maf'),
		path: text,
		assembly,
		genes,
		examined: z.union([z.literal('everyone'), columnOfFile], mafExaminedMessage),
		patient: text.default('Tumor_Sample_Barcode'),
	}),
	csv: z.strictObject({
		kind: z.literal('csv'),
		path: text,
		patient: text,
		dataClass: z.enum(['image', 'genome', 'clinical']),
		day: text.nullable().default(null),
		columns: z.array(text).min(1).nullable().default(null),
		conditions: z
			.array(text)
			.min(1)
			.nullable()
			.default(null)
			.describe(
				'Columns with codes of diagnoses, several in a cell divided by `;`. Needs dataClass: clinical.',
			),
	}),
	fhir: z.strictObject({
		kind: z.literal('fhir'),
		path: text,
		identifier: text.nullable().default(null),
	}),
};
const sources = z
	.array(z.discriminatedUnion('kind', [kinds.dicom, kinds.vcf, kinds.maf, kinds.csv, kinds.fhir]))
	.min(1)
	.max(1000);

/**
 * Reads the `sources` list of a hospital. Paths stay as written, relative to the configuration's folder.
 *
 * Shape   defaults filled in; an optional setting that was left out is null.
 * Errors  one issue a mistake, its path starting at the list, with the nearest valid names.
 */
export function parseSources(input: unknown): Result<readonly SourceConfig[], readonly InputIssue[]> {
	const parsed = sources.safeParse(input);
	if (!parsed.success) return err(parsed.error.issues.flatMap((issue) => issuesOf(issue, input)));
	const broken = parsed.data.flatMap((source, at) =>
		source.kind === 'csv' ? conditionIssues(source, `/${at}`) : [],
	);
	return broken.length === 0 ? ok(parsed.data) : err(broken);
}

/** A diagnosis in an image table would count under a consent to images; an identifier would be reported as a code. */
function conditionIssues(source: CsvSource, path: string): readonly InputIssue[] {
	const { conditions, dataClass, patient, day } = source;
	if (conditions === null) return [];
	const keys = conditions.flatMap((name, at): readonly InputIssue[] => {
		if (name !== patient && name !== day) return [];
		const message = `${name} is the column of ${name === patient ? 'the patient' : 'the day'}, not of diagnoses`;
		return [{ path: `${path}/conditions/${at}`, message, nearest: [] }];
	});
	if (dataClass === 'clinical') return keys;
	const message =
		'diagnoses are clinical data: write `dataClass: clinical`, or move `conditions` to a second source of this file with that class';
	return [{ path: `${path}/dataClass`, message, nearest: ['clinical'] }, ...keys];
}

/** JSON Schema (2020-12) of the `sources` list, for editors. */
export function sourcesJsonSchema(): unknown {
	return z.toJSONSchema(sources, { io: 'input' });
}

function issuesOf(issue: z.core.$ZodIssue, input: unknown): readonly InputIssue[] {
	const path = issue.path.map((step) => `/${String(step)}`).join('');
	if (issue.code === 'unrecognized_keys') {
		const valid = validKeys(issue.path, input);
		return issue.keys.map((key) => ({
			path: `${path}/${key}`,
			message: `unknown key; valid here: ${valid.join(', ')}`,
			nearest: nearestNames(key, valid),
		}));
	}
	const at = Number(issue.path[0]);
	if (issue.code === 'invalid_union' && issue.path.at(-1) === 'kind') {
		const names = Object.keys(kinds);
		const typed = property(element(input, at), 'kind');
		return [
			{
				path,
				message: `expected one of ${names.join(', ')}`,
				nearest: typeof typed === 'string' ? nearestNames(typed, names) : [],
			},
		];
	}
	const absent = issue.message.endsWith('received undefined');
	return [{ path, message: absent ? 'missing' : issue.message.replace(/^Invalid input: /, ''), nearest: [] }];
}

/** The keys of the object at a path: a source of its kind, or a smaller object in it. */
function validKeys(path: readonly PropertyKey[], input: unknown): readonly string[] {
	const kind = property(element(input, Number(path[0])), 'kind');
	if (path.length > 1) {
		if (path[1] === 'info') return ['gene', 'consequence', 'significance'];
		return path[1] === 'samples' ? ['file', 'sample', 'patient'] : ['file', 'column'];
	}
	const schema = Object.entries(kinds).find(([name]) => name === kind)?.[1];
	return schema === undefined ? [] : Object.keys(schema.shape);
}

function element(list: unknown, at: number): unknown {
	return Array.isArray(list) ? list[at] : undefined;
}

function property(value: unknown, key: string): unknown {
	return typeof value === 'object' && value !== null
		? Object.getOwnPropertyDescriptor(value, key)?.value
		: undefined;
}
