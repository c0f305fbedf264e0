// Facts of a FHIR Condition: the dictionary's conditions that its codes mean, where the diagnosis stands.

import type { Vocabulary } from '../source-reader.ts';
import { codesIn, codingsOf } from './fhir-coding.ts';
import type { JsonObject } from './json-value.ts';
import { onlyFacts, onlyIssue, type ResourceFacts } from './resource-facts.ts';

const verification = 'http://terminology.hl7.org/CodeSystem/condition-ver-status';

/**
 * A diagnosis counts when confirmed, or when nothing is said; refuted, entered in error, suspected and
 * differential ones do not. Any clinical status counts, resolved too: the patient has had the condition.
 *
 * Shape   one fact a distinct dictionary condition that one of the codings means.
 * Errors  issue `condition-not-confirmed`.
 * Source  FHIR R4 Condition, verificationStatus (a modifier element).
 */
export function conditionFacts(condition: JsonObject, vocabulary: Vocabulary): ResourceFacts {
	if (condition['verificationStatus'] !== undefined) {
		const codes = codesIn(condition['verificationStatus'], verification);
		const isConfirmed = codes.length > 0 && codes.every((code) => code === 'confirmed');
		if (!isConfirmed) return onlyIssue('condition-not-confirmed');
	}
	const codings = codingsOf(condition['code']);
	const mapped = codings.map((coding) => vocabulary.condition(coding)).filter((id) => id !== null);
	if (mapped.length === 0) {
		return { facts: [], issues: [], unmapped: codings.map(({ code }) => ['condition', code] as const) };
	}
	return onlyFacts([...new Set(mapped)].map((code) => ({ kind: 'condition', code })));
}
