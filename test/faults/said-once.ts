// What each hospital says in each round of a session, as the line hears it: whatever is resent, it is the same bytes.
// Other bytes would be a second, uncharged release.

import { passingMessage } from '../passing-messages.ts';
import type { Moment } from './faulty-line.ts';
import type { Violation } from './violation.ts';

export interface SaidOnce {
	readonly hear: (moment: Moment) => void;
	readonly violations: () => readonly Violation[];
}

/** Rounds in which a second, different message would tell more than the first. */
const oneShot = new Set(['masked-input', 'unmask', 'plain']);

export function saidOnce(): SaidOnce {
	const said = new Map<string, Set<string>>();
	return {
		hear: ({ line, at, body }) => {
			if (line === 'client' || at !== 'request') return;
			const { kind, session, text } = passingMessage(body);
			if (!oneShot.has(kind)) return;
			const name = `${kind} of ${line} in ${session}`;
			said.set(name, (said.get(name) ?? new Set()).add(text));
		},
		violations: () =>
			[...said].flatMap(([name, texts]): readonly Violation[] =>
				texts.size === 1 ? [] : [{ invariant: 'once', what: `${texts.size} different ones: ${name}` }],
			),
	};
}
