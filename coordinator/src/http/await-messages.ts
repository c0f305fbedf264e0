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
		await woken.promise;
		return await parts.sessions.waiting(hospital, after);
	} finally {
		woken.cancel();
	}
}

function wakeUpFor(
	{ wakeUps, timer, stopping }: Pick<AppParts, 'wakeUps' | 'timer' | 'stopping'>,
	{ hospital, waitMs }: PollFor,
	gone: AbortSignal,
): { readonly promise: Promise<void>; readonly cancel: () => void } {
	const { promise, resolve } = Promise.withResolvers<void>();
	const wake = (): void => resolve();
	const forget = wakeUps.once(hospital, wake);
	const stopTimer = timer.after(waitMs, wake);
	stopping.addEventListener('abort', wake);
	gone.addEventListener('abort', wake);
	const cancel = (): void => {
		forget();
		stopTimer();
		stopping.removeEventListener('abort', wake);
		gone.removeEventListener('abort', wake);
	};
	return { promise, cancel };
}
