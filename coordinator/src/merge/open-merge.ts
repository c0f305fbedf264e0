// The state in which a session's merge begins, from the signed manifest alone and never from who shows up.

import {
	comparisonLength,
	type EarlierRelease,
	type Manifest,
	manifestHash,
	type Plan,
	policyHash,
	type SecaggParameters,
	type SecaggTerms,
	sessionParameters,
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
	readonly plan: Plan;
	/** Earlier exact answers that the hospitals compare with; null where nothing is compared. */
	readonly earlier: readonly EarlierRelease[] | null;
}

export function openMerge(terms: MergeTerms): MergeState {
	const parameters = parametersOf(terms.manifest, terms.roster, terms.plan);
	if (parameters === null) return openPlain(terms.roster, terms.plan.cells.length);
	return openSecure(secaggTerms(terms, parameters));
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

function secaggTerms(
	{ session, manifest, roster, requestHash, plan, earlier }: MergeTerms,
	parameters: SecaggParameters,
): SecaggTerms {
	const comparisons = earlier === null ? 0 : comparisonLength(plan.cells.length, earlier);
	if (comparisons === null) throw new Error('more comparisons than a session can have');
	return {
		session,
		manifestHash: manifestHash(manifest),
		policyHash: policyHash(manifest.policy),
		roster: manifest.members
			.filter((member) => roster.includes(member.hospital))
			.map(({ hospital, identityKey }) => ({ hospital, identityKey }))
			.sort((a, b) => (a.hospital < b.hospital ? -1 : 1)),
		parameters,
		requestHash,
		cells: plan.cells.length + comparisons,
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
