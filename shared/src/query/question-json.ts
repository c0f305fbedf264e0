// Writes a question back as the JSON that a researcher would have written, for files, screens and signing.

import type { Question } from './query.ts';

/** The inverse of `parseQuestion`: parsing what it gives yields the same question. */
export function toQuestionJson({ project, purpose, query, release }: Question): unknown {
	const { mechanism, epsilonMicros } = release;
	return {
		cordon: query.cordon,
		project,
		purpose,
		cohort: query.cohort,
		ask: query.ask,
		release: { mechanism, ...(epsilonMicros === undefined ? {} : { epsilon: epsilonMicros / 1e6 }) },
	};
}
