// Notes for debugging how long each call of a stage on the store and the log took.

import type { CoordinatorParts } from './ports.ts';

/** As they are where nobody wants to know. */
export function observedCalls(parts: CoordinatorParts): CoordinatorParts {
	const { sessions, prepared, audit, membership, gate, log } = parts;
	const { timed } = log;
	if (timed === undefined) return parts;
	const call = <T>(name: string, work: () => Promise<T>, ids = {}): Promise<T> =>
		timed('call-done', { call: name, ...ids }, work);
	return {
		...parts,
		gate: {
			authenticate: (...given) => call('gate.authenticate', () => gate.authenticate(...given)),
			verifyRequest: (...given) => call('gate.verifyRequest', () => gate.verifyRequest(...given)),
		},
		membership: { ...membership, current: () => call('membership.current', () => membership.current()) },
		prepared: {
			...prepared,
			store: {
				...prepared.store,
				all: () => call('prepared.all', () => prepared.store.all()),
				take: (one) => call('prepared.take', () => prepared.store.take(one)),
			},
		},
		sessions: {
			...sessions,
			queryOfRequest: (digest) => call('sessions.queryOfRequest', () => sessions.queryOfRequest(digest)),
			heldRelease: (key) => call('sessions.heldRelease', () => sessions.heldRelease(key)),
			sessionOf: (session) => call('sessions.sessionOf', () => sessions.sessionOf(session), { session }),
			open: (...opened) => call('sessions.open', () => sessions.open(...opened)),
			change: (change) => {
				const { session } = change.record;
				return call('sessions.change', () => sessions.change(change), { session });
			},
		},
		audit: {
			append: (entry) => call('audit.append', () => audit.append(entry)),
			proof: (index) => call('audit.proof', () => audit.proof(index)),
		},
	};
}
