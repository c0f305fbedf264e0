// Sums safe counts in a network that trusts its coordinator with them; a cell that one hospital hides stays hidden.
// The counts are stored while the session runs, so that a restart loses none, and are deleted with its state.

import {
	decodeSafeCounts,
	err,
	mergeSafeCounts,
	ok,
	type PlainSharesMessage,
	type Result,
	type SafeCount,
} from '@cordon/shared';
import type { MergedAnswer, MergedCell, MergeState } from '../session.ts';
import type { MergeFacts, MergeStep } from './merge-step.ts';

type PlainState = Extract<MergeState, { readonly kind: 'plain' }>;

/** Under two contributors the sum would be one hospital's own number. */
export const plainMinimum = 2;

export function openPlain(roster: readonly string[], cells: number): PlainState {
	return { kind: 'plain', cells, waitingFor: roster, shares: {} };
}

/** Errors  `out-of-place` the hospital was not asked, has answered or withdrawn, its counts do not fit the plan, or it hides noised ones. */
export function plainShares(
	state: PlainState,
	hospital: string,
	message: PlainSharesMessage,
	facts: MergeFacts,
): Result<MergeStep, 'out-of-place'> {
	if (!state.waitingFor.includes(hospital)) return err('out-of-place');
	if (!decodeSafeCounts(message.cells, state.cells).ok) return err('out-of-place');
	// Noise protects every cell already: one that is hidden besides could not be added up, and says that it was small.
	if (facts.plan.mechanism === 'noised' && message.cells.includes(null)) return err('out-of-place');
	const { epoch, k, cells } = message;
	const shares = { ...state.shares, [hospital]: { epoch, k, cells } };
	return ok(stepTo({ ...state, shares, waitingFor: without(state.waitingFor, hospital) }, facts));
}

export function withdrawPlain(state: PlainState, hospital: string, facts: MergeFacts): MergeStep {
	if (!state.waitingFor.includes(hospital)) return { state, send: [], outcome: null, progress: null };
	return stepTo({ ...state, waitingFor: without(state.waitingFor, hospital) }, facts);
}

function stepTo(state: PlainState, facts: MergeFacts): MergeStep {
	const contributors = Object.keys(state.shares).sort();
	if (contributors.length + state.waitingFor.length < facts.minimum) {
		return { state, send: [], outcome: { kind: 'aborted' }, progress: null };
	}
	if (state.waitingFor.length > 0) return { state, send: [], outcome: null, progress: null };
	return {
		state,
		send: [],
		outcome: { kind: 'sum', answer: sumOf(state, contributors, facts) },
		progress: null,
	};
}

function sumOf(
	state: PlainState,
	contributors: readonly string[],
	{ policy, minimum }: MergeFacts,
): MergedAnswer {
	const shares = contributors.flatMap((hospital) => {
		const share = state.shares[hospital];
		return share === undefined ? [] : [{ hospital, ...share }];
	});
	const vectors = shares.map(({ cells }) => {
		const decoded = decodeSafeCounts(cells, state.cells);
		if (!decoded.ok) throw new Error('stored shares do not decode');
		return decoded.value;
	});
	return {
		merged: Array.from({ length: state.cells }, (_, at) =>
			mergeCell(vectors.map((vector) => vector[at] ?? null)),
		),
		contributors,
		epochs: Object.fromEntries(shares.map(({ hospital, epoch }) => [hospital, epoch])),
		k: Math.max(policy.k, ...shares.map((share) => share.k)),
		// Each hospital of a plain network adds one full noise.
		noiseHospitals: 1,
		minimumContributors: minimum,
	};
}

function mergeCell(parts: readonly (SafeCount | null)[]): MergedCell {
	const shown = parts.filter((part) => part !== null);
	const [count] = shown.length === 0 ? [] : mergeSafeCounts(shown.map((part) => [part]));
	return { count: count ?? null, hiddenByHospital: shown.length < parts.length };
}

function without(hospitals: readonly string[], hospital: string): readonly string[] {
	return hospitals.filter((other) => other !== hospital);
}
