// The long poll: answers at once where messages wait, else at the first that comes, else empty after the time.

import type { WaitingMessage } from '../ports.ts';
import type { AppParts } from './app-parts.ts';

export interface PollFor {
	readonly hospital: string;
	readonly after: number;
	readonly waitMs: number;
}

export async function awaitMessages(
	parts: Pick<AppParts, 'sessions' | 'wakeUps' | 'timer' | 'stopping'>,
	poll: PollFor,
	gone: AbortSignal,
): Promise<readonly WaitingMessage[]> {
	const { hospital, after, waitMs } = poll;
	// Listens before it looks, so that a message that comes in between is not slept through.
	const woken = wakeUpFor(parts, poll, gone);
	try {
		const waiting = await parts.sessions.waiting(hospital, after);
		if (waiting.length > 0 || waitMs === 0 || parts.stopping.aborted) return waiting;
		// What was posted while it looked may be deleted again by now, with its session: only another look tells.
		const mayBeGone = woken.isWoken();
		const posted = await woken.promise;
		if (!mayBeGone && isNext(posted, after)) return posted;
		return await parts.sessions.waiting(hospital, after);
	} finally {
		woken.cancel();
	}
}

/**
 * Whether all that waits for the hospital is what was posted just now. Nothing waited when it looked, and a mailbox
 * counts each message: where the first of these follows what the hospital has heard, nobody else posted in between.
 */
function isNext(posted: readonly WaitingMessage[], after: number): boolean {
	return posted.length > 0 && posted.every(({ seq }, at) => seq === after + 1 + at);
}

interface WakeUp {
	/** What was posted with it, if anything. */
	readonly promise: Promise<readonly WaitingMessage[]>;
	readonly isWoken: () => boolean;
	readonly cancel: () => void;
}

function wakeUpFor(
	{ wakeUps, timer, stopping }: Pick<AppParts, 'wakeUps' | 'timer' | 'stopping'>,
	{ hospital, waitMs }: PollFor,
	gone: AbortSignal,
): WakeUp {
	const { promise, resolve } = Promise.withResolvers<readonly WaitingMessage[]>();
	let isWoken = false;
	const wakeWith = (posted: readonly WaitingMessage[]): void => {
		isWoken = true;
		resolve(posted);
	};
	const wake = (): void => wakeWith([]);
	const forget = wakeUps.once(hospital, wakeWith);
	const stopTimer = timer.after(waitMs, wake);
	stopping.addEventListener('abort', wake);
	gone.addEventListener('abort', wake);
	const cancel = (): void => {
		forget();
		stopTimer();
		stopping.removeEventListener('abort', wake);
		gone.removeEventListener('abort', wake);
	};
	return { promise, isWoken: () => isWoken, cancel };
}
