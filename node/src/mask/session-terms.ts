// What a session of secure aggregation is bound to, from the signed manifest alone and never from who shows up.

import {
	err,
	type Manifest,
	type Mechanism,
	type MemberSelf,
	type OpenMessage,
	ok,
	type QuestionTerms,
	questionTermsOf,
	type RefusalCode,
	type Result,
	type SessionTerms,
	sessionParameters,
	sessionTermsOf,
} from '@cordon/shared';
import type { NodeParts } from '../ports.ts';
import type { SessionRecord } from '../session.ts';

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
	const terms = sessionTermsOf(manifest, { session: message.session, hospitals, mechanism });
	return terms.ok ? terms : err('too-few-hospitals');
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
export function questionOf(record: SessionRecord): QuestionTerms {
	return questionTermsOf({ ...record, earlier: record.earlier ?? null });
}

export function selfOf(parts: NodeParts, record: Pick<SessionRecord, 'epoch'>): MemberSelf {
	return { hospital: parts.hospital, signingSeed: parts.signingSeed, epoch: record.epoch };
}

/** In the manifest's order; null where it has no such project. */
export function rosterOf(manifest: Manifest, project: string): readonly string[] | null {
	return manifest.projects.find((candidate) => candidate.id === project)?.hospitals ?? null;
}
