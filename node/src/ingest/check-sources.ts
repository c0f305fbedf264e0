// Whether the files of a hospital's sources are where and what its configuration says, before anything starts.

import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Dictionary, type InputIssue, nearestNames } from '@cordon/shared';
import { checkColumns, checkMafColumn, type TablePlace, type WantedColumn } from './check-columns.ts';
import { type FoundFile, listFiles } from './list-files.ts';
import type { Mapping } from './mapping.ts';
import { resolveSource } from './reader-of-source.ts';
import type { CsvSource, SourceConfig } from './source-config.ts';
import { createVocabulary } from './vocabulary.ts';

export interface CheckFacts {
	/** Relative paths start here. */
	readonly baseFolder: string;
	readonly dictionary: Dictionary;
	/** null where the mapping itself is wrong: what depends on it is then not judged. */
	readonly mapping: Mapping | null;
}

/** Kinds whose folders are not searched at any depth: what a file's name must end in. */
const endings: Readonly<Record<'csv' | 'vcf' | 'maf', readonly [RegExp, string]>> = {
	csv: [/\.(csv|tsv)(\.gz|\.bgz)?$/i, '.csv or .tsv'],
	vcf: [/\.vcf(\.gz|\.bgz)?$/i, '.vcf or .vcf.gz'],
	maf: [/\.maf(\.gz|\.bgz)?$/i, '.maf or .maf.gz'],
};

/**
 * Reads no further than the headers of tables; what is inside the files, `ingest` reports.
 *
 * Shape   issues with paths that start at the list: `/0/path`.
 * Errors  a path that does not exist, a folder without a file of the kind, an assembly that the dictionary does not
 *         know, a column that is not there or, where `columns` lists it, means nothing. Of a folder whose files
 *         differ, only what is wrong with all: ingest refuses single files by name.
 */
export async function checkSources(
	sources: readonly SourceConfig[],
	facts: CheckFacts,
): Promise<readonly InputIssue[]> {
	const issues = await Promise.all(
		sources.map(async (asWritten, at) => {
			const source = resolveSource(asWritten, facts.baseFolder);
			const found = await checkSource(source, asWritten, facts);
			return found.map((issue) => ({ ...issue, path: `/${at}${issue.path}` }));
		}),
	);
	return issues.flat();
}

/** Errors  an issue where there is nothing at `file`, with the names beside it that are nearest. */
export async function checkExists({ file, shown, path }: TablePlace): Promise<readonly InputIssue[]> {
	if (await exists(file)) return [];
	const folder = dirname(file);
	const beside = await readdir(folder).catch(() => null);
	const message =
		beside === null
			? `there is no folder ${folder}`
			: `there is no file or folder ${shown} (looked in ${folder})`;
	const near = nearestNames(basename(file), beside ?? []);
	return [{ path, message, nearest: near.map((name) => join(dirname(shown), name)) }];
}

async function exists(path: string): Promise<boolean> {
	return stat(path).then(
		() => true,
		() => false,
	);
}

async function checkSource(
	source: SourceConfig,
	asWritten: SourceConfig,
	facts: CheckFacts,
): Promise<readonly InputIssue[]> {
	const place = { file: source.path, shown: asWritten.path, path: '/path' };
	const missing = await checkExists(place);
	const rest = missing.length > 0 ? missing : await checkContent(source, place, facts);
	return [...assemblyIssues(source, facts.dictionary), ...rest, ...(await checkLists(source, asWritten))];
}

function assemblyIssues(source: SourceConfig, { assemblies }: Dictionary): readonly InputIssue[] {
	if (!('assembly' in source) || assemblies.includes(source.assembly)) return [];
	const message = `the dictionary has no such assembly; it has ${assemblies.join(' and ')}`;
	return [{ path: '/assembly', message, nearest: nearestNames(source.assembly, assemblies) }];
}

async function checkContent(
	source: SourceConfig,
	place: TablePlace,
	facts: CheckFacts,
): Promise<readonly InputIssue[]> {
	if (source.kind === 'dicom' || source.kind === 'fhir') return [];
	const [ending, names] = endings[source.kind];
	const files = (await listFiles(source.path, ending)) ?? [];
	if (files.length === 0)
		return [{ path: '/path', message: `${place.shown} holds no ${names} file`, nearest: [] }];
	if (source.kind === 'vcf') return [];
	const shownOf = ({ path, name }: FoundFile): TablePlace =>
		path === place.file ? place : { ...place, file: path, shown: join(place.shown, name) };
	const patient = { name: source.patient, path: '/patient' };
	const check = (file: FoundFile): Promise<readonly InputIssue[]> =>
		source.kind === 'maf'
			? checkMafColumn(shownOf(file), patient)
			: checkColumns(shownOf(file), columnsOf(source));
	return [
		...(await wrongWithAll(files, check)),
		...(source.kind === 'csv' ? unknownColumns(source, facts) : []),
	];
}

async function wrongWithAll(
	files: readonly FoundFile[],
	check: (file: FoundFile) => Promise<readonly InputIssue[]>,
): Promise<readonly InputIssue[]> {
	let first: readonly InputIssue[] = [];
	for (const file of files) {
		const issues = await check(file);
		if (issues.length === 0) return [];
		if (first.length === 0) first = issues;
	}
	return first;
}

function columnsOf(source: CsvSource): readonly WantedColumn[] {
	const named = (source.columns ?? []).map((name, at) => ({ name, path: `/columns/${at}` }));
	const day = source.day === null ? [] : [{ name: source.day, path: '/day' }];
	const conditions = (source.conditions ?? []).map((name, at) => ({ name, path: `/conditions/${at}` }));
	return [{ name: source.patient, path: '/patient' }, ...day, ...named, ...conditions];
}

/** A column that is asked for by name and means nothing would be left out in silence. */
function unknownColumns(source: CsvSource, { dictionary, mapping }: CheckFacts): readonly InputIssue[] {
	if (mapping === null) return [];
	const vocabulary = createVocabulary(mapping, dictionary);
	const known = [...mapping.elements.keys(), ...dictionary.elements.map(({ id }) => id)];
	return (source.columns ?? []).flatMap((name, at) =>
		vocabulary.element({ name }) === null
			? [
					{
						path: `/columns/${at}`,
						message: `neither the mapping nor the dictionary says what ${name} is; add it to elements in the mapping file`,
						nearest: nearestNames(name, known),
					},
				]
			: [],
	);
}

/** The tables that a source names beside its own files: samples, and who was examined. */
async function checkLists(source: SourceConfig, asWritten: SourceConfig): Promise<readonly InputIssue[]> {
	if (source.kind === 'vcf' && source.samples !== null && asWritten.kind === 'vcf') {
		const place = { file: source.samples.file, shown: asWritten.samples?.file ?? '', path: '/samples/file' };
		return checkList(place, [
			{ name: source.samples.sample, path: '/samples/sample' },
			{ name: source.samples.patient, path: '/samples/patient' },
		]);
	}
	if (source.kind !== 'dicom' && source.kind !== 'maf') return [];
	if (typeof source.examined === 'string' || asWritten.kind !== source.kind) return [];
	const shown = typeof asWritten.examined === 'string' ? '' : asWritten.examined.file;
	const place = { file: source.examined.file, shown, path: '/examined/file' };
	return checkList(place, [{ name: source.examined.column, path: '/examined/column' }]);
}

/** Errors  as `checkExists` and `checkColumns`. */
export async function checkList(
	place: TablePlace,
	columns: readonly WantedColumn[],
): Promise<readonly InputIssue[]> {
	const missing = await checkExists(place);
	return missing.length > 0 ? missing : checkColumns(place, columns);
}
