// Drives the collector of secure aggregation: the coordinator relays what it cannot read and opens the sum alone.

import {
	type CollectorStep,
	err,
	hearAsCollector,
	ok,
	openCollector,
	type PackedText,
	packForMember,
	type Result,
	type SecaggTerms,
	withdraw,
} from '@cordon/shared';
import type { MergeState, ProgressStep } from '../session.ts';
import type { MergeFacts, MergeOutcome, MergeStep } from './merge-step.ts';

type SecureState = Extract<MergeState, { readonly kind: 'secure' }>;

/** What the collector's own messages tell of the round that has just been completed. */
const progressOf: Readonly<Record<string, ProgressStep>> = {
	adverts: 'advertised',
	inputs: 'masked',
	signatures: 'consistent',
};

export function openSecure(terms: SecaggTerms): SecureState {
	return { kind: 'secure', collector: openCollector(terms) };
}

/** Errors  `out-of-place` whatever fault the state machine found; the session stands as it did. */
export function secureMessage(
	state: SecureState,
	hospital: string,
	body: PackedText,
	facts: MergeFacts,
): Result<MergeStep, 'out-of-place'> {
	const step = hearAsCollector(state.collector, hospital, body);
	return step.ok ? ok(stepOf(step.value, facts)) : err('out-of-place');
}

export function withdrawSecure(state: SecureState, hospital: string, facts: MergeFacts): MergeStep {
	return stepOf(withdraw(state.collector, hospital), facts);
}

function stepOf(step: CollectorStep, facts: MergeFacts): MergeStep {
	const kinds = step.send.map(({ body }) => body.kind);
	return {
		state: { kind: 'secure', collector: step.state },
		send: step.send.map(({ to, body }) => ({ to, body: packForMember(body, step.state.terms) })),
		outcome: outcomeOf(step, facts),
		progress: progressOf[kinds[0] ?? ''] ?? null,
	};
}

function outcomeOf(
	{ outcome }: CollectorStep,
	{ policy, parameters, hospitalK }: MergeFacts,
): MergeOutcome | null {
	if (outcome === null) return null;
	if (outcome.kind === 'aborted') return { kind: 'aborted' };
	if (parameters === null) throw new Error('a secure session has parameters');
	const terms = {
		contributors: outcome.contributors,
		epochs: outcome.epochs,
		inputs: outcome.inputs,
		noiseHospitals: parameters.noiseHospitals,
		minimumContributors: parameters.minimum,
	};
	if (outcome.kind === 'sealed') return { kind: 'sealed', answer: { ...terms, sealed: outcome.sealed } };
	const k = Math.max(policy.k, ...outcome.contributors.map((hospital) => kOf(hospitalK, hospital)));
	const merged = outcome.cells.map((count) => ({ count, hiddenByHospital: false }));
	return { kind: 'sum', answer: { ...terms, merged, k } };
}

function kOf(hospitalK: MergeFacts['hospitalK'], hospital: string): number {
	const k = hospitalK[hospital];
	if (k === undefined) throw new Error('a contributor that the manifest does not name');
	return k;
}
