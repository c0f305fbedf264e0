// What Patient, Condition and Observation resources say, and what of them does not count.

import { describe, expect, it } from 'vitest';
import { sampleVocabulary as vocabulary } from '../sample-vocabulary.ts';
import { conditionFacts } from './condition-facts.ts';
import type { JsonObject } from './json-value.ts';
import { observationFacts } from './observation-facts.ts';
import { patientFacts } from './patient-facts.ts';

const icd = 'http://hl7.org/fhir/sid/icd-10';

describe('patientFacts', () => {
	const onDay = Date.parse('2025-06-15T00:00:00Z') / 86_400_000;

	it('says that the patient was examined, of which sex and age', () => {
		expect(patientFacts({ gender: 'female', birthDate: '1980' }, vocabulary, onDay).facts).toEqual([
			{ kind: 'clinical-exam' },
			{ kind: 'value', value: { element: 'sex', value: 'female', day: null } },
			{ kind: 'value', value: { element: 'age', value: 44, day: onDay } },
		]);
	});

	it('puts everyone of 90 and over into one group', () => {
		expect(patientFacts({ birthDate: '1920-01-01' }, vocabulary, onDay).facts).toContainEqual({
			kind: 'value',
			value: { element: 'age', value: 90, day: onDay },
		});
	});

	it.each<[JsonObject, number, string[]]>([
		[{ gender: 'unknown' }, 1, []],
		[{ gender: 'F' }, 1, ['value-unmapped']],
		[{ birthDate: '2030' }, 1, ['birth-date-invalid']],
		[{ active: false, gender: 'male' }, 0, ['patient-inactive']],
	])('%j gives %i facts and issues %j', (patient, facts, issues) => {
		const found = patientFacts(patient, vocabulary, onDay);
		expect([found.facts.length, found.issues]).toEqual([facts, issues]);
	});
});

describe('conditionFacts', () => {
	const coding = { coding: [{ system: icd, code: 'C71.9' }] };
	const verified = (code: string): JsonObject => ({
		coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-ver-status', code }],
	});

	it.each<[string, JsonObject]>([
		['without a status', {}],
		['confirmed', { verificationStatus: verified('confirmed') }],
		['resolved', { clinicalStatus: verified('resolved') }],
	])('counts a diagnosis %s', (_what, more) => {
		expect(conditionFacts({ code: coding, ...more }, vocabulary).facts).toEqual([
			{ kind: 'condition', code: 'C71.9' },
		]);
	});

	it.each(['refuted', 'entered-in-error', 'unconfirmed', 'provisional', 'differential', 'new'])(
		'does not count one that is %s',
		(code) => {
			const found = conditionFacts({ code: coding, verificationStatus: verified(code) }, vocabulary);
			expect(found).toMatchObject({ facts: [], issues: ['condition-not-confirmed'] });
		},
	);

	it('does not count one whose verification is text only', () => {
		const found = conditionFacts({ code: coding, verificationStatus: { text: 'confirmed' } }, vocabulary);
		expect(found.issues).toEqual(['condition-not-confirmed']);
	});

	it('gives one fact for two codings of one condition', () => {
		const code = { coding: [...coding.coding, { system: 'http://snomed.info/sct', code: 'C71.9' }] };
		expect(conditionFacts({ code }, vocabulary).facts).toHaveLength(1);
	});

	it('counts codes that mean no condition of the dictionary as unmapped', () => {
		const code = { coding: [{ system: icd, code: 'Z99' }], text: 'free text' };
		expect(conditionFacts({ code }, vocabulary)).toEqual({
			facts: [],
			issues: [],
			unmapped: [['condition', 'Z99']],
		});
	});
});

describe('observationFacts', () => {
	const volume = { coding: [{ system: 'http://snomed.info/sct', code: '118565006' }] };
	const ucum = 'http://unitsofmeasure.org';
	const mL = { value: 12, unit: 'millilitre', system: ucum, code: 'mL' };
	const base = { status: 'final', code: volume, effectiveDateTime: '2024-01-05', valueQuantity: mL };
	const day = Date.UTC(2024, 0, 5) / 86_400_000;
	const factsOf = (observation: JsonObject): unknown => observationFacts(observation, vocabulary).facts;

	it.each<[string, JsonObject, number, number | null]>([
		['a quantity in the same unit', {}, 12, day],
		['a quantity in another unit', { valueQuantity: { ...mL, value: 500, code: 'mm3' } }, 0.5, day],
		['a unit without a system', { valueQuantity: { value: 1, unit: 'cm3' } }, 1, day],
		['an amended value', { status: 'amended' }, 12, day],
		[
			'a value of a period',
			{ effectiveDateTime: undefined, effectivePeriod: { start: '2024-01-05' } },
			12,
			day,
		],
		['a value of a month', { effectiveDateTime: '2024-01' }, 12, null],
		['a value without a date', { effectiveDateTime: undefined }, 12, null],
		[
			'a local code and its unit',
			{ code: { coding: [{ system: 'x', code: 'VOL' }] }, valueQuantity: { value: 500 } },
			0.5,
			day,
		],
		[
			'an integer of a local code',
			{ code: { text: 'VOL' }, valueQuantity: undefined, valueInteger: 500 },
			0.5,
			day,
		],
		['a focus on a condition', { focus: [{ reference: 'Condition/1' }] }, 12, day],
	])('takes %s', (_what, more, value, on) => {
		const defined = Object.fromEntries(
			Object.entries({ ...base, ...more }).filter(([, v]) => v !== undefined),
		);
		expect(factsOf(defined)).toEqual([{ kind: 'value', value: { element: 'tumor-volume', value, day: on } }]);
	});

	it.each<[string, JsonObject, string]>([
		['a preliminary value', { status: 'preliminary' }, 'observation-not-final'],
		['an error', { status: 'entered-in-error' }, 'observation-not-final'],
		['a value without status', { status: undefined }, 'observation-not-final'],
		['a bound', { valueQuantity: { ...mL, comparator: '<' } }, 'value-not-exact'],
		['text for a number', { valueQuantity: { ...mL, value: '12' } }, 'value-not-exact'],
		['a unit of another system', { valueQuantity: { ...mL, system: 'http://x' } }, 'unit-not-convertible'],
		['no unit', { valueQuantity: { value: 12 } }, 'unit-not-convertible'],
		['a weight', { valueQuantity: { ...mL, code: 'kg' } }, 'unit-not-convertible'],
		['a fetus', { focus: [{ reference: 'Patient/2' }] }, 'observation-not-of-the-patient'],
		['an unnamed focus', { focus: [] }, 'observation-not-of-the-patient'],
		['a modified component', { component: [{ modifierExtension: [{}] }] }, 'modifier-not-understood'],
	])('leaves out %s', (_what, more, issue) => {
		expect(observationFacts({ ...base, ...more }, vocabulary)).toMatchObject({ facts: [], issues: [issue] });
	});

	it('leaves out a value that is absent', () => {
		expect(factsOf({ ...base, dataAbsentReason: { text: 'refused' } })).toEqual([]);
	});

	const enhancement = {
		coding: [{ system: 'https://cordon.example/dictionary', code: 'enhancement-pattern' }],
	};
	const rim = { system: 'https://cordon.example/dictionary', code: 'enhancement-rim' };

	it('takes coded values, of components too', () => {
		const component = { code: enhancement, valueCodeableConcept: { coding: [rim] } };
		expect(factsOf({ status: 'final', code: { text: 'panel' }, component: [component] })).toEqual([
			{ kind: 'value', value: { element: 'enhancement-pattern', value: 'rim', day: null } },
		]);
	});

	it('leaves out a coded value that is not in the dictionary, and keeps no text of it', () => {
		const value = { coding: [{ system: 'x', code: 'odd' }], text: 'Jane says so' };
		expect(
			observationFacts({ status: 'final', code: enhancement, valueCodeableConcept: value }, vocabulary),
		).toEqual({
			facts: [],
			issues: ['value-unmapped'],
			unmapped: [['value of enhancement-pattern', 'odd']],
		});
	});
});
