// Decides whether this person may put this kind of question to this hospital's data, for the node; undecided is no.

import type { RelationshipEngine } from '@cordon/policies';
import { err, ok, type RefusalCode, type Result, requiredPermission } from '@cordon/shared';
import type { AccessQuestion } from '../ports.ts';

export interface AuthorizeParts {
	readonly engine: RelationshipEngine;
	/** Id of the hospital's data set in its own authorization file. */
	readonly dataset: string;
	/** Projects of the hospital's own authorization file; the manifest's are the network's say, not this one's. */
	readonly hospitalProjects: readonly string[];
	/** Declared open: approval, purpose and the exact grant are waived; membership and the kind of ask are not. */
	readonly publicData: boolean;
}

export interface Authorization {
	readonly person: string;
	readonly project: string;
	/** Every result says so where it is true. */
	readonly isGrantWaived: boolean;
}

interface Step {
	readonly user: string;
	readonly relation: string;
	readonly object: string;
	/** What a no to this step means. */
	readonly code: RefusalCode;
}

/**
 * Errors  `unknown-project` this hospital knows none of that name; `not-a-member`; `dataset-not-approved` no steward
 *         approved it, or no longer; `purpose-not-permitted` approved, for other purposes; `ask-not-permitted`;
 *         `exact-not-granted`; `policy-unavailable` the engine gave no definite answer to a step.
 */
export async function authorize(
	question: AccessQuestion,
	parts: AuthorizeParts,
): Promise<Result<Authorization, RefusalCode>> {
	const { person, project } = question;
	if (!parts.hospitalProjects.includes(project)) return err('unknown-project');
	const context = { now: new Date(question.nowMs).toISOString(), asked: question.purpose };
	for (const { code, ...check } of stepsOf(question, parts)) {
		const answer = await parts.engine.check({ ...check, context });
		if (!answer.ok) return err('policy-unavailable');
		if (answer.value !== true) return err(code);
	}
	return ok({ person, project, isGrantWaived: parts.publicData });
}

/** In this order, so that each no has one reason; the last steps include the ones before them. */
function stepsOf(question: AccessQuestion, parts: AuthorizeParts): readonly Step[] {
	const project = `project:${question.project}`;
	const dataset = `dataset:${parts.dataset}`;
	const grant = requiredPermission(question.askKind);
	const member: Step = {
		user: `user:${question.person}`,
		relation: 'member',
		object: project,
		code: 'not-a-member',
	};
	const ofDataset = (relation: string, code: RefusalCode): Step => ({
		user: project,
		relation,
		object: dataset,
		code,
	});
	if (parts.publicData) return [member, ofDataset(grant, 'ask-not-permitted')];
	const exact = question.mechanism === 'exact' ? [ofDataset('can_release_exact', 'exact-not-granted')] : [];
	return [
		member,
		ofDataset('approved', 'dataset-not-approved'),
		ofDataset('purpose', 'purpose-not-permitted'),
		ofDataset(`can_ask_${grant}`, 'ask-not-permitted'),
		...exact,
	];
}
