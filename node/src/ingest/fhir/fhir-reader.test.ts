// FHIR files of every shape read as facts; what cannot be attributed is refused by name.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { consentResource, hresch, type Json } from '../../consent/consent-resource.ts';
import { sampleVocabulary } from '../sample-vocabulary.ts';
import type { ReaderReport, SourceFact } from '../source-reader.ts';
import { createFhirReader } from './fhir-reader.ts';

const epochDay = Date.parse('2025-06-15T00:00:00Z') / 86_400_000;
const folders: string[] = [];
afterAll(() => {
	for (const folder of folders) rmSync(folder, { recursive: true });
});

interface Reading {
	readonly facts: readonly SourceFact[];
	readonly report: ReaderReport;
}

async function read(
	files: Readonly<Record<string, string | Buffer>>,
	identifier: string | null = null,
): Promise<Reading> {
	const folder = mkdtempSync(join(tmpdir(), 'cordon-fhir-'));
	folders.push(folder);
	for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
	const facts: SourceFact[] = [];
	const emit = async (some: readonly SourceFact[]): Promise<void> => {
		facts.push(...some);
	};
	const config = { kind: 'fhir', path: '', identifier } as const;
	const report = await createFhirReader(config, folder, sampleVocabulary, epochDay).read(
		emit,
		() => undefined,
	);
	return { facts, report };
}

const lines = (...resources: readonly Json[]): string =>
	resources.map((r) => `${JSON.stringify(r)}\n`).join('');
const system = 'urn:oid:1.2.3';
const patient: Json = {
	resourceType: 'Patient',
	id: '1',
	identifier: [{ system, value: 'H-1' }],
	gender: 'male',
};
const condition: Json = {
	resourceType: 'Condition',
	subject: { reference: 'Patient/1' },
	code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10', code: 'C71.9' }] },
};
const consent = consentResource({ type: 'permit', purpose: [hresch] });

describe('createFhirReader', () => {
	const kinds = ['clinical-exam', 'value', 'condition', 'consent'];

	it.each<[string, Readonly<Record<string, string | Buffer>>]>([
		['NDJSON', { 'all.ndjson': lines(patient, condition, consent) }],
		['NDJSON without a last line end', { 'all.ndjson': lines(patient, condition, consent).trimEnd() }],
		['NDJSON, the patient last', { 'a.ndjson': lines(condition, consent), 'b.ndjson': lines(patient) }],
		['gzip', { 'all.ndjson.gz': gzipSync(lines(patient, condition, consent)) }],
		['lines named .json', { 'all.json': lines(patient, condition, consent) }],
		['a byte order mark', { 'all.ndjson': `\ufeff${lines(patient, condition, consent)}` }],
		[
			'single resources',
			{ a: '', 'a.json': JSON.stringify(patient), 'b.json': lines(condition), 'c.json': lines(consent) },
		],
		[
			'a Bundle',
			{
				'b.json': JSON.stringify({
					resourceType: 'Bundle',
					entry: [condition, consent, patient].map((resource) => ({ resource })),
				}),
			},
		],
	])('reads %s', async (_what, files) => {
		const { facts } = await read(files, system);
		expect(facts.map(({ kind }) => kind).sort()).toEqual([...kinds].sort());
		expect(new Set(facts.map((fact) => fact.patient))).toEqual(new Set(['H-1']));
	});

	it('resolves urn:uuid within its Bundle', async () => {
		const fullUrl = 'urn:uuid:0a1b2c3d-0000-4000-8000-000000000001';
		const entry = [
			{ resource: { ...condition, subject: { reference: fullUrl } } },
			{ fullUrl, resource: { resourceType: 'Patient' } },
		];
		const { facts } = await read({ 'b.json': JSON.stringify({ resourceType: 'Bundle', entry }) });
		expect(facts.map((fact) => fact.patient)).toEqual([
			'0a1b2c3d-0000-4000-8000-000000000001',
			'0a1b2c3d-0000-4000-8000-000000000001',
		]);
	});

	it('keeps a consent that is not understood as a denial of its patient', async () => {
		const { facts, report } = await read({ 'a.ndjson': lines({ ...consent, modifierExtension: [{}] }) });
		expect(facts).toEqual([
			{ patient: '1', kind: 'consent', consent: { understood: false, doubt: 'modifier-extension' } },
		]);
		expect(report.issues).toEqual([
			{ file: 'a.ndjson', place: 'line 1', code: 'consent-not-understood', severity: 'warning' },
		]);
	});

	it('denies where two consents of one id differ, and not where one is only there twice', async () => {
		const old = { ...consent, id: 'c1' };
		const newer = { ...old, status: 'inactive' };
		const { facts } = await read({ 'a.ndjson': lines(old, newer) });
		expect(facts.map((fact) => (fact.kind === 'consent' ? fact.consent.understood : null))).toEqual([
			true,
			false,
		]);
		const twice = await read({ 'a.ndjson': lines(old), 'b.ndjson': lines(old) });
		expect(twice.facts.map((fact) => (fact.kind === 'consent' ? fact.consent.understood : null))).toEqual([
			true,
			true,
		]);
	});

	it('refuses a consent whose patient is not known, by name and line', async () => {
		const { facts, report } = await read(
			{ 'a.ndjson': lines(patient, { ...consent, patient: { reference: 'Patient/2' } }) },
			system,
		);
		expect(facts.map(({ kind }) => kind)).not.toContain('consent');
		expect(report.issues).toEqual([
			{ file: 'a.ndjson', place: 'line 2', code: 'consent-unattributed', severity: 'refused' },
		]);
	});

	it('refuses a second resource for a patient', async () => {
		const { facts, report } = await read({ 'a.ndjson': lines(patient, { ...patient, gender: 'female' }) });
		expect(facts).toHaveLength(2);
		expect(report.issues).toMatchObject([{ place: 'line 2', code: 'patient-ambiguous' }]);
	});

	it('reads the other lines where one is broken', async () => {
		const { facts, report } = await read({
			'a.ndjson': `${lines(patient)}{"resourceType":"Cond\n${lines(condition)}`,
		});
		expect(facts).toHaveLength(3);
		expect(report).toMatchObject({ read: 1, issues: [{ place: 'line 2', code: 'not-json' }] });
	});

	it.each<[string, string | Buffer, string]>([
		['letter.txt', 'Dear colleague', 'not-fhir'],
		['a.json', 'no json', 'not-json'],
		['a.json', '', 'empty-file'],
		['a.json', '{"name":"package"}', 'not-fhir'],
		['a.json', '[]', 'not-fhir'],
		['a.json', Buffer.from([0x22, 0xff, 0x22]), 'not-utf8'],
		['a.ndjson.gz', Buffer.from('1f8b0800', 'hex'), 'compression-invalid'],
		['a.json', lines({ ...patient, implicitRules: 'x' }), 'modifier-not-understood'],
		['a.json', lines({ ...patient, id: undefined }), 'patient-missing'],
		['a.json', lines({ ...condition, subject: { display: 'x' } }), 'reference-unresolved'],
		['a.json', lines({ ...condition, modifierExtension: [{}] }), 'modifier-not-understood'],
	])('refuses %s %j', async (name, content, code) => {
		const { facts, report } = await read({ [name]: content });
		expect(facts).toEqual([]);
		expect(report).toMatchObject({ files: 1, read: 0, issues: [{ file: name, code, severity: 'refused' }] });
	});

	it('says of other resources that they are not used', async () => {
		const { report } = await read({
			'a.ndjson': lines({ resourceType: 'Device' }, { resourceType: 'Device' }),
		});
		const issue = {
			file: 'a.ndjson',
			place: 'line 1',
			times: 2,
			code: 'resource-not-used',
			severity: 'warning',
		};
		expect(report).toMatchObject({ read: 1, facts: 0, issues: [issue] });
	});

	it('survives JSON nested a hundred thousand deep', async () => {
		const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
		const { report } = await read({
			'a.ndjson': `{"resourceType":"Consent","patient":{"reference":"Patient/1"},"provision":${deep}}\n`,
		});
		expect(report).toMatchObject({ files: 1, facts: 1 });
	});

	it('puts no value of a patient into issues or unmapped names', async () => {
		const canary = 'CANARY 4711 Jane';
		const coded = { coding: [{ system: canary, code: canary, display: canary }], text: canary };
		const { report } = await read({
			'a.ndjson': lines(
				{ resourceType: 'Patient', id: canary, gender: canary, birthDate: canary, name: [{ text: canary }] },
				{ ...condition, code: coded, note: [{ text: canary }] },
				{ ...condition, subject: { reference: canary }, verificationStatus: coded },
				{
					resourceType: 'Observation',
					status: 'final',
					subject: condition['subject'],
					code: coded,
					valueString: canary,
				},
				{ resourceType: canary },
				{ ...consent, patient: { reference: `Patient/${canary}` } },
				{ ...consent, status: canary },
			),
			'b.json': `${canary} {`,
		});
		expect(report.issues.length).toBeGreaterThan(4);
		expect(JSON.stringify(report)).not.toContain('CANARY');
	});
});
