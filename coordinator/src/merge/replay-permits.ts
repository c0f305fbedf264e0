// Collects leave to show a release to another person: of every hospital whose patients are in it, or of none.

import { err, ok, type Result } from '@cordon/shared';
import type { ReplayState } from '../session.ts';
import type { MergeStep } from './merge-step.ts';

/** Errors  `out-of-place` the hospital was not asked, or has said yes. */
export function takePermit(state: ReplayState, hospital: string): Result<MergeStep, 'out-of-place'> {
	const { waitingFor } = state;
	if (waitingFor === null || !waitingFor.includes(hospital)) return err('out-of-place');
	const left = waitingFor.filter((other) => other !== hospital);
	return ok({ state: { ...state, waitingFor: left }, send: [], outcome: null, progress: null });
}

/** One no, or one silence, is enough: each hospital decides about its own part, and the sum has no parts to leave out. */
export function withdrawReplay(state: ReplayState): MergeStep {
	return { state, send: [], outcome: { kind: 'aborted' }, progress: null };
}
