// No value of any attribute that DICOM counts as confidential leaves the reader, but for the identifier it hands over.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDicomReader } from '../../node/src/ingest/dicom/dicom-reader.ts';
import { type SampleElement, sampleDataSet, samplePart10 } from '../../node/src/ingest/dicom/sample-file.ts';
import type { ReaderReport, SourceFact } from '../../node/src/ingest/source-reader.ts';
import { outsideData } from '../outside-data.ts';
import { openVocabulary } from './open-vocabulary.ts';

const table = outsideData('vectors/dicom-confidentiality/confidentiality_profile_attributes.json');

/** Kept out of the canaries: what the reader needs to take the file at all. */
const needed: Readonly<Record<string, string>> = {
	'00080060': 'MR',
	'00080016': '1.2.840.10008.5.1.4.1.1.4',
};

/** PS3.15 table E.1-1: every attribute with one tag; repeating groups are written as xx. */
function confidentialTags(path: string): readonly string[] {
	const rows = JSON.parse(readFileSync(path, 'utf8')) as readonly { readonly id: string }[];
	const tags = rows.map(({ id }) => id.toLowerCase().replaceAll('x', '0'));
	return [...new Set(tags.filter((tag) => /^[0-9a-f]{8}$/.test(tag) && tag > '00080005'))];
}

function elementsOf(tags: readonly string[], canaryOf: (tag: string) => string): readonly SampleElement[] {
	const values = new Map(tags.map((tag) => [tag, canaryOf(tag)]));
	for (const [tag, value] of Object.entries(needed)) values.set(tag, value);
	return [...values].sort(([a], [b]) => (a < b ? -1 : 1)).map(([tag, value]) => [tag, 'LO', value] as const);
}

async function read(files: readonly Buffer[]): Promise<{ facts: SourceFact[]; report: ReaderReport }> {
	const folder = mkdtempSync(join(tmpdir(), 'cordon-canaries-'));
	try {
		for (const [index, bytes] of files.entries()) writeFileSync(join(folder, `${index}.dcm`), bytes);
		const facts: SourceFact[] = [];
		const emit = async (some: readonly SourceFact[]): Promise<void> => {
			facts.push(...some);
		};
		const reader = createDicomReader(
			{ kind: 'dicom', path: '', examined: 'listed' },
			folder,
			openVocabulary([]),
		);
		return { report: await reader.read(emit, () => undefined), facts };
	} finally {
		rmSync(folder, { recursive: true });
	}
}

describe.skipIf(table === null)('the attributes of PS3.15 table E.1-1', () => {
	const tags = confidentialTags(table ?? '');
	const canaryOf = (tag: string): string => `Canary ${tag}`;
	const elements = elementsOf(tags, canaryOf);

	it('leave the reader in no fact, issue or name, the patient identifier in `patient` excepted', async () => {
		expect(tags.length).toBeGreaterThan(500);
		const { facts, report } = await read([samplePart10(sampleDataSet(elements))]);
		expect(report.read).toBe(1);
		expect(facts.map(({ patient }) => patient)).toEqual([canaryOf('00100020'), canaryOf('00100020')]);
		const rest = facts.map(({ patient: _identifier, ...fact }) => fact);
		expect(JSON.stringify([rest, report])).not.toContain('Canary');
	});

	it('leave it neither where the file is refused', async () => {
		const bytes = samplePart10(sampleDataSet(elements));
		const withoutPatient = samplePart10(sampleDataSet(elements.filter(([tag]) => tag !== '00100020')));
		const privateSyntax = samplePart10(sampleDataSet(elements), '1.2.840.113619.5.2');
		const { facts, report } = await read([bytes.subarray(0, 400), withoutPatient, privateSyntax]);
		expect(facts).toEqual([]);
		expect(report.issues.map(({ code }) => code)).toEqual([
			'header-malformed',
			'patient-missing',
			'transfer-syntax-unknown',
		]);
		expect(JSON.stringify(report)).not.toContain('Canary');
	});
});
