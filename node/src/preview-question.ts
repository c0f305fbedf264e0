// Shows hospital IT what a question would make this node compute and what would leave it. Counts and sends nothing.

import {
	type Dictionary,
	err,
	type InputIssue,
	type NetworkPolicy,
	networkSensitivity,
	ok,
	parseQuestion,
	publicCodeOf,
	queryHash,
	type Result,
} from '@cordon/shared';
import { decidePlan } from './plan/reserve-plan.ts';
import type { Ledger } from './ports.ts';

export interface PreviewParts {
	readonly dictionary: Dictionary;
	readonly policy: NetworkPolicy;
	readonly ledger: Ledger;
	readonly epoch: string | null;
}

export interface Preview {
	readonly query: string;
	readonly ask: string;
	readonly mechanism: string;
	readonly dataClasses: readonly string[];
	/** Patients are counted who consent to every class listed, for the question's purpose, on the day of asking. */
	readonly cells: readonly (readonly string[])[];
	readonly l1Sensitivity: number;
	readonly charge: {
		readonly epsilonMicros: number;
		readonly leftInEpochMicros: number;
		readonly leftForLifeMicros: number;
	} | null;
	readonly leaves: string;
}

/** Errors  the question's mistakes; one issue with the public code where policy does not allow such a question. */
export async function previewQuestion(
	input: unknown,
	parts: PreviewParts,
): Promise<Result<Preview, readonly InputIssue[]>> {
	const question = parseQuestion(input, parts.dictionary);
	if (!question.ok) return question;
	const plan = decidePlan({ question: question.value, policy: parts.policy, dictionary: parts.dictionary });
	if (!plan.ok)
		return err([{ path: '', message: `would be refused: ${publicCodeOf(plan.error)}`, nearest: [] }]);
	const { policy, epoch } = parts;
	const spent = epoch === null ? null : await parts.ledger.spent(epoch);
	return ok({
		query: queryHash(question.value.query),
		ask: plan.value.askKind,
		mechanism: plan.value.mechanism,
		dataClasses: plan.value.dataClasses,
		cells: plan.value.cells,
		l1Sensitivity: networkSensitivity(plan.value, policy),
		charge:
			spent === null
				? null
				: {
						epsilonMicros: plan.value.epsilonMicros,
						leftInEpochMicros: policy.epsilonPerEpochMicros - spent.epochMicros,
						leftForLifeMicros: policy.epsilonForLifeMicros - spent.lifeMicros,
					},
		leaves: leaving(policy, plan.value.cells.length),
	});
}

function leaving(policy: NetworkPolicy, cells: number): string {
	if (policy.visibility === 'blind') {
		return `${cells * 8} bytes of masked shares, whose sum with those of the other hospitals only who asks can open`;
	}
	if (policy.aggregation === 'secure') {
		return `${cells * 8} bytes of masked shares, which say nothing without those of the other hospitals`;
	}
	return `${cells} counts of this hospital, noised or at least its own k, which the coordinator sees`;
}
