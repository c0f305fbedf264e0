// Takes a hospital's sources into a new snapshot of its store: all of them, or nothing is committed.

import { access } from 'node:fs/promises';
import { type Dictionary, err, type GenomeExam, ok, type Result, type Sensitive } from '@cordon/shared';
import { withdrawal } from '../consent/patient-consent.ts';
import type { FactRow, Pseudonym, SnapshotStore, SnapshotWriter } from '../ports.ts';
import { type Lists, readLists } from './ingest-lists.ts';
import {
	faultAt,
	type IngestFault,
	type IngestReport,
	listedIssues,
	type SourceReport,
	sourceReport,
} from './ingest-report.ts';
import type { Mapping } from './mapping.ts';
import { PatientRoster } from './patient-roster.ts';
import { readerOfSource, resolveSource } from './reader-of-source.ts';
import { RowWriter } from './row-writer.ts';
import type { DicomSource, MafSource, SourceConfig } from './source-config.ts';
import type { IssueCode, SourceFact, SourceIssue } from './source-reader.ts';
import { createVocabulary } from './vocabulary.ts';

export type { IngestFault, IngestReport } from './ingest-report.ts';

export interface IngestProgress {
	/** Index in `sources`. */
	readonly source: number;
	readonly kind: SourceConfig['kind'];
	/** Files done and, once known, how many there are. */
	readonly done: number;
	readonly total: number | null;
}

export interface IngestRequest {
	readonly sources: readonly SourceConfig[];
	/** Relative paths start here. */
	readonly baseFolder: string;
	readonly dictionary: Dictionary;
	readonly mapping: Mapping;
	/** Which identifiers are this hospital's patients; null: all. */
	readonly patientsMatching: RegExp | null;
	/** A table with a column `patient`: these withdrew every consent. */
	readonly withdrawals: string | null;
	/** The network declared the data public: a consent that cannot be read protects nothing then. */
	readonly consentWaived: boolean;
	/** 32 bytes, this hospital's own. */
	readonly pseudonymKey: Sensitive<Uint8Array>;
	readonly epoch: string;
	/** The epoch's day, days since 1970-01-01. */
	readonly epochDay: number;
	readonly store: SnapshotStore;
	readonly progress: (progress: IngestProgress) => void;
}

/** Refusals in a FHIR source behind which a whole consent may lie; a readable one that is not understood denies. */
const hidingRefusals: ReadonlySet<IssueCode> = new Set([
	'consent-unattributed',
	'not-json',
	'not-utf8',
	'line-too-long',
	'resource-malformed',
	'truncated',
	'compression-invalid',
	'unreadable',
	'not-a-regular-file',
	'file-too-large',
	'folder-too-deep',
]);

interface Run {
	readonly request: IngestRequest;
	readonly sources: readonly SourceConfig[];
	readonly lists: Lists;
	readonly roster: PatientRoster;
	readonly rows: RowWriter;
}

/**
 * Reads every source, keeps the facts of this hospital's patients under their pseudonyms, adds who was examined
 * and who withdrew, and commits the snapshot.
 *
 * Shape   the report of what was read, source by source in the configuration's order.
 * Errors  a fault, with nothing committed: `assembly-unknown`, `source-missing` a path does not exist,
 *         `source-unreadable` not one file of a source could be read, `list-unreadable`,
 *         `withdrawals-unreadable`, `consent-unreadable` a part of a FHIR source that may hold a refusal or
 *         withdrawal could not be read or told whose it is, `no-patients`. Rejects where the store fails, with nothing committed.
 */
export async function ingest(request: IngestRequest): Promise<Result<IngestReport, IngestFault>> {
	const sources = request.sources.map((config) => resolveSource(config, request.baseFolder));
	const fault = await faultOfConfiguration(request, sources);
	if (fault !== null) return err(fault);
	const lists = await readLists(sources, request);
	if (!lists.ok) return lists;
	const snapshot = await request.store.begin(request.epoch);
	const roster = new PatientRoster(request.patientsMatching, request.pseudonymKey);
	const run = { request, sources, lists: lists.value, roster, rows: new RowWriter(snapshot) };
	return commitOrDiscard(snapshot, () => fill(run));
}

async function commitOrDiscard(
	snapshot: SnapshotWriter,
	write: () => Promise<Result<IngestReport, IngestFault>>,
): Promise<Result<IngestReport, IngestFault>> {
	try {
		const outcome = await write();
		if (outcome.ok) await snapshot.commit();
		else await snapshot.discard();
		return outcome;
	} catch (cause) {
		await snapshot.discard();
		throw cause;
	}
}

async function faultOfConfiguration(
	{ dictionary, sources: asWritten }: IngestRequest,
	sources: readonly SourceConfig[],
): Promise<IngestFault | null> {
	for (const [at, config] of sources.entries()) {
		const path = asWritten[at]?.path ?? config.path;
		// Facts on an assembly that no question can name would be there and never be found.
		if ('assembly' in config && !dictionary.assemblies.includes(config.assembly)) {
			return faultAt('assembly-unknown', at, path);
		}
		const exists = await access(config.path).then(
			() => true,
			() => false,
		);
		if (!exists) return faultAt('source-missing', at, path);
	}
	return null;
}

async function fill(run: Run): Promise<Result<IngestReport, IngestFault>> {
	const { request, sources, roster, rows } = run;
	const reports: SourceReport[] = [];
	for (const at of sources.keys()) {
		const report = await readSource(run, at);
		if (!report.ok) return report;
		reports.push(report.value);
	}
	await addExaminations(run);
	if (roster.patients.size === 0) return err(faultAt('no-patients', null, ''));
	const withdrawals = await addWithdrawals(run);
	await rows.flush();
	return ok({ epoch: request.epoch, sources: reports, patients: roster.patients.size, withdrawals });
}

async function readSource(
	{ request, sources, roster, rows }: Run,
	at: number,
): Promise<Result<SourceReport, IngestFault>> {
	const config = sources[at];
	const asWritten = request.sources[at];
	if (config === undefined || asWritten === undefined) throw new Error('no such source');
	const vocabulary = createVocabulary(request.mapping, request.dictionary);
	const patients = new Set<Pseudonym>();
	let facts = 0;
	const emit = async (found: readonly SourceFact[]): Promise<void> => {
		for (const fact of found) {
			const patient = roster.admit(fact.patient);
			if (patient === null) continue;
			patients.add(patient);
			facts += 1;
			await rows.write({ ...fact, patient } as FactRow);
		}
	};
	const read = await readerOfSource(config, vocabulary, request.epochDay).read(emit, (done, total) => {
		request.progress({ source: at, kind: config.kind, done, total });
	});
	const mayHideConsent = config.kind === 'fhir' && read.issues.some(hidesConsent);
	if (mayHideConsent && !request.consentWaived) {
		return err({
			...faultAt('consent-unreadable', at, asWritten.path),
			issues: listedIssues(read.issues.filter(hidesConsent)),
		});
	}
	if (read.read > 0) return ok(sourceReport(asWritten, read, { facts, patients: patients.size }));
	return err({ ...faultAt('source-unreadable', at, asWritten.path), issues: listedIssues(read.issues) });
}

/** What was refused may have been the one resource that says no: counting on without it would say yes for it. */
function hidesConsent({ code, severity }: SourceIssue): boolean {
	return severity === 'refused' && hidingRefusals.has(code);
}

function examinationBy(
	config: DicomSource | MafSource,
	patient: Pseudonym,
	genes: GenomeExam['genes'],
): FactRow {
	if (config.kind === 'dicom') return { patient, kind: 'image-exam' };
	return {
		patient,
		kind: 'genome-exam',
		exam: { assembly: config.assembly, genes, variants: 'substitutions' },
	};
}

/** Genes of a panel that the dictionary does not know are left out: no question can name them. */
function panelOf(
	config: DicomSource | MafSource,
	{ mapping, dictionary }: IngestRequest,
): GenomeExam['genes'] {
	if (config.kind === 'dicom' || config.genes === 'all') return 'all';
	const { gene } = createVocabulary(mapping, dictionary);
	return config.genes.map(gene).filter((symbol) => symbol !== null);
}

/** Lists first: whoever they name is a patient too, and `everyone` includes them. */
async function addExaminations({ request, sources, lists, roster, rows }: Run): Promise<void> {
	const listed = new Map<number, readonly Pseudonym[]>();
	for (const [at, identifiers] of lists.examined) {
		listed.set(
			at,
			identifiers.map((identifier) => roster.admit(identifier)).filter((patient) => patient !== null),
		);
	}
	for (const [at, config] of sources.entries()) {
		if (config.kind !== 'dicom' && config.kind !== 'maf') continue;
		const genes = panelOf(config, request);
		const patients = config.examined === 'everyone' ? roster.patients : (listed.get(at) ?? []);
		for (const patient of patients) await rows.write(examinationBy(config, patient, genes));
	}
}

async function addWithdrawals({ lists, roster, rows }: Run): Promise<IngestReport['withdrawals']> {
	let applied = 0;
	let notFound = 0;
	for (const identifier of lists.withdrawn) {
		const patient = roster.find(identifier);
		if (patient === null) continue;
		if (!roster.patients.has(patient)) notFound += 1;
		else {
			applied += 1;
			await rows.write({ patient, kind: 'consent', consent: withdrawal });
		}
	}
	return { applied, notFound };
}
