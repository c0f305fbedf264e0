// Which statements of a structured report become values.

import { describe, expect, it } from 'vitest';
import { sampleVocabulary } from '../sample-vocabulary.ts';
import { parseDicom } from './parse-dicom.ts';
import { type ReportValues, reportValues } from './report-values.ts';
import {
	type SampleConcept,
	type SampleElement,
	sampleCode,
	sampleContainer,
	sampleDataSet,
	sampleNumber,
	samplePart10,
	sampleReport,
} from './sample-file.ts';

const volume: SampleConcept = ['118565006', 'SCT'];
const mL: SampleConcept = ['mL', 'UCUM'];
const group: SampleConcept = ['125007', 'DCM'];
const enhancement: SampleConcept = ['enhancement-pattern', '99CORDON'];
const rim: SampleConcept = ['enhancement-rim', '99CORDON'];

function read(children: readonly (readonly SampleElement[])[]): ReportValues | string {
	const parsed = parseDicom(samplePart10(sampleDataSet(sampleReport(children))));
	if (!parsed.ok) throw new Error(parsed.error);
	const report = reportValues(parsed.value.dataSet, sampleVocabulary, 19_727);
	return report.ok ? report.value : report.error;
}

function readGroup(...items: readonly (readonly SampleElement[])[]): ReportValues | string {
	return read([sampleContainer(['126010', 'DCM'], [sampleContainer(group, items)])]);
}

describe('reportValues', () => {
	it('takes a number in its UCUM unit and a code from a measurement group', () => {
		expect(
			readGroup(sampleNumber(volume, '12500', ['mm3', 'UCUM']), sampleCode(enhancement, rim)),
		).toMatchObject({
			values: [
				{ element: 'tumor-volume', value: 12.5, day: 19_727 },
				{ element: 'enhancement-pattern', value: 'rim', day: 19_727 },
			],
			doubts: [],
			unmapped: [],
		});
	});

	it('takes a concept by its local name in the mapping', () => {
		expect(readGroup(sampleNumber(['VOL', '99LOCAL'], '2', mL))).toMatchObject({ values: [{ value: 2 }] });
	});

	it('takes codes of qualitative evaluations', () => {
		const evaluations = sampleContainer(['C0034375', 'UMLS'], [sampleCode(enhancement, rim)]);
		expect(read([evaluations])).toMatchObject({ values: [{ value: 'rim' }] });
	});

	const derivation = sampleCode(['121401', 'DCM'], ['R-00317', 'SRT'], 'HAS CONCEPT MOD');
	it.each<[string, readonly SampleElement[], readonly string[]]>([
		['a derived number', sampleNumber(volume, '1', mL, [derivation]), ['derived element', '118565006']],
		['another concept', sampleNumber(['1', '99LOCAL'], '1', mL), ['element', '1']],
		['a code of another scheme', sampleNumber(['118565006', '99X'], '1', mL), ['element', '118565006']],
	])('leaves out %s and counts it as unmapped', (_what, item, unmapped) => {
		const read = readGroup(item);
		expect(read).toMatchObject({ values: [], doubts: [] });
		expect(typeof read === 'string' ? read : read.unmapped).toEqual([unmapped]);
	});

	it.each<[string, readonly SampleElement[], string]>([
		['a unit that cannot be converted', sampleNumber(volume, '1', ['kg', 'UCUM']), 'unit-not-convertible'],
		['a unit that is not UCUM', sampleNumber(volume, '1', ['mL', '99LOCAL']), 'unit-not-convertible'],
		['a number that is none', sampleNumber(volume, '1,5', mL), 'value-invalid'],
		['a hexadecimal number', sampleNumber(volume, '0x10', mL), 'value-invalid'],
		['an empty number', sampleNumber(volume, '', mL), 'value-invalid'],
		['a code where a number belongs', sampleCode(volume, rim), 'value-invalid'],
		['a code that is not in the dictionary', sampleCode(enhancement, ['x', '99CORDON']), 'value-unmapped'],
	])('leaves out %s as a doubt', (_what, item, doubt) => {
		expect(readGroup(item)).toMatchObject({ values: [], doubts: [doubt] });
	});

	it('leaves out what is not in a measurement group', () => {
		expect(read([sampleNumber(volume, '1', mL)])).toMatchObject({ values: [] });
		expect(read([sampleContainer(['126200', 'DCM'], [sampleNumber(volume, '1', mL)])])).toMatchObject({
			values: [],
		});
	});

	it('leaves out what is about another subject, such as a fetus', () => {
		const subject = sampleCode(['121024', 'DCM'], ['121026', 'DCM'], 'HAS OBS CONTEXT');
		expect(readGroup(subject, sampleNumber(volume, '1', mL))).toMatchObject({ values: [] });
	});

	it('takes what is about the patient in so many words', () => {
		const subject = sampleCode(['121024', 'DCM'], ['121025', 'DCM'], 'HAS OBS CONTEXT');
		expect(readGroup(subject, sampleNumber(volume, '1', mL))).toMatchObject({ values: [{ value: 1 }] });
	});

	it('refuses containers nested too deep', () => {
		let item = sampleContainer(group, []);
		for (let level = 0; level < 30; level++) item = sampleContainer(group, [item]);
		expect(read([item])).toBe('report-too-deep');
	});

	it('refuses too many items', () => {
		const items = Array.from({ length: 50_001 }, (): readonly SampleElement[] => [['0040a010', 'CS', 'X']]);
		expect(read([sampleContainer(group, items)])).toBe('report-too-large');
	});
});
