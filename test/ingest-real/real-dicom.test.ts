// Every real DICOM file is ingested or refused by name, and what is ingested agrees with Debian's dcmdump.

import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createDicomReader } from '../../node/src/ingest/dicom/dicom-reader.ts';
import type { ReaderReport, SourceFact } from '../../node/src/ingest/source-reader.ts';
import { outsideData } from '../outside-data.ts';
import { openVocabulary } from './open-vocabulary.ts';

const folder = outsideData('data/dicom');
const hasDcmdump = spawnSync('dcmdump', ['--version']).status === 0;

interface Reading {
	readonly facts: readonly SourceFact[];
	readonly report: ReaderReport;
}

async function readAll(path: string): Promise<Reading> {
	const facts: SourceFact[] = [];
	const emit = async (some: readonly SourceFact[]): Promise<void> => {
		facts.push(...some);
	};
	const config = { kind: 'dicom', path: '', examined: 'listed' } as const;
	const vocabulary = openVocabulary([
		{
			type: 'number',
			id: 'area',
			title: 'Area',
			dataClass: 'image',
			code: { system: 'SRT', code: 'G-A16A' },
			unit: 'cm2',
			bounds: [0, 100],
			bins: [0, 100],
			select: 'largest',
		},
	]);
	return { facts, report: await createDicomReader(config, path, vocabulary).read(emit, () => undefined) };
}

function filesBelow(path: string): readonly string[] {
	const entries = readdirSync(path, { recursive: true, withFileTypes: true });
	return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** Top-level (0010,0020), (0008,0060) and (0020,000E) of every file, as Debian's dcmtk reads them. */
function dcmdumpHeaders(
	files: readonly string[],
): readonly (readonly [patient: string, modality: string, series: string])[] {
	const tags = ['0010,0020', '0008,0060', '0020,000e'];
	const search = tags.flatMap((tag) => ['+P', tag]);
	// +F names each file; +p writes the path, by which elements inside sequences are told apart.
	const run = spawnSync('dcmdump', ['-q', '+L', '+F', '+p', ...search, ...files], { encoding: 'latin1' });
	return run.stdout.split(/^# dcmdump .*$/m).map((ofFile) => {
		const lines = ofFile.split('\n');
		const topLevel = (tag: string): string => {
			const line = lines.find((one) => one.startsWith(`(${tag}) `));
			return /\[(.*)\]/.exec(line ?? '')?.[1]?.trim() ?? '';
		};
		return [topLevel('0010,0020'), topLevel('0008,0060'), topLevel('0020,000e')] as const;
	});
}

describe.skipIf(folder === null)('the real DICOM files', () => {
	let reading: Reading;
	beforeAll(async () => {
		reading = await readAll(folder ?? '');
	});

	it('are each read or refused by name', () => {
		const refused = reading.report.issues.filter(({ severity }) => severity === 'refused');
		const names = new Set(refused.map(({ file }) => file));
		expect(refused).toHaveLength(names.size);
		expect(reading.report.files).toBe(filesBelow(folder ?? '').length);
		expect(reading.report.read + names.size).toBe(reading.report.files);
		expect(reading.report.read).toBeGreaterThan(140);
	});

	it.each<[string, string]>([
		['pydicom/dicomdirtests/DICOMDIR', 'dicomdir'],
		['pydicom/dicomdirtests/DICOMDIR-bigEnd', 'dicomdir'],
		['pydicom/README.txt', 'not-dicom'],
		['pydicom/zipMR.gz', 'not-dicom'],
		['pydicom/ExplVR_BigEndNoMeta.dcm', 'patient-missing'],
		['pydicom/image_dfl.dcm', 'patient-missing'],
		['pydicom/meta_missing_tsyntax.dcm', 'transfer-syntax-unknown'],
	])('%s is refused as %s', (file, code) => {
		expect(reading.report.issues).toContainEqual({ file, code, severity: 'refused' });
	});

	it('that are cut off keep the facts of their header', () => {
		expect(reading.report.issues).toContainEqual({
			file: 'pydicom/rtplan_truncated.dcm',
			code: 'truncated',
			severity: 'warning',
		});
		const plan = {
			patient: 'id00001',
			kind: 'series',
			series: { modality: 'RTPLAN', bodyPart: null, contrast: null },
		};
		expect(reading.facts).toContainEqual(plan);
	});

	it('give the measurement of the structured report', () => {
		const values = reading.facts.filter(({ kind }) => kind === 'value');
		const day = Date.UTC(2004, 0, 19) / 86_400_000;
		expect(values).toContainEqual({
			patient: '1CT1',
			kind: 'value',
			value: { element: 'area', value: 1.7, day },
		});
	});

	it.skipIf(!hasDcmdump)('have the patients and series that dcmdump finds', () => {
		const headers = dcmdumpHeaders(filesBelow(folder ?? '')).filter(
			([patient, modality]) => patient !== '' && modality !== '',
		);
		const series = new Set(headers.map((header) => JSON.stringify(header)));
		const count = (names: readonly string[]): Record<string, number> => {
			const counts: Record<string, number> = {};
			for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
			return counts;
		};
		const theirs = [...series].map((header) => (JSON.parse(header) as string[]).slice(0, 2).join(' '));
		const ours = reading.facts.flatMap((fact) =>
			fact.kind === 'series' ? [`${fact.patient} ${fact.series.modality}`] : [],
		);
		expect(count(ours)).toEqual(count(theirs));
	});
});
