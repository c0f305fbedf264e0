// What one FHIR resource says of one patient: its facts, and what of it was left out.

import type { IssueCode, SourceFact } from '../source-reader.ts';

type WithoutPatient<Fact> = Fact extends unknown ? Omit<Fact, 'patient'> : never;

/** A fact whose patient the reader adds. */
export type ResourceFact = WithoutPatient<SourceFact>;

export interface ResourceFacts {
	readonly facts: readonly ResourceFact[];
	readonly issues: readonly IssueCode[];
	/** Local names that mapped to nothing, as kind and name. */
	readonly unmapped: readonly (readonly [kind: string, name: string])[];
}

export function onlyFacts(facts: readonly ResourceFact[]): ResourceFacts {
	return { facts, issues: [], unmapped: [] };
}

export function onlyIssue(code: IssueCode): ResourceFacts {
	return { facts: [], issues: [code], unmapped: [] };
}

export function joined(parts: readonly ResourceFacts[]): ResourceFacts {
	return {
		facts: parts.flatMap(({ facts }) => facts),
		issues: parts.flatMap(({ issues }) => issues),
		unmapped: parts.flatMap(({ unmapped }) => unmapped),
	};
}
