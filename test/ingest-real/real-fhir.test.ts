// Every real FHIR file is read or refused by name; every real Consent is read without a crash and permits nothing.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { permitsUse } from '../../node/src/consent/permits-use.ts';
import { readConsent } from '../../node/src/consent/read-consent.ts';
import { createFhirReader } from '../../node/src/ingest/fhir/fhir-reader.ts';
import type { ReaderReport, SourceFact } from '../../node/src/ingest/source-reader.ts';
import { outsideData } from '../outside-data.ts';
import { openVocabulary } from './open-vocabulary.ts';

const folder = outsideData('data/fhir');
const consents = outsideData('data/fhir/r4');

const vocabulary = openVocabulary([
	{
		type: 'code',
		id: 'sex',
		title: 'Sex',
		dataClass: 'clinical',
		values: ['female', 'male', 'other'].map((id) => ({ id, title: id })),
		select: 'last',
	},
	{
		type: 'number',
		id: 'age',
		title: 'Age',
		dataClass: 'clinical',
		unit: 'a',
		bounds: [0, 90],
		bins: [0, 90],
		select: 'first',
	},
]);

describe.skipIf(folder === null)('the real FHIR files', () => {
	let facts: readonly SourceFact[];
	let report: ReaderReport;
	beforeAll(async () => {
		const read: SourceFact[] = [];
		const emit = async (some: readonly SourceFact[]): Promise<void> => {
			read.push(...some);
		};
		const day = Date.UTC(2025, 0, 1) / 86_400_000;
		const reader = createFhirReader(
			{ kind: 'fhir', path: '', identifier: null },
			folder ?? '',
			vocabulary,
			day,
		);
		report = await reader.read(emit, () => undefined);
		facts = read;
	});

	it('are each read, or refused by name', () => {
		const entries = readdirSync(folder ?? '', { recursive: true, withFileTypes: true });
		const named = new Set(
			report.issues.filter(({ severity }) => severity === 'refused').map(({ file }) => file),
		);
		expect(report.files).toBe(entries.filter((entry) => entry.isFile()).length);
		expect(report.read).toBeLessThanOrEqual(report.files);
		expect(report.files - report.read).toBeLessThanOrEqual(named.size);
	});

	it('give the patients that Bundles name by urn:uuid', () => {
		expect(facts).toContainEqual({
			patient: 'Inline-Instance-for-oncology-diagnostic-1',
			kind: 'clinical-exam',
		});
	});

	it('give a patient one sex and one age', () => {
		const ofJenny = facts.filter(
			({ patient, kind }) => patient === 'cancer-patient-jenny-m' && kind === 'value',
		);
		expect(ofJenny).toHaveLength(2);
	});
});

describe.skipIf(consents === null)('the real Consents', () => {
	const names = readdirSync(consents ?? '.').filter((name) => name.startsWith('Consent-'));

	it.each(names)('%s is read and permits no research', (name) => {
		const consent = readConsent(JSON.parse(readFileSync(join(consents ?? '', name), 'utf8')));
		const nowMs = Date.UTC(2016, 0, 1);
		for (const dataClass of ['image', 'genome', 'clinical'] as const) {
			expect(permitsUse([consent], { purpose: 'HMB', dataClass, nowMs })).toBe(false);
		}
	});

	it.each([
		['Consent-consent-example-notThis.json', 'unknown-element'],
		['Consent-consent-example-pkb.json', 'label'],
		['Consent-consent-example-signature.json', 'unknown-element'],
		['Consent-consent-example-smartonfhir.json', 'data-class'],
	])('%s is not understood: %s', (name, doubt) => {
		const resource: unknown = JSON.parse(readFileSync(join(consents ?? '', name), 'utf8'));
		expect(readConsent(resource)).toEqual({ understood: false, doubt });
	});
});
