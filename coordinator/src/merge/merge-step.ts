// The merge stage: takes hospitals' messages until the network's sum opens, under whichever aggregation was chosen.

import {
	awaitedByCollector,
	err,
	type NetworkPolicy,
	ok,
	type PackedText,
	type Plan,
	type Result,
	type SecaggParameters,
	type ToCoordinator,
	unreachable,
} from '@cordon/shared';
import type { Awaited, MergedAnswer, MergeState, ProgressStep, SealedAnswer } from '../session.ts';
import { plainShares, withdrawPlain } from './plain-merge.ts';
import { takePermit, withdrawReplay } from './replay-permits.ts';
import { secureMessage, withdrawSecure } from './secure-merge.ts';

export interface MergeFacts {
	readonly policy: NetworkPolicy;
	/** null in a plain network. */
	readonly parameters: SecaggParameters | null;
	/** Each hospital's own k, as all have signed it. */
	readonly hospitalK: Readonly<Record<string, number>>;
	readonly plan: Pick<Plan, 'mechanism'>;
	/** m: fewer contributors release nothing. */
	readonly minimum: number;
}

export interface FromHospital {
	readonly hospital: string;
	readonly message: ToCoordinator;
	/** Hospitals whose refusal is to be acted upon now, in whatever message it came. */
	readonly leaving: readonly string[];
}

export interface MergeStep {
	readonly state: MergeState;
	readonly send: readonly { readonly to: string; readonly body: PackedText }[];
	/** null while the session goes on. */
	readonly outcome: MergeOutcome | null;
	/** Coarse, for the researcher. */
	readonly progress: ProgressStep | null;
}

export type MergeOutcome =
	| { readonly kind: 'sum'; readonly answer: MergedAnswer }
	| { readonly kind: 'sealed'; readonly answer: SealedAnswer }
	| { readonly kind: 'aborted' };

/** Errors  `out-of-place` the message does not belong where the session stands; nothing has changed. */
export function mergeMessage(
	state: MergeState,
	{ leaving, ...said }: FromHospital,
	facts: MergeFacts,
): Result<MergeStep, 'out-of-place'> {
	const heard = hear(state, said, facts);
	if (!heard.ok || heard.value.outcome !== null) return heard;
	const left = mergeWithdrawals(heard.value.state, leaving, facts);
	const { send, progress } = heard.value;
	return ok({ ...left, send: [...send, ...left.send], progress: left.progress ?? progress });
}

function hear(
	state: MergeState,
	{ hospital, message }: Omit<FromHospital, 'leaving'>,
	facts: MergeFacts,
): Result<MergeStep, 'out-of-place'> {
	switch (message.kind) {
		case 'refuse':
			return ok({ state, send: [], outcome: null, progress: null });
		case 'secagg':
			return state.kind === 'secure'
				? secureMessage(state, hospital, message.body, facts)
				: err('out-of-place');
		case 'permit':
			return state.kind === 'replay' ? takePermit(state, hospital) : err('out-of-place');
		case 'plain':
			return state.kind === 'plain' ? plainShares(state, hospital, message, facts) : err('out-of-place');
		case 'abandon':
			return err('out-of-place');
		default:
			return unreachable(message);
	}
}

/** Whose message is still to come, and of which round. */
export function awaitedBy(state: MergeState): Awaited {
	if (state.kind === 'plain') {
		return { round: 'plain', hospitals: state.waitingFor, heard: Object.keys(state.shares).length };
	}
	if (state.kind === 'replay') return { round: 'plain', hospitals: state.waitingFor ?? [], heard: 0 };
	const { collector } = state;
	return { round: collector.phase, ...awaitedByCollector(collector) };
}

/** Hospitals that take no part, or no longer: they refused, or were not heard of in time. */
export function mergeWithdrawals(
	state: MergeState,
	hospitals: readonly string[],
	facts: MergeFacts,
): MergeStep {
	let step: MergeStep = { state, send: [], outcome: null, progress: null };
	for (const hospital of hospitals) {
		if (step.outcome !== null) return step;
		const next = withdrawOne(step.state, hospital, facts);
		step = { ...next, send: [...step.send, ...next.send], progress: next.progress ?? step.progress };
	}
	return step;
}

function withdrawOne(state: MergeState, hospital: string, facts: MergeFacts): MergeStep {
	if (state.kind === 'replay') return withdrawReplay(state);
	return state.kind === 'secure'
		? withdrawSecure(state, hospital, facts)
		: withdrawPlain(state, hospital, facts);
}
