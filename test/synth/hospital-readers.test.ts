// The files of a synthetic hospital, read by the node's own readers, say exactly what the generator knows.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadDefaultDictionary } from '@cordon/policies';
import { elementValue, type PatientRecord, type SeriesFact } from '@cordon/shared';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadTruth } from '../../cli/src/synth/truth/load-truth.ts';
import type { TruthRecord } from '../../cli/src/synth/truth/truth-record.ts';
import { type PatientConsent, withdrawal } from '../../node/src/consent/patient-consent.ts';
import { permitsUse } from '../../node/src/consent/permits-use.ts';
import { createCsvReader } from '../../node/src/ingest/csv/csv-reader.ts';
import { createDicomReader } from '../../node/src/ingest/dicom/dicom-reader.ts';
import { createFhirReader } from '../../node/src/ingest/fhir/fhir-reader.ts';
import { parseMapping } from '../../node/src/ingest/mapping.ts';
import { parseSources, type SourceConfig } from '../../node/src/ingest/source-config.ts';
import type { ReaderReport, SourceFact, SourceReader } from '../../node/src/ingest/source-reader.ts';
import { createVcfReader } from '../../node/src/ingest/vcf/vcf-reader.ts';
import { createVocabulary, type MappedVocabulary } from '../../node/src/ingest/vocabulary.ts';
import { type MadeNetwork, makeNetwork } from './made-network.ts';

const dictionary = loadDefaultDictionary();
/** The day of ingest, and the moment of the question: after the study, before any consent runs out by itself. */
const today = Date.UTC(2026, 0, 15);

interface HospitalEntry {
	readonly id: string;
	readonly mapping: string;
	readonly withdrawals?: string;
	readonly sources: unknown;
}

interface Read {
	readonly facts: readonly SourceFact[];
	readonly reports: readonly ReaderReport[];
}

let network: MadeNetwork;
let truth: readonly TruthRecord[];
const read = new Map<string, Read>();

function hospitals(): readonly HospitalEntry[] {
	return parse(readFileSync(join(network.folder, 'network.yaml'), 'utf8'), { maxAliasCount: 0 }).hospitals;
}

function readerOf(source: SourceConfig, vocabulary: MappedVocabulary): SourceReader {
	const path = join(network.folder, source.path);
	switch (source.kind) {
		case 'dicom':
			return createDicomReader(source, path, vocabulary);
		case 'fhir':
			return createFhirReader(source, path, vocabulary, today / 86_400_000);
		case 'csv':
			return createCsvReader(source, path, vocabulary);
		case 'vcf': {
			const { samples } = source;
			const file = samples === null ? null : { ...samples, file: join(network.folder, samples.file) };
			return createVcfReader({ ...source, samples: file }, path, vocabulary);
		}
		case 'maf':
			throw new Error('the generator writes no MAF');
	}
}

async function readHospital(entry: HospitalEntry): Promise<Read> {
	const mapping = parseMapping(readFileSync(join(network.folder, entry.mapping), 'utf8'), dictionary);
	const sources = parseSources(entry.sources);
	if (!mapping.ok) throw new Error(JSON.stringify(mapping.error));
	if (!sources.ok) throw new Error(JSON.stringify(sources.error));
	const facts: SourceFact[] = [];
	const reports: ReaderReport[] = [];
	for (const source of sources.value) {
		const reader = readerOf(source, createVocabulary(mapping.value, dictionary));
		const emit = async (some: readonly SourceFact[]): Promise<void> => {
			for (const fact of some) facts.push(fact);
		};
		reports.push(await reader.read(emit, () => undefined));
	}
	return { facts, reports };
}

function recordsOf(facts: readonly SourceFact[]): ReadonlyMap<string, PatientRecord> {
	const grouped = Map.groupBy(facts, ({ patient }) => patient);
	return new Map([...grouped].map(([patient, own]) => [patient, recordOf(patient, own)]));
}

function recordOf(patient: string, facts: readonly SourceFact[]): PatientRecord {
	return {
		patient,
		examined: {
			image: facts.some(({ kind }) => kind === 'image-exam'),
			genomes: facts.flatMap((fact) => (fact.kind === 'genome-exam' ? [fact.exam] : [])),
			clinical: facts.some(({ kind }) => kind === 'clinical-exam'),
		},
		series: facts.flatMap((fact) => (fact.kind === 'series' ? [fact.series] : [])),
		values: facts.flatMap((fact) => (fact.kind === 'value' ? [fact.value] : [])),
		genotypes: facts.flatMap((fact) => (fact.kind === 'genotype' ? [fact.genotype] : [])),
		conditions: facts.flatMap((fact) => (fact.kind === 'condition' ? [fact.code] : [])),
	};
}

function sorted<T>(list: readonly T[]): readonly string[] {
	return list.map((entry) => JSON.stringify(entry, Object.keys(entry as object).sort())).sort();
}

/** Several series that a question cannot tell apart are one. */
function distinct(series: readonly SeriesFact[]): readonly string[] {
	return [...new Set(sorted(series))];
}

function truthOfHospital(id: string): readonly TruthRecord[] {
	return truth.filter(({ hospital }) => hospital === id);
}

beforeAll(async () => {
	network = await makeNetwork(11, 240);
	truth = await loadTruth(network.folder);
	for (const entry of hospitals()) read.set(entry.id, await readHospital(entry));
});
afterAll(() => network.remove());

describe('the files of a synthetic hospital, read by the node', () => {
	const ids = ['north', 'south', 'east', 'west'];

	it.each(ids)('%s: no file is refused', (id) => {
		const reports = read.get(id)?.reports ?? [];
		expect(reports.length).toBe(4);
		expect(reports.flatMap(({ issues }) => issues.filter(({ severity }) => severity === 'refused'))).toEqual(
			[],
		);
		expect(reports.map((report) => report.read)).toEqual(reports.map((report) => report.files));
	});

	it.each(ids)(
		'%s: every patient, examination, series, condition and genotype is the one of the truth',
		(id) => {
			const records = recordsOf(read.get(id)?.facts ?? []);
			const expected = truthOfHospital(id);
			expect([...records.keys()].sort()).toEqual(expected.map(({ patient }) => patient).sort());
			for (const person of expected) {
				const found = records.get(person.patient);
				expect(found?.examined, person.patient).toEqual(person.examined);
				expect(distinct(found?.series ?? []), person.patient).toEqual(distinct(person.series));
				expect(found?.conditions, person.patient).toEqual(person.conditions);
				expect(sorted(found?.genotypes ?? []), person.patient).toEqual(sorted(person.genotypes));
			}
		},
	);

	it.each(ids)('%s: every element has the value of the truth by its selection rule', (id) => {
		const records = recordsOf(read.get(id)?.facts ?? []);
		for (const person of truthOfHospital(id)) {
			const found = records.get(person.patient);
			for (const element of dictionary.elements) {
				const value = found === undefined ? null : elementValue(element, found);
				expect(value, `${person.patient} ${element.id}`).toBe(elementValue(element, person));
			}
		}
	});

	it.each(ids)('%s: each class of data may count for exactly those of whom the truth says so', (id) => {
		const entry = hospitals().find((hospital) => hospital.id === id);
		const list = entry?.withdrawals;
		const withdrawn =
			list === undefined ? [] : readFileSync(join(network.folder, list), 'utf8').split('\n').slice(1);
		const consents = Map.groupBy(read.get(id)?.facts ?? [], ({ patient }) => patient);
		for (const { patient, consent } of truthOfHospital(id)) {
			const forms: PatientConsent[] = (consents.get(patient) ?? []).flatMap((fact) =>
				fact.kind === 'consent' ? [fact.consent] : [],
			);
			if (withdrawn.includes(patient)) forms.push(withdrawal);
			for (const dataClass of ['image', 'genome', 'clinical'] as const) {
				const permitted = permitsUse(forms, { purpose: 'HMB', dataClass, nowMs: today });
				expect(permitted, `${patient} ${dataClass}`).toBe(consent[dataClass]);
			}
		}
	});
});
