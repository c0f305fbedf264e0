// Lets the messages of a session that come while a change of it is being written be taken together in its next turn.

import type { ToCoordinator } from '@cordon/shared';
import type { TakenMessage } from './ports.ts';
import type { Turns } from './turns.ts';

/** `conflict`: it does not belong where the session stands, and never will. */
export type Verdict = 'accepted' | 'conflict';

export interface Said extends TakenMessage {
	readonly message: ToCoordinator;
}

export interface Waiting extends Said {
	readonly answer: (verdict: Verdict) => void;
	readonly fail: (error: unknown) => void;
}

/** Whoever is not answered when `takeAll` ends is failed: a hospital that hears nothing sends again. */
export function gatherMessages(
	turns: Turns,
	takeAll: (session: string, waiting: readonly Waiting[]) => Promise<void>,
): (said: Said) => Promise<Verdict> {
	const gathered = new Map<string, Waiting[]>();
	const takeTurn = async (session: string): Promise<void> => {
		const all = gathered.get(session) ?? [];
		gathered.delete(session);
		let failure: unknown = new Error('a message was not answered');
		try {
			await takeAll(session, all);
		} catch (error) {
			failure = error;
		}
		for (const { fail } of all) fail(failure);
	};
	return (said) => {
		const { promise, resolve, reject } = Promise.withResolvers<Verdict>();
		const { session } = said.message;
		const waiting = { ...said, answer: resolve, fail: reject };
		const others = gathered.get(session);
		if (others === undefined) {
			gathered.set(session, [waiting]);
			void turns.inTurn(session, () => takeTurn(session));
		} else others.push(waiting);
		return promise;
	};
}
