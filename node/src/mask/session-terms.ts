// What a session of secure aggregation is bound to, from the signed manifest alone and never from who shows up.

import {
	comparisonLength,
	type EarlierRelease,
	err,
	type Manifest,
	type MemberSelf,
	manifestHash,
	type OpenMessage,
	ok,
	type Plan,
	policyHash,
	type RefusalCode,
	type Result,
	type SecaggTerms,
	sessionParameters,
} from '@cordon/shared';
import type { NodeParts, SessionRecord } from '../ports.ts';

/** What a hospital's vector holds. */
export interface Vector {
	readonly plan: Plan;
	/** null where nothing is compared. */
	readonly earlier: readonly EarlierRelease[] | null;
}

/**
 * Shape   null in a plain network, which has no session keys to bind. `cells` counts the numbers of one vector: the
 *         plan's cells, and in an exact session the comparisons with `earlier` answers after them.
 * Errors  `unknown-project` the manifest has no such project; `too-few-hospitals` its roster is under M = 3, or
 *         the policy's number of colluders does not fit it; `too-many-cells`.
 */
export function decideTerms(
	manifest: Manifest,
	message: OpenMessage,
	requestHash: string,
	{ plan, earlier }: Vector,
): Result<SecaggTerms | null, RefusalCode> {
	const hospitals = rosterOf(manifest, message.project);
	if (hospitals === null) return err('unknown-project');
	if (manifest.policy.aggregation === 'plain') return ok(null);
	const parameters = sessionParameters(hospitals.length, manifest.policy, plan.mechanism);
	if (!parameters.ok) return err('too-few-hospitals');
	const comparisons = earlier === null ? 0 : comparisonLength(plan.cells.length, earlier);
	if (comparisons === null) return err('too-many-cells');
	const roster = manifest.members
		.filter((member) => hospitals.includes(member.hospital))
		.map(({ hospital, identityKey }) => ({ hospital, identityKey }))
		.sort((a, b) => (a.hospital < b.hospital ? -1 : 1));
	return ok({
		session: message.session,
		manifestHash: manifestHash(manifest),
		policyHash: policyHash(manifest.policy),
		roster,
		parameters: parameters.value,
		requestHash,
		cells: plan.cells.length + comparisons,
	});
}

/** H, by which noise shares are sized: m - T of the project's roster. */
export function noiseHospitals(manifest: Manifest, project: string): Result<number, RefusalCode> {
	const hospitals = rosterOf(manifest, project);
	if (hospitals === null) return err('unknown-project');
	const parameters = sessionParameters(hospitals.length, manifest.policy, 'noised');
	return parameters.ok ? ok(parameters.value.noiseHospitals) : err('too-few-hospitals');
}

export function selfOf(parts: NodeParts, record: SessionRecord): MemberSelf {
	return { hospital: parts.hospital, signingSeed: parts.signingSeed, epoch: record.epoch };
}

/** Sorted. Errors: null where the manifest has no such project. */
export function rosterOf(manifest: Manifest, project: string): readonly string[] | null {
	return manifest.projects.find((candidate) => candidate.id === project)?.hospitals ?? null;
}
