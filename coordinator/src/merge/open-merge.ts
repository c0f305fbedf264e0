// The state in which a session's merge begins, from the signed manifest alone and never from who shows up.

import {
	type EarlierRelease,
	type Manifest,
	type Mechanism,
	type Plan,
	questionTermsOf,
	type SecaggParameters,
	type SessionTerms,
	sessionParameters,
	sessionTermsOf,
} from '@cordon/shared';
import type { MergeState } from '../session.ts';
import { openPlain, plainMinimum } from './plain-merge.ts';
import { openSecure } from './secure-merge.ts';

export interface MergeTerms {
	readonly session: string;
	readonly manifest: Manifest;
	/** Sorted hospital ids. */
	readonly roster: readonly string[];
	readonly requestHash: string;
	/** null in a visible network. */
	readonly receiverKey: string | null;
	readonly plan: Plan;
	/** Earlier exact answers that the hospitals compare with; null where nothing is compared. */
	readonly earlier: readonly EarlierRelease[] | null;
}

export function openMerge(terms: MergeTerms): MergeState {
	const { manifest, roster, plan } = terms;
	const agreed = sessionTerms(manifest, { ...terms, mechanism: plan.mechanism });
	if (agreed !== null) return openSecure({ ...agreed, ...questionTermsOf(terms) });
	if (manifest.policy.aggregation === 'plain') return openPlain(roster, plan.cells.length);
	throw new Error('a roster that cannot form a session');
}

/** null in a plain network. Errors: throws where the roster cannot form a session, which submit has excluded. */
export function parametersOf(
	{ policy }: Manifest,
	roster: readonly string[],
	{ mechanism }: Pick<Plan, 'mechanism'>,
): SecaggParameters | null {
	if (policy.aggregation === 'plain') return null;
	const parameters = sessionParameters(roster.length, policy, mechanism);
	if (!parameters.ok) throw new Error('a roster that cannot form a session');
	return parameters.value;
}

/** null in a plain network, and where the roster cannot form a session. */
export function sessionTerms(
	manifest: Manifest,
	{ session, roster, mechanism }: Pick<MergeTerms, 'session' | 'roster'> & { readonly mechanism: Mechanism },
): SessionTerms | null {
	if (manifest.policy.aggregation === 'plain') return null;
	const terms = sessionTermsOf(manifest, { session, hospitals: roster, mechanism });
	return terms.ok ? terms.value : null;
}

/** m: fewer contributors release nothing; an exact answer needs them all (see `sessionParameters`). */
export function minimumOf(
	parameters: SecaggParameters | null,
	roster: readonly string[],
	{ mechanism }: Pick<Plan, 'mechanism'>,
): number {
	if (parameters !== null) return parameters.minimum;
	return mechanism === 'exact' ? Math.max(plainMinimum, roster.length) : plainMinimum;
}
