// What a session of secure aggregation is bound to, from the signed manifest alone and never from who shows up.

import {
	err,
	type Manifest,
	type Mechanism,
	type MemberSelf,
	manifestHash,
	type OpenMessage,
	ok,
	policyHash,
	type QuestionTerms,
	type RefusalCode,
	type Result,
	type SessionTerms,
	sessionParameters,
	valueBitsOfPlan,
	vectorLength,
} from '@cordon/shared';
import type { NodeParts, SessionRecord } from '../ports.ts';

/**
 * Shape   null in a plain network, which has no session keys to bind.
 * Errors  `unknown-project` the manifest has no such project; `too-few-hospitals` its roster is under M = 3, or
 *         the policy's number of colluders does not fit it.
 */
export function decideTerms(
	manifest: Manifest,
	message: Pick<OpenMessage, 'session' | 'project'>,
	mechanism: Mechanism,
): Result<SessionTerms | null, RefusalCode> {
	const hospitals = rosterOf(manifest, message.project);
	if (hospitals === null) return err('unknown-project');
	if (manifest.policy.aggregation === 'plain') return ok(null);
	const parameters = sessionParameters(hospitals.length, manifest.policy, mechanism);
	if (!parameters.ok) return err('too-few-hospitals');
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
	});
}

/** H, by which noise shares are sized: m - T of the project's roster. */
export function noiseHospitals(manifest: Manifest, project: string): Result<number, RefusalCode> {
	const hospitals = rosterOf(manifest, project);
	if (hospitals === null) return err('unknown-project');
	const parameters = sessionParameters(hospitals.length, manifest.policy, 'noised');
	return parameters.ok ? ok(parameters.value.noiseHospitals) : err('too-few-hospitals');
}

/**
 * Of what the researcher signed, and of the earlier answers that this hospital found complete; of nothing else in the
 * message that brought them.
 */
export function questionOf({ requestHash, receiverKey, plan, earlier }: SessionRecord): QuestionTerms {
	const blind = receiverKey === null ? {} : { receiverKey };
	const cells = vectorLength(plan.cells.length, earlier ?? null);
	return { requestHash, cells, valueBits: valueBitsOfPlan(plan), ...blind };
}

export function selfOf(parts: NodeParts, record: Pick<SessionRecord, 'epoch'>): MemberSelf {
	return { hospital: parts.hospital, signingSeed: parts.signingSeed, epoch: record.epoch };
}

/** In the manifest's order; null where it has no such project. */
export function rosterOf(manifest: Manifest, project: string): readonly string[] | null {
	return manifest.projects.find((candidate) => candidate.id === project)?.hospitals ?? null;
}
