// Decides whether a patient's consents permit one use of one class of their data.

import type { DataClass } from '@cordon/shared';
import { allOf, type Fit, fitsIf } from './fit.ts';
import { fitOfPurposes } from './fit-of-purpose.ts';
import type { ActiveConsent, ConsentPeriod, ConsentRule, PatientConsent } from './patient-consent.ts';

export interface DataUse {
	/** The question's purpose, a DUO shorthand: HMB, GRU, POA, DS (alone, or with the disease: DS-MONDO:0018177). */
	readonly purpose: string;
	readonly dataClass: DataClass;
	readonly nowMs: number;
}

type Decision = 'permit' | 'deny' | 'not-applicable';

function fitOfPeriod(period: ConsentPeriod | null, nowMs: number): Fit {
	if (period === null) return 'yes';
	const hasBegun = period.startMs === null || period.startMs <= nowMs;
	const hasNotEnded = period.lastMs === null || nowMs <= period.lastMs;
	return fitsIf(hasBegun && hasNotEnded);
}

/** Counting is a use. A rule on access or disclosure alone may or may not be meant to cover it. */
function fitOfActions(actions: readonly string[] | null): Fit {
	if (actions === null || actions.includes('use')) return 'yes';
	return actions.includes('access') || actions.includes('disclose') ? 'maybe' : 'no';
}

/** Period, actor and purpose: where these of the root miss, the whole consent is not applicable. */
function fitOfContext(rule: ConsentRule, use: DataUse): Fit {
	const actors: Fit = rule.namesActors ? 'maybe' : 'yes';
	return allOf([fitOfPeriod(rule.period, use.nowMs), fitOfPurposes(rule.purposes, use.purpose), actors]);
}

function fitOfRule(rule: ConsentRule, use: DataUse): Fit {
	const labels: Fit = rule.namesLabels ? 'maybe' : 'yes';
	const classes = fitsIf(rule.dataClasses === null || rule.dataClasses.includes(use.dataClass));
	return allOf([fitOfContext(rule, use), fitOfActions(rule.actions), classes, labels]);
}

/** A rule that denies holds where it may fit, one that permits only where it surely does. */
function holds(rule: ConsentRule, use: DataUse): boolean {
	const fit = fitOfRule(rule, use);
	return rule.decision === 'permit' ? fit === 'yes' : fit !== 'no';
}

function decideActive(consent: ActiveConsent, use: DataUse): Decision {
	const { root, exceptions, canPermit } = consent;
	if (consent.givenMs > use.nowMs || fitOfContext(root, use) === 'no') return 'not-applicable';
	const held = exceptions.filter((rule) => holds(rule, use)).map((rule) => rule.decision);
	if (held.includes('deny')) return 'deny';
	const rootFit = fitOfRule(root, use);
	if (rootFit === 'no') return 'not-applicable';
	if (root.decision === 'absent') return consent.scope === 'care' ? 'not-applicable' : 'deny';
	const says = held.includes('permit') ? 'permit' : root.decision;
	if (says === 'deny') return 'deny';
	return rootFit === 'yes' && canPermit ? 'permit' : 'not-applicable';
}

function decide(consent: PatientConsent, use: DataUse): Decision {
	if (!consent.understood) return 'deny';
	return consent.active ? decideActive(consent, use) : 'not-applicable';
}

/**
 * Shape   true only where at least one consent permits the use and none denies it. `consents` are all that are
 *         on record for one patient; none on record is a deny.
 * Units   `nowMs` milliseconds since 1970-01-01 UTC; a time that is no number permits nothing.
 * Source  design of the consent stage: deny overrides among applicable consents; not understood is a deny.
 */
export function permitsUse(consents: readonly PatientConsent[], use: DataUse): boolean {
	if (!Number.isFinite(use.nowMs)) return false;
	const decisions = consents.map((consent) => decide(consent, use));
	return decisions.includes('permit') && !decisions.includes('deny');
}
