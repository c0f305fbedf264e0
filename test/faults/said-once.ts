// What each hospital says in each round of a session, as the line hears it: whatever is resent, it is the same bytes.
// Other bytes would be a second, uncharged release.

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
		hear: ({ line, at, text }) => {
			if (line === 'client' || at !== 'request') return;
			const body = bodyOf(text);
			const kind = body.kind === 'secagg' ? String(body.body?.kind) : String(body.kind);
			if (!oneShot.has(kind)) return;
			const name = `${kind} of ${line} in ${String(body.session)}`;
			said.set(name, (said.get(name) ?? new Set()).add(JSON.stringify(body)));
		},
		violations: () =>
			[...said].flatMap(([name, texts]): readonly Violation[] =>
				texts.size === 1 ? [] : [{ invariant: 'once', what: `${texts.size} different ones: ${name}` }],
			),
	};
}

interface SaidBody {
	readonly kind?: unknown;
	readonly session?: unknown;
	readonly body?: { readonly kind?: unknown };
}

/** Reads a signed envelope without verifying it: the parties do that themselves. */
function bodyOf(text: string): SaidBody {
	const { envelope } = JSON.parse(text) as { readonly envelope: string };
	const content = Buffer.from(envelope.split('.')[1] ?? '', 'base64url').toString();
	return (JSON.parse(content) as { readonly body: SaidBody }).body;
}
