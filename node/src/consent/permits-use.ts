// Decides whether a patient's consents permit one use of one class of their data.

import type { DataClass } from '@cordon/shared';
import { allOf, anyOf, type Fit, fitsIf, sameOf } from './fit.ts';
import { fitOfPurposes } from './fit-of-purpose.ts';
import type { Span } from './partial-date.ts';
import type { ActiveConsent, ConsentPeriod, ConsentRule, PatientConsent } from './patient-consent.ts';

export interface DataUse {
	/** The question's purpose, a DUO shorthand: HMB, GRU, POA, DS (alone, or with the disease: DS-MONDO:0018177). */
	readonly purpose: string;
	readonly dataClass: DataClass;
	readonly nowMs: number;
}

type Decision = 'permit' | 'deny' | 'not-applicable';

function hasBegun(beginning: Span, nowMs: number): Fit {
	if (beginning.lastMs <= nowMs) return 'yes';
	return beginning.firstMs <= nowMs ? 'maybe' : 'no';
}

function hasNotEnded(end: Span, nowMs: number): Fit {
	if (nowMs <= end.firstMs) return 'yes';
	return nowMs <= end.lastMs ? 'maybe' : 'no';
}

function fitOfPeriod(period: ConsentPeriod | null, nowMs: number): Fit {
	if (period === null) return 'yes';
	const { start, end } = period;
	return allOf([
		start === null ? 'yes' : hasBegun(start, nowMs),
		end === null ? 'yes' : hasNotEnded(end, nowMs),
	]);
}

/** Counting is a use. A rule on access or disclosure alone may or may not be meant to cover it. */
function fitOfAction(name: string | null): Fit {
	if (name === 'use') return 'yes';
	return name === null || name === 'access' || name === 'disclose' ? 'maybe' : 'no';
}

function fitOfActions(actions: ConsentRule['actions']): Fit {
	return actions === null ? 'yes' : anyOf(actions.map((names) => sameOf(names.map(fitOfAction))));
}

function fitOfRule(rule: ConsentRule, use: DataUse): Fit {
	return allOf([
		fitOfPeriod(rule.period, use.nowMs),
		fitOfPurposes(rule.purposes, use.purpose),
		rule.namesActors ? 'maybe' : 'yes',
		rule.namesLabels ? 'maybe' : 'yes',
		fitOfActions(rule.actions),
		fitsIf(rule.dataClasses === null || rule.dataClasses.includes(use.dataClass)),
	]);
}

/**
 * Denials hold where they may fit. One that names a purpose of its own holds for it though the root is about
 * another (a form for treatment that says `not for research`); one that names none is about the root's.
 */
function isDenied({ root, exceptions }: ActiveConsent, use: DataUse): boolean {
	return exceptions.some(
		(rule) =>
			rule.decision === 'deny' &&
			fitOfRule({ ...rule, purposes: rule.purposes ?? root.purposes }, use) !== 'no',
	);
}

function decideActive(consent: ActiveConsent, use: DataUse): Decision {
	const { root, exceptions, canPermit } = consent;
	const inForce = allOf([hasBegun(consent.given, use.nowMs), fitOfPeriod(root.period, use.nowMs)]);
	if (inForce === 'no') return 'not-applicable';
	if (isDenied(consent, use)) return 'deny';
	const rootFit = allOf([inForce, fitOfRule(root, use)]);
	if (rootFit === 'no') return 'not-applicable';
	if (root.decision === 'absent') return consent.scope === 'care' ? 'not-applicable' : 'deny';
	const isExcepted = exceptions.some((rule) => rule.decision === 'permit' && fitOfRule(rule, use) === 'yes');
	if (root.decision === 'deny' && !isExcepted) return 'deny';
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
 * Source  design of the consent stage: deny overrides among applicable consents; not understood is a deny; what may
 *         be meant, but is not surely, counts for a denial and not for a permit.
 */
export function permitsUse(consents: readonly PatientConsent[], use: DataUse): boolean {
	if (!Number.isFinite(use.nowMs)) return false;
	const decisions = consents.map((consent) => decide(consent, use));
	return decisions.includes('permit') && !decisions.includes('deny');
}
