// Remembers sessions that this process has changed last, so that their next messages are heard without reading them again.

import type { SessionStore, StoredSession } from './ports.ts';
import type { SessionRecord } from './session.ts';

export interface RememberedSession extends StoredSession {
	/**
	 * Just read, and not remembered. What is remembered may be out of date where another process took a message: a
	 * change of it is refused for its version, and whoever is to be refused must be heard against a fresh one.
	 */
	readonly isFresh: boolean;
}

export interface RememberedSessions {
	/** What is remembered is handed out once: whatever then goes wrong, it is read again. null: there is no such session. */
	readonly recall: (session: string) => Promise<RememberedSession | null>;
	/** As it was committed by this process. One that is over, or that waits for a release, is not remembered. */
	readonly remember: (stored: StoredSession) => void;
	/** Forgets all others: what is deleted where a session ends must not be kept here. */
	readonly keepOnly: (running: readonly SessionRecord[]) => void;
}

/** A record holds at most a megabyte or so: a hundred hospitals' sealed shares, and one sum. */
const mostRemembered = 16;

export function rememberSessions(
	sessions: Pick<SessionStore, 'sessionOf'>,
	most: number = mostRemembered,
): RememberedSessions {
	const remembered = new Map<string, StoredSession>();
	return {
		recall: async (session) => {
			const known = remembered.get(session);
			remembered.delete(session);
			if (known !== undefined) return { ...known, isFresh: false };
			const stored = await sessions.sessionOf(session);
			return stored === null ? null : { ...stored, isFresh: true };
		},
		remember: (stored) => {
			if (!isWorthIt(stored.record)) return;
			remembered.set(stored.record.session, stored);
			const [oldest] = remembered.keys();
			if (remembered.size > most && oldest !== undefined) remembered.delete(oldest);
		},
		keepOnly: (running) => {
			const kept = new Set(running.map(({ session }) => session));
			for (const session of [...remembered.keys()]) if (!kept.has(session)) remembered.delete(session);
		},
	};
}

function isWorthIt({ merge, ending }: SessionRecord): boolean {
	return merge !== null && merge.kind !== 'replay' && ending === null;
}
