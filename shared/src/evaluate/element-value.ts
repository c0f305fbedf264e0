// Says which of a patient's several values of an element is the one that counts: one value a patient, at most.

import type { CodedElement, Element, NumberElement } from '../dictionary/dictionary.ts';
import type { PatientRecord, ValueFact } from './patient-record.ts';

/**
 * The patient's value by the element's selection rule, or null where there is none.
 *
 * Shape   a number clipped to the element's bounds (comparison and binning see the same one), or a value's id.
 *         `largest` and `smallest` look at every value. `first` and `last` look at dated values; at undated ones only
 *         where no value is dated. Several on the deciding day: the smallest number, or the code that the dictionary
 *         lists first.
 * Units   the dictionary's.
 * Errors  none: a value that is not of the element's type, not finite or not in its list is no value.
 */
export function elementValue(element: Element, patient: PatientRecord): number | string | null {
	const values = patient.values.filter((value) => value.element === element.id);
	return element.type === 'number' ? numberOf(element, values) : codeOf(element, values);
}

function numberOf(element: NumberElement, values: readonly ValueFact[]): number | null {
	const usable = values.filter(({ value }) => typeof value === 'number' && Number.isFinite(value));
	const deciding =
		element.select === 'first' || element.select === 'last' ? onDecidingDay(usable, element.select) : usable;
	const numbers = deciding.map(({ value }) => Number(value));
	if (numbers.length === 0) return null;
	const chosen = element.select === 'largest' ? Math.max(...numbers) : Math.min(...numbers);
	const [low, high] = element.bounds;
	return Math.min(high, Math.max(low, chosen));
}

function codeOf(element: CodedElement, values: readonly ValueFact[]): string | null {
	const order = element.values.map(({ id }) => id);
	const usable = values.filter(({ value }) => typeof value === 'string' && order.includes(value));
	const deciding = onDecidingDay(usable, element.select).map(({ value }) => value);
	return order.find((id) => deciding.includes(id)) ?? null;
}

function onDecidingDay(values: readonly ValueFact[], select: 'first' | 'last'): readonly ValueFact[] {
	const days = values.flatMap(({ day }) => (day === null ? [] : [day]));
	if (days.length === 0) return values;
	const deciding = select === 'first' ? Math.min(...days) : Math.max(...days);
	return values.filter(({ day }) => day === deciding);
}
