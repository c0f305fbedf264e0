// A folder of DICOM files read as facts, and every other file refused by name.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sampleVocabulary } from '../sample-vocabulary.ts';
import type { ReaderReport, SourceFact } from '../source-reader.ts';
import { createDicomReader } from './dicom-reader.ts';
import {
	sampleCode,
	sampleContainer,
	sampleDataSet,
	sampleMr,
	sampleNumber,
	samplePart10,
	sampleReport,
} from './sample-file.ts';

const folders: string[] = [];
afterAll(() => {
	for (const folder of folders) rmSync(folder, { recursive: true });
});

function folderOf(files: Readonly<Record<string, Buffer>>): string {
	const folder = mkdtempSync(join(tmpdir(), 'cordon-dicom-'));
	folders.push(folder);
	for (const [name, bytes] of Object.entries(files)) {
		mkdirSync(dirname(join(folder, name)), { recursive: true });
		writeFileSync(join(folder, name), bytes);
	}
	return folder;
}

function file(...more: Parameters<typeof sampleMr>): Buffer {
	return samplePart10(sampleDataSet(sampleMr(...more)));
}

async function readFolder(folder: string): Promise<{ facts: readonly SourceFact[]; report: ReaderReport }> {
	const facts: SourceFact[] = [];
	const config = { kind: 'dicom', path: '', examined: 'listed' } as const;
	const emit = async (some: readonly SourceFact[]): Promise<void> => {
		facts.push(...some);
	};
	const report = await createDicomReader(config, folder, sampleVocabulary).read(emit, () => undefined);
	return { facts, report };
}

async function readFiles(files: Readonly<Record<string, Buffer>>): ReturnType<typeof readFolder> {
	return readFolder(folderOf(files));
}

describe('createDicomReader', () => {
	it('gives one fact a series, however many files it has, and one examination a patient', async () => {
		const { facts, report } = await readFiles({
			'a/1.dcm': file(),
			'a/2.dcm': file({ '00080018': ['UI', '1.2'] }),
			'b/1': file({ '0020000e': ['UI', '9.9'], '00080060': ['CS', 'CT'] }),
		});
		const series = { bodyPart: 'BRAIN', contrast: false };
		expect(facts).toEqual([
			{ patient: 'P1', kind: 'image-exam' },
			{ patient: 'P1', kind: 'series', series: { modality: 'MR', ...series } },
			{ patient: 'P1', kind: 'series', series: { modality: 'CT', ...series } },
		]);
		expect(report).toEqual({ files: 3, read: 3, facts: 3, issues: [], unmapped: {} });
	});

	it('takes a series as with contrast where one of its files names an agent', async () => {
		const { facts } = await readFiles({ '1': file(), '2': file({ '00180010': ['LO', 'Dotarem'] }) });
		expect(facts[1]).toMatchObject({ series: { contrast: true } });
	});

	it('leaves a body part that is not in the dictionary unknown, and counts its name', async () => {
		const { facts, report } = await readFiles({ '1': file({ '00180015': ['CS', 'KNIE'] }) });
		expect(facts[1]).toMatchObject({ series: { bodyPart: null } });
		expect(report.unmapped).toEqual({ 'bodyPart KNIE': 1 });
	});

	it('keeps the series of two patients apart though they share its identifier', async () => {
		const { facts } = await readFiles({ '1': file(), '2': file({ '00100020': ['LO', 'P2'] }) });
		expect(facts.map(({ patient }) => patient)).toEqual(['P1', 'P2', 'P1', 'P2']);
	});

	it('takes the values of a structured report, dated by its study', async () => {
		const group = sampleContainer(
			['125007', 'DCM'],
			[
				sampleNumber(['118565006', 'SCT'], '3.5', ['mL', 'UCUM']),
				sampleCode(['enhancement-pattern', '99CORDON'], ['enhancement-rim', '99CORDON']),
			],
		);
		const { facts } = await readFiles({ sr: samplePart10(sampleDataSet(sampleReport([group]))) });
		const day = Date.UTC(2024, 0, 5) / 86_400_000;
		expect(facts).toContainEqual({
			patient: 'P1',
			kind: 'value',
			value: { element: 'tumor-volume', value: 3.5, day },
		});
		expect(facts).toContainEqual({
			patient: 'P1',
			kind: 'series',
			series: { modality: 'SR', bodyPart: null, contrast: null },
		});
		expect(facts).toHaveLength(4);
	});

	it('keeps the series of a cut report, and none of its values', async () => {
		const group = sampleContainer(
			['125007', 'DCM'],
			[sampleNumber(['118565006', 'SCT'], '3.5', ['mL', 'UCUM'])],
		);
		const bytes = samplePart10(sampleDataSet([...sampleReport([group]), ['0040a731', 'LO', 'more']]));
		const { facts, report } = await readFiles({ sr: bytes.subarray(0, bytes.length - 2) });
		expect(facts.map(({ kind }) => kind)).toEqual(['image-exam', 'series']);
		expect(report.issues.map(({ code }) => code)).toEqual(['truncated', 'report-malformed']);
	});

	it('reads on where the header is longer than the first bytes of the file', async () => {
		const { facts } = await readFiles({ '1': file({ '00090010': ['UN', 'x'.repeat(700_000)] }) });
		expect(facts).toHaveLength(2);
	});

	it('reads on where the first bytes of a file end just after an element', async () => {
		const filler = (length: number): Buffer => file({ '00090010': ['UN', 'x'.repeat(length)] });
		// Up to and with the filler, 00090010, the file has exactly the 16 KiB that are read first.
		const before = filler(2).indexOf(Buffer.from('09001000', 'hex'));
		const { facts } = await readFiles({ '1': filler(16 * 1024 - before - 12) });
		expect(facts).toHaveLength(2);
	});

	it.each<[string, Buffer, string]>([
		['an empty file', Buffer.alloc(0), 'empty-file'],
		['text', Buffer.from('see the letter'), 'not-dicom'],
		['a directory of media', file({ '00041220': ['UN', ''] }), 'dicomdir'],
		['a file without patient', file({ '00100020': null }), 'patient-missing'],
		['a file without modality', file({ '00080060': null }), 'modality-missing'],
		['a modality that is not in the dictionary', file({ '00080060': ['CS', 'XYZ'] }), 'modality-unmapped'],
		['a file cut inside the header', file().subarray(0, 230), 'header-malformed'],
		['a header of 5 MiB', file({ '00090010': ['UN', 'x'.repeat(5 << 20)] }), 'header-too-large'],
	])('refuses %s by name', async (_what, bytes, code) => {
		const { facts, report } = await readFiles({ 'x/y': bytes });
		expect(facts).toEqual([]);
		expect(report).toMatchObject({ files: 1, read: 0, issues: [{ file: 'x/y', code, severity: 'refused' }] });
	});

	it('refuses links and pipes, and does not hang on them', async () => {
		const folder = folderOf({ 'good/1': file() });
		symlinkSync(folder, join(folder, 'loop'));
		execFileSync('mkfifo', [join(folder, 'pipe')]);
		const { report } = await readFolder(folder);
		expect(report.read).toBe(1);
		expect(report.issues).toEqual([
			{ file: 'loop', code: 'not-a-regular-file', severity: 'refused' },
			{ file: 'pipe', code: 'not-a-regular-file', severity: 'refused' },
		]);
	});

	it('says that the folder is missing', async () => {
		const { report } = await readFolder('/nowhere/at/all');
		expect(report.issues).toEqual([{ file: '', code: 'path-missing', severity: 'refused' }]);
	});

	it('passes on that facts could not be written', async () => {
		const reader = createDicomReader(
			{ kind: 'dicom', path: '', examined: 'listed' },
			folderOf({ '1': file() }),
			sampleVocabulary,
		);
		const lost = reader.read(
			() => Promise.reject(new Error('database lost')),
			() => undefined,
		);
		await expect(lost).rejects.toThrow('database lost');
	});

	it('puts no value of a patient into issues or unmapped names', async () => {
		const canary = 'CANARY 4711 Jane';
		const { report } = await readFiles({
			'1': file({ '00100010': ['PN', canary], '00180015': ['CS', canary], '00100020': ['LO', canary] }),
			'2': file({ '00100010': ['PN', canary], '00080060': ['CS', canary] }),
			'3': file({ '00100020': ['LO', `${canary}\\${canary}`] }),
		});
		expect(report.issues).toHaveLength(2);
		expect(JSON.stringify(report)).not.toContain('CANARY');
	});
});
