// Facts of a FHIR Observation and its components: the values of elements that the dictionary knows.

import type { CodedElement, NumberElement } from '@cordon/shared';
import type { Vocabulary } from '../source-reader.ts';
import { codingsOf } from './fhir-coding.ts';
import { dayOfFhirDate } from './fhir-day.ts';
import { asObject, type JsonObject, objectsOf, textOf } from './json-value.ts';
import { joined, onlyFacts, onlyIssue, type ResourceFacts } from './resource-facts.ts';

const finalStatuses: readonly unknown[] = ['final', 'amended', 'corrected'];
const ucum = 'http://unitsofmeasure.org';

interface Found<E> {
	readonly element: E;
	readonly localUnit: string | null;
	/** The name under which the mapping file may list this element's values. */
	readonly localName: string;
}

function findElement(holder: JsonObject, vocabulary: Vocabulary): Found<NumberElement | CodedElement> | null {
	const codings = codingsOf(holder['code']);
	for (const coding of codings) {
		const known = vocabulary.element({ name: coding.code, codes: [coding] });
		if (known !== null) return { ...known, localName: coding.code };
	}
	const text = textOf(asObject(holder['code'])?.['text']);
	const known = text === null ? null : vocabulary.element({ name: text });
	return known === null || text === null ? null : { ...known, localName: text };
}

/** The number and UCUM unit of a value; null where it has none or is only a bound (`<5`). */
function quantityOf(holder: JsonObject): { readonly number: number; readonly unit: string | null } | null {
	if (typeof holder['valueInteger'] === 'number') return { number: holder['valueInteger'], unit: null };
	const quantity = asObject(holder['valueQuantity']);
	const number = quantity?.['value'];
	if (quantity === null || typeof number !== 'number' || quantity['comparator'] !== undefined) return null;
	const isUcum = quantity['system'] === undefined || quantity['system'] === ucum;
	// A code of another system may look like a UCUM unit and be none.
	const coded = isUcum ? textOf(quantity['code']) : '';
	return { number, unit: coded ?? textOf(quantity['unit']) };
}

function numberFacts(holder: JsonObject, found: Found<NumberElement>, of: Context): ResourceFacts {
	const quantity = quantityOf(holder);
	if (quantity === null) return onlyIssue('value-not-exact');
	const { element, localUnit } = found;
	const unit = quantity.unit ?? localUnit ?? (element.unit === '1' ? '1' : null);
	const value = unit === null ? null : of.vocabulary.number(element, quantity.number, unit);
	if (value === null) return onlyIssue('unit-not-convertible');
	return onlyFacts([{ kind: 'value', value: { element: element.id, value, day: of.day } }]);
}

function codedFacts(holder: JsonObject, found: Found<CodedElement>, of: Context): ResourceFacts {
	const { element, localName } = found;
	const codings = codingsOf(holder['valueCodeableConcept']);
	const text = textOf(holder['valueString']);
	const raws = text === null ? codings : [...codings, text];
	const values = raws.map((raw) => of.vocabulary.coded(element, raw, localName)).filter((id) => id !== null);
	const [value, ...others] = new Set(values);
	if (value !== undefined && others.length === 0) {
		return onlyFacts([{ kind: 'value', value: { element: element.id, value, day: of.day } }]);
	}
	const unmapped = codings.map(({ code }) => [`value of ${element.id}`, code] as const);
	return { facts: [], issues: ['value-unmapped'], unmapped: value === undefined ? unmapped : [] };
}

/** A focus on a condition (the tumour that is staged) is the patient's own; on anything else it is another's. */
function isAboutAnother(observation: JsonObject): boolean {
	const { focus } = observation;
	if (focus === undefined) return false;
	const references = objectsOf(focus).map(({ reference }) => textOf(reference));
	const isAllConditions = references.every((reference) => reference?.startsWith('Condition/') === true);
	return references.length === 0 || !isAllConditions;
}

interface Context {
	readonly vocabulary: Vocabulary;
	readonly day: number | null;
}

function hasValue(holder: JsonObject): boolean {
	return (
		holder['dataAbsentReason'] === undefined && Object.keys(holder).some((key) => key.startsWith('value'))
	);
}

/** One Observation or component. */
function holderFacts(holder: JsonObject, of: Context): ResourceFacts {
	if (!hasValue(holder)) return onlyFacts([]);
	const found = findElement(holder, of.vocabulary);
	if (found === null) {
		const unmapped = codingsOf(holder['code']).map(({ code }) => ['element', code] as const);
		return { facts: [], issues: [], unmapped };
	}
	const { element, ...rest } = found;
	if (element.type === 'number') return numberFacts(holder, { element, ...rest }, of);
	return codedFacts(holder, { element, ...rest }, of);
}

/**
 * Shape   one value an Observation or component whose code, or whose code's text, the vocabulary knows.
 * Units   numbers in the dictionary's unit; a quantity without a unit takes the mapping's, or none is known and
 *         it is left out. The day is that of effectiveDateTime or effectiveInstant, or a period's start.
 * Errors  issues `observation-not-final`, `observation-not-of-the-patient` (its focus is a fetus, a donor, a device),
 *         `modifier-not-understood`, `value-not-exact`, `unit-not-convertible`, `value-unmapped`.
 * Source  FHIR R4 Observation.
 */
export function observationFacts(observation: JsonObject, vocabulary: Vocabulary): ResourceFacts {
	if (!finalStatuses.includes(observation['status'])) return onlyIssue('observation-not-final');
	if (isAboutAnother(observation)) return onlyIssue('observation-not-of-the-patient');
	const components = objectsOf(observation['component']);
	if (components.some((component) => component['modifierExtension'] !== undefined)) {
		return onlyIssue('modifier-not-understood');
	}
	const period = asObject(observation['effectivePeriod']);
	const dated = observation['effectiveDateTime'] ?? observation['effectiveInstant'] ?? period?.['start'];
	const of = { vocabulary, day: dayOfFhirDate(dated) };
	return joined([observation, ...components].map((holder) => holderFacts(holder, of)));
}
