// The state in which a session's merge begins, from the signed manifest alone and never from who shows up.

import {
	type EarlierRelease,
	type Manifest,
	type Mechanism,
	manifestHash,
	type Plan,
	policyHash,
	type QuestionTerms,
	type SecaggParameters,
	type SessionTerms,
	sessionParameters,
	valueBitsOfPlan,
	vectorLength,
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
	if (agreed !== null) return openSecure({ ...agreed, ...questionOf(terms) });
	if (manifest.policy.aggregation === 'plain') return openPlain(roster, plan.cells.length);
	throw new Error('a roster that cannot form a session');
}

/** What the session is asked. */
export function questionOf({
	requestHash,
	receiverKey,
	plan,
	earlier,
}: Pick<MergeTerms, 'requestHash' | 'receiverKey' | 'plan' | 'earlier'>): QuestionTerms {
	const blind = receiverKey === null ? {} : { receiverKey };
	const cells = vectorLength(plan.cells.length, earlier);
	return { requestHash, cells, valueBits: valueBitsOfPlan(plan), ...blind };
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
	const parameters = sessionParameters(roster.length, manifest.policy, mechanism);
	if (!parameters.ok) return null;
	return {
		session,
		manifestHash: manifestHash(manifest),
		policyHash: policyHash(manifest.policy),
		roster: manifest.members
			.filter((member) => roster.includes(member.hospital))
			.map(({ hospital, identityKey }) => ({ hospital, identityKey }))
			.sort((a, b) => (a.hospital < b.hospital ? -1 : 1)),
		parameters: parameters.value,
	};
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
