// Says into which category of a variable a patient falls: exactly one, so that cells are disjoint.

import type { Dictionary } from '../dictionary/dictionary.ts';
import { binLabels, unknownCategory } from '../plan/categories.ts';
import type { Variable } from '../query/query.ts';
import { elementValue } from './element-value.ts';
import type { PatientRecord } from './patient-record.ts';
import { elementOf, truthOf } from './truth-of.ts';

/** A bin's label, a value's id, `false`, `true`, or `unknown`; always one of the plan's categories. */
export function categoryOf(variable: Variable, patient: PatientRecord, dictionary: Dictionary): string {
	if (!('element' in variable)) {
		const truth = truthOf(variable, patient, dictionary);
		return truth === null ? unknownCategory : String(truth);
	}
	const element = elementOf(variable.element, dictionary);
	const value = elementValue(element, patient);
	if (value === null) return unknownCategory;
	return element.type === 'number' ? binOf(Number(value), element.bins) : String(value);
}

/** Bin i is [edge i, edge i+1); the last one also holds its upper edge, to which larger values were clipped. */
function binOf(value: number, edges: readonly number[]): string {
	const labels = binLabels(edges);
	const next = edges.findIndex((edge, at) => at > 0 && value < edge);
	return labels.at(next === -1 ? -1 : next - 1) ?? unknownCategory;
}
