// The port to the policy engine: one question, and a definite yes, a definite no, or no answer (which is a no).

import type { Result } from '@cordon/shared';

/** The values a condition may read; JSON only. */
export type ConditionContext = Readonly<Record<string, unknown>>;

/** A relationship as OpenFGA stores it: `user` has `relation` to `object`, where the condition holds. */
export interface Tuple {
	/** `type:id`, `type:*` or `type:id#relation`. */
	readonly user: string;
	readonly relation: string;
	readonly object: string;
	readonly condition?: { readonly name: string; readonly context: ConditionContext };
}

export interface RelationshipCheck {
	readonly user: string;
	readonly relation: string;
	readonly object: string;
	readonly context?: ConditionContext;
	/** Believed for this check only; one the model does not allow makes the check fail. */
	readonly contextualTuples?: readonly Tuple[];
}

export interface RelationshipEngine {
	/** Errors  `policy-unavailable` no definite answer: outage, timeout, a check the model does not know,
	 *          a condition that lacks a value. A caller denies. */
	readonly check: (question: RelationshipCheck) => Promise<Result<boolean, 'policy-unavailable'>>;
}
