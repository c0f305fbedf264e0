// What a question asks permission for, in the policy engine's words.

import { askKindOf, type Question } from '@cordon/shared';
import type { AccessQuestion } from '../ports.ts';

export function accessOf(question: Question): Omit<AccessQuestion, 'person' | 'nowMs'> {
	return {
		project: question.project,
		purpose: question.purpose,
		askKind: askKindOf(question.query.ask),
		mechanism: question.release.mechanism,
	};
}
