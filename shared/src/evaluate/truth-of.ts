// Says whether a cohort holds a patient: the meaning of the query language, against which every index is tested.

import type { Dictionary, Element } from '../dictionary/dictionary.ts';
import { conditionAndDescendants, dictionaryLookup } from '../dictionary/dictionary-lookup.ts';
import type { Cohort, ElementFact, ImagingFact } from '../query/query.ts';
import { elementValue } from './element-value.ts';
import { geneTruth, variantTruth } from './genome-truth.ts';
import type { PatientRecord, SeriesFact } from './patient-record.ts';
import { allOf, anyOf, notOf, type Truth } from './truth.ts';

/**
 * Whether the tree is true of the patient. A cohort holds those for whom it is `true`, and no others.
 *
 * Shape   Kleene's three values; null is unknown.
 * Errors  throws on an element that the dictionary lacks, since the parser lets none through.
 */
export function truthOf(cohort: Cohort, patient: PatientRecord, dictionary: Dictionary): boolean | null {
	if ('all' in cohort) return allOf(cohort.all.map((operand) => truthOf(operand, patient, dictionary)));
	if ('any' in cohort) return anyOf(cohort.any.map((operand) => truthOf(operand, patient, dictionary)));
	if ('not' in cohort) return notOf(truthOf(cohort.not, patient, dictionary));
	if ('imaging' in cohort) return imagingTruth(cohort.imaging, patient);
	if ('element' in cohort) return elementTruth(cohort.element, patient, dictionary);
	if ('gene' in cohort) return geneTruth(cohort.gene, patient);
	if ('variant' in cohort) return variantTruth(cohort.variant, patient, dictionary);
	return conditionTruth(cohort.condition.code, patient, dictionary);
}

/** The element of that name; asking for another is a bug, because the parser knows the dictionary. */
export function elementOf(id: string, dictionary: Dictionary): Element {
	const element = dictionaryLookup(dictionary).elements.get(id);
	if (element === undefined) throw new Error('element is not in the dictionary');
	return element;
}

function imagingTruth(fact: ImagingFact, patient: PatientRecord): Truth {
	const found = anyOf(patient.series.map((series) => seriesTruth(fact, series)));
	if (found !== false) return found;
	return patient.examined.image ? false : null;
}

/** A series fits if every key that is given does; a key on which the file is silent may fit or not. */
function seriesTruth(fact: ImagingFact, series: SeriesFact): Truth {
	return allOf([
		fact.modality === undefined || fact.modality === series.modality,
		fact.bodyPart === undefined || equal(series.bodyPart, fact.bodyPart),
		fact.contrast === undefined || equal(series.contrast, fact.contrast),
	]);
}

function equal<T>(known: T | null, wanted: T): Truth {
	return known === null ? null : known === wanted;
}

function elementTruth(fact: ElementFact, patient: PatientRecord, dictionary: Dictionary): Truth {
	const value = elementValue(elementOf(fact.id, dictionary), patient);
	if (value === null) return null;
	if (typeof value === 'string') return fact.in?.includes(value) ?? false;
	return (
		(fact.lt === undefined || value < fact.lt) &&
		(fact.le === undefined || value <= fact.le) &&
		(fact.gt === undefined || value > fact.gt) &&
		(fact.ge === undefined || value >= fact.ge)
	);
}

function conditionTruth(code: string, patient: PatientRecord, dictionary: Dictionary): Truth {
	const wanted = conditionAndDescendants(dictionary, code);
	if (patient.conditions.some((condition) => wanted.includes(condition))) return true;
	return patient.examined.clinical ? false : null;
}
