// Takes the measurements and coded findings that the dictionary knows out of a structured report, and no text.

import { err, ok, type Result, type ValueFact } from '@cordon/shared';
import type { IssueCode, Vocabulary } from '../source-reader.ts';
import {
	type CodedEntry,
	codedEntry,
	conceptName,
	contentOf,
	isCode,
	measuredValue,
	relationship,
	valueType,
} from './content-item.ts';
import type { DataSet } from './parse-dicom.ts';

export type ReportFault = 'report-too-deep' | 'report-too-large';

export interface ReportValues {
	readonly values: readonly ValueFact[];
	/** What was there for a known concept but could not be taken. */
	readonly doubts: readonly IssueCode[];
	/** Codes of concepts and values that mapped to nothing, as kind and name. */
	readonly unmapped: readonly (readonly [kind: string, name: string])[];
}

const maxDepth = 24;
const maxItems = 50_000;

/** Containers whose own content is a statement about the patient's images (TID 1500, 1411, 1501; PS3.16). */
const statementContainers: readonly (readonly [scheme: string, value: string])[] = [
	['DCM', '125007'], // Measurement Group
	['UMLS', 'C0034375'], // Qualitative Evaluations
];

interface Walk {
	readonly vocabulary: Vocabulary;
	readonly day: number | null;
	readonly values: ValueFact[];
	readonly doubts: IssueCode[];
	readonly unmapped: (readonly [string, string])[];
	items: number;
}

/** A fetus or specimen is reported within a patient's report; its values are not the patient's (TID 1006). */
function isAboutAnotherSubject(item: DataSet): boolean {
	return contentOf(item).some(
		(child) =>
			relationship(child) === 'HAS OBS CONTEXT' &&
			isCode(conceptName(child), 'DCM', '121024') &&
			!isCode(codedEntry(child, 'x0040a168'), 'DCM', '121025'),
	);
}

/** A derivation (mean, standard deviation) makes another quantity of the same concept name (TID 300). */
function isDerived(item: DataSet): boolean {
	return contentOf(item).some(
		(child) => relationship(child) === 'HAS CONCEPT MOD' && isCode(conceptName(child), 'DCM', '121401'),
	);
}

function takeNumber(walk: Walk, item: DataSet, concept: CodedEntry): void {
	const known = walk.vocabulary.element({ name: concept.value, codes: concept.codes });
	if (known === null || isDerived(item)) {
		walk.unmapped.push([known === null ? 'element' : 'derived element', concept.value]);
		return;
	}
	const measured = measuredValue(item);
	if (measured === null || known.element.type !== 'number') {
		walk.doubts.push('value-invalid');
		return;
	}
	const { unit } = measured;
	// A unit of another scheme is not read as UCUM: `cc` of one is not `cc` of another.
	const ucum = unit === null ? known.localUnit : unit.scheme === 'UCUM' ? unit.value : null;
	const value = ucum === null ? null : walk.vocabulary.number(known.element, measured.number, ucum);
	if (value === null) walk.doubts.push('unit-not-convertible');
	else walk.values.push({ element: known.element.id, value, day: walk.day });
}

function takeCode(walk: Walk, item: DataSet, concept: CodedEntry): void {
	const known = walk.vocabulary.element({ name: concept.value, codes: concept.codes });
	if (known === null) {
		walk.unmapped.push(['element', concept.value]);
		return;
	}
	const entry = codedEntry(item, 'x0040a168');
	if (entry === null || known.element.type !== 'code') {
		walk.doubts.push('value-invalid');
		return;
	}
	for (const code of entry.codes) {
		const value = walk.vocabulary.coded(known.element, code, concept.value);
		if (value === null) continue;
		walk.values.push({ element: known.element.id, value, day: walk.day });
		return;
	}
	walk.doubts.push('value-unmapped');
	walk.unmapped.push([`value of ${known.element.id}`, entry.value]);
}

function take(walk: Walk, item: DataSet): void {
	if (relationship(item) !== 'CONTAINS') return;
	const concept = conceptName(item);
	if (concept === null) return;
	const type = valueType(item);
	if (type === 'NUM') takeNumber(walk, item, concept);
	else if (type === 'CODE') takeCode(walk, item, concept);
}

function visit(walk: Walk, item: DataSet, depth: number): ReportFault | null {
	if (depth > maxDepth) return 'report-too-deep';
	if (isAboutAnotherSubject(item)) return null;
	const concept = conceptName(item);
	const isStatement = statementContainers.some(([scheme, value]) => isCode(concept, scheme, value));
	for (const child of contentOf(item)) {
		if (++walk.items > maxItems) return 'report-too-large';
		if (isStatement) take(walk, child);
		if (valueType(child) !== 'CONTAINER') continue;
		const fault = visit(walk, child, depth + 1);
		if (fault !== null) return fault;
	}
	return null;
}

/**
 * Reads the numbers and codes directly contained in measurement groups and qualitative evaluations.
 *
 * Shape   one value an item whose concept the dictionary knows; `day` is the study's day number or null.
 * Units   numbers in the dictionary's unit, converted from the item's UCUM unit.
 * Errors  `report-too-deep` 24 containers; `report-too-large` 50,000 items.
 * Source  PS3.16 TID 1500, 1501, 1411, 300; PS3.3 section C.17.3.
 */
export function reportValues(
	report: DataSet,
	vocabulary: Vocabulary,
	day: number | null,
): Result<ReportValues, ReportFault> {
	const walk: Walk = { vocabulary, day, values: [], doubts: [], unmapped: [], items: 0 };
	const fault = visit(walk, report, 0);
	return fault === null ? ok(walk) : err(fault);
}
