// Decides how an answer may be released: which mechanism, and how much of the privacy budget it may cost.

import type { Path } from './input-issues.ts';
import type { AskKind, ReleaseChoice } from './query.ts';
import { releaseSchema } from './question-schema.ts';
import { type Reading, readObject } from './read-object.ts';

/** What an ask costs where the question does not say, in millionths of epsilon. */
const defaultEpsilonMicros: Readonly<Record<AskKind, number>> = {
	exists: 100_000,
	count: 100_000,
	histogram: 500_000,
	table: 1_000_000,
};

/** An absent release is `noised`, the mechanism that needs no grant. Null after noting a mistake. */
export function parseRelease(
	input: unknown,
	askKind: AskKind,
	path: Path,
	{ issues }: Reading,
): ReleaseChoice | null {
	if (input === undefined) return { mechanism: 'noised', epsilonMicros: defaultEpsilonMicros[askKind] };
	const release = readObject(releaseSchema, input, path, issues);
	if (release === null) return null;
	const { mechanism, epsilon } = release;
	if (mechanism === 'exact') {
		if (epsilon === undefined) return { mechanism };
		issues.add([...path, 'epsilon'], 'an exact release has no epsilon');
		return null;
	}
	if (epsilon === undefined) return { mechanism, epsilonMicros: defaultEpsilonMicros[askKind] };
	const epsilonMicros = Math.round(epsilon * 1e6);
	// Compared after the way back, since 0.1 * 1e6 is not a whole number in every case that is a multiple.
	if (epsilonMicros / 1e6 !== epsilon) {
		issues.add([...path, 'epsilon'], 'expected a multiple of 0.000001');
		return null;
	}
	return { mechanism, epsilonMicros };
}
