// The terms of a session, as hospitals, coordinator and in a blind network the researcher each derive them: from the
// signed manifest and the signed request, and alike, or no session would come about.

import type { EarlierRelease } from '../exact/earlier-release.ts';
import { vectorLength } from '../exact/vector-length.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { manifestHash, policyHash } from '../manifest/verify-manifest.ts';
import type { Plan } from '../plan/plan.ts';
import type { Mechanism } from '../query/query.ts';
import { ok, type Result } from '../result.ts';
import type { ParametersFault } from './parameters.ts';
import { sessionParameters } from './session-parameters.ts';
import type { QuestionTerms, SessionTerms } from './terms.ts';
import { valueBitsOfPlan } from './value-bits.ts';

export interface SessionOf {
	/** The coordinator's nonce, hex. */
	readonly session: string;
	/** Of the project, in any order. */
	readonly hospitals: readonly string[];
	readonly mechanism: Mechanism;
}

/** Errors  those of `sessionParameters`. */
export function sessionTermsOf(
	manifest: Manifest,
	{ session, hospitals, mechanism }: SessionOf,
): Result<SessionTerms, ParametersFault> {
	const parameters = sessionParameters(hospitals.length, manifest.policy, mechanism);
	if (!parameters.ok) return parameters;
	const roster = manifest.members
		.filter(({ hospital }) => hospitals.includes(hospital))
		.map(({ hospital, identityKey }) => ({ hospital, identityKey }))
		.sort((a, b) => (a.hospital < b.hospital ? -1 : 1));
	return ok({
		session,
		manifestHash: manifestHash(manifest),
		policyHash: policyHash(manifest.policy),
		roster,
		parameters: parameters.value,
	});
}

export interface QuestionOf {
	readonly requestHash: string;
	/** null in a visible network. */
	readonly receiverKey: string | null;
	readonly plan: Plan;
	/** Earlier exact answers that are compared with; null where nothing is. */
	readonly earlier: readonly EarlierRelease[] | null;
}

export function questionTermsOf({ requestHash, receiverKey, plan, earlier }: QuestionOf): QuestionTerms {
	const blind = receiverKey === null ? {} : { receiverKey };
	const cells = vectorLength(plan.cells.length, earlier);
	return { requestHash, cells, valueBits: valueBitsOfPlan(plan), ...blind };
}
