// Facts of a FHIR Patient: examined clinically, sex, and age at the epoch's day.

import type { Vocabulary } from '../source-reader.ts';
import { ageInYears } from './fhir-day.ts';
import { type JsonObject, textOf } from './json-value.ts';
import { joined, onlyFacts, onlyIssue, type ResourceFacts } from './resource-facts.ts';

const nothing = onlyFacts([]);

function sexOf(patient: JsonObject, vocabulary: Vocabulary): ResourceFacts {
	const gender = textOf(patient['gender']);
	const known = vocabulary.element({ name: 'sex' });
	if (gender === null || gender === 'unknown' || known === null) return nothing;
	const value = vocabulary.sex(gender);
	if (value === null) return onlyIssue('value-unmapped');
	return onlyFacts([{ kind: 'value', value: { element: known.element.id, value, day: null } }]);
}

function ageOf(patient: JsonObject, vocabulary: Vocabulary, epochDay: number): ResourceFacts {
	const known = vocabulary.element({ name: 'age' });
	if (patient['birthDate'] === undefined || known === null) return nothing;
	const years = ageInYears(patient['birthDate'], epochDay);
	const value = years === null ? null : vocabulary.number(known.element, years, 'a');
	if (value === null) return onlyIssue('birth-date-invalid');
	return onlyFacts([{ kind: 'value', value: { element: known.element.id, value, day: epochDay } }]);
}

/**
 * Units   age in whole years on `epochDay` (days from 1970-01-01), 90 and over as 90.
 * Errors  issues `patient-inactive` (a record out of use, often merged into another: no facts),
 *         `birth-date-invalid`, `value-unmapped` a gender that FHIR does not know.
 */
export function patientFacts(patient: JsonObject, vocabulary: Vocabulary, epochDay: number): ResourceFacts {
	if (patient['active'] === false) return onlyIssue('patient-inactive');
	const exam = onlyFacts([{ kind: 'clinical-exam' }]);
	return joined([exam, sexOf(patient, vocabulary), ageOf(patient, vocabulary, epochDay)]);
}
