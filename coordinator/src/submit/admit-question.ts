// Whether a question may be dispatched at all: readable, of a known project, of a permitted mechanism, of enough hospitals.
// A first gate and a courtesy to the researcher; each hospital decides again for itself.

import {
	type Dictionary,
	err,
	type InputIssue,
	type Manifest,
	ok,
	type Plan,
	parseQuestion,
	planUnderPolicy,
	type Question,
	type RefusalCode,
	type Result,
	sessionParameters,
} from '@cordon/shared';

export interface Admitted {
	readonly question: Question;
	readonly plan: Plan;
	/** The project's hospitals, sorted. */
	readonly roster: readonly string[];
}

/** `issues` are told to the researcher: they are about the question's text alone. */
export interface Rejection {
	readonly code: RefusalCode;
	readonly issues: readonly InputIssue[];
}

/**
 * Shape   question, plan and roster; nothing is looked up beyond manifest and dictionary.
 * Errors  `malformed-query` with issues; `unknown-project`; `mechanism-not-permitted`; `too-many-cells`;
 *         `noise-too-large`; `ask-needs-visible`; `epsilon-over-cap`; `sensitivity-unknown`;
 *         `too-few-hospitals` the project's roster cannot form a session.
 */
export function admitQuestion(
	input: unknown,
	facts: { readonly manifest: Manifest; readonly dictionary: Dictionary },
): Result<Admitted, Rejection> {
	const { manifest, dictionary } = facts;
	const parsed = parseQuestion(input, dictionary);
	if (!parsed.ok) return err({ code: 'malformed-query', issues: parsed.error });
	const question = parsed.value;
	const project = manifest.projects.find((candidate) => candidate.id === question.project);
	if (project === undefined) return reject('unknown-project');
	if (!manifest.policy.mechanisms.includes(question.release.mechanism))
		return reject('mechanism-not-permitted');
	const plan = planUnderPolicy(question, dictionary, manifest.policy);
	if (!plan.ok) return reject(plan.error);
	if (!canFormSession(manifest, project.hospitals.length, plan.value)) return reject('too-few-hospitals');
	return ok({ question, plan: plan.value, roster: project.hospitals });
}

function canFormSession({ policy }: Manifest, hospitals: number, { mechanism }: Plan): boolean {
	return policy.aggregation === 'plain' ? hospitals >= 2 : sessionParameters(hospitals, policy, mechanism).ok;
}

function reject(code: RefusalCode): Result<never, Rejection> {
	return err({ code, issues: [] });
}
