// Notes for the hospital's own debugging how long each call of a stage on the store, the ledger and the log took.

import type { Timed } from './observe-conversation.ts';
import type { NodeParts } from './ports.ts';

/** As private as the time of a message: between the calls lie noise and masks. */
export function observedCalls(parts: NodeParts, timed: Timed): NodeParts {
	const { sessions, snapshots, ledger, audit } = parts;
	const call = <T>(name: string, work: () => Promise<T>): Promise<T> =>
		timed('call-done', { call: name }, work);
	return {
		...parts,
		sessions: {
			...sessions,
			standing: (session) => call('sessions.standing', () => sessions.standing(session)),
			resume: (session) => call('sessions.resume', () => sessions.resume(session)),
			find: (session) => call('sessions.find', () => sessions.find(session)),
			claimRequest: (...claim) => call('sessions.claimRequest', () => sessions.claimRequest(...claim)),
			isPaused: () => call('sessions.isPaused', () => sessions.isPaused()),
			cursor: () => call('sessions.cursor', () => sessions.cursor()),
			save: (change) => call('sessions.save', () => sessions.save(change)),
		},
		snapshots: {
			...snapshots,
			currentEpoch: () => call('snapshots.currentEpoch', () => snapshots.currentEpoch()),
		},
		ledger: {
			...ledger,
			reserve: (request) => call('ledger.reserve', () => ledger.reserve(request)),
			commit: (session) => call('ledger.commit', () => ledger.commit(session)),
		},
		audit: { append: (entry) => call('audit.append', () => audit.append(entry)) },
	};
}
