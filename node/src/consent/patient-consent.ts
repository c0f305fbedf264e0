// One FHIR R4 Consent in the form that the consent stage evaluates: plain JSON, no name, no reference, no text.

import type { DataClass } from '@cordon/shared';
import type { Span } from './partial-date.ts';

/** Why a Consent was not understood, for the hospital's own report; the effect is always: deny everything. */
export type ConsentDoubt =
	| 'not-a-consent'
	| 'unknown-element'
	| 'modifier-extension'
	| 'status'
	| 'scope'
	| 'category'
	| 'policy'
	| 'date'
	| 'not-verified'
	| 'decision'
	| 'actor'
	| 'action'
	| 'purpose'
	| 'label'
	| 'data-class'
	| 'nesting'
	| 'reference'
	| 'repeated';

/** When it begins and when it ends, as far as the dates tell (`beginningOf`, `endOf`); null is open. */
export interface ConsentPeriod {
	readonly start: Span | null;
	readonly end: Span | null;
}

/** One rule: its decision and the dimensions that limit it; null in a dimension matches any use. */
export interface ConsentRule {
	readonly decision: 'permit' | 'deny' | 'absent';
	readonly period: ConsentPeriod | null;
	/** True where the rule names actors. A question names none, so such a rule can withhold but not permit. */
	readonly namesActors: boolean;
	/** True where the rule holds for data with certain labels. The node's data carry none. */
	readonly namesLabels: boolean;
	/** Codes of HL7 v3 PurposeOfUse, or DUO shorthands as `DUO:HMB`. */
	readonly purposes: readonly string[] | null;
	/** Of each action all the names it was given: codes of the FHIR code system consentaction, null for any other. */
	readonly actions: readonly (readonly (string | null)[])[] | null;
	readonly dataClasses: readonly DataClass[] | null;
}

export interface ActiveConsent {
	readonly understood: true;
	readonly active: true;
	/** `care`: its scope is treatment or an advance directive, so that it says nothing of data unless it denies. */
	readonly scope: 'data' | 'care';
	/** False for `care`, and for categories and base policies (emergency only, unknown) that withhold but cannot give. */
	readonly canPermit: boolean;
	/** When it was given: a permit counts from the last moment that its date may mean, a refusal from the first. */
	readonly given: Span;
	readonly root: ConsentRule;
	readonly exceptions: readonly ConsentRule[];
}

export type PatientConsent =
	| { readonly understood: false; readonly doubt: ConsentDoubt }
	| { readonly understood: true; readonly active: false }
	| ActiveConsent;

/** What a withdrawal is stored as: in force from the beginning of time, against every use. */
export const withdrawal: PatientConsent = {
	understood: true,
	active: true,
	scope: 'data',
	canPermit: false,
	given: { firstMs: Number.MIN_SAFE_INTEGER, lastMs: Number.MIN_SAFE_INTEGER },
	root: {
		decision: 'deny',
		period: null,
		namesActors: false,
		namesLabels: false,
		purposes: null,
		actions: null,
		dataClasses: null,
	},
	exceptions: [],
};
