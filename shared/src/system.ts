// The operating system's clock and randomness: what production hands to every part that asks for one.

import { randomBytes } from 'node:crypto';
import type { Clock, Random } from './clock-and-random.ts';

export const systemClock: Clock = { nowMs: () => Date.now() };

/** The CSPRNG of the operating system. */
export const systemRandom: Random = { bytes: (length) => new Uint8Array(randomBytes(length)) };

/** Resolves after the time, or as soon as the signal is given; never rejects. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
	if (signal.aborted) return Promise.resolve();
	return new Promise((resume) => {
		const done = (): void => {
			clearTimeout(timer);
			signal.removeEventListener('abort', done);
			resume();
		};
		const timer = setTimeout(done, milliseconds);
		signal.addEventListener('abort', done, { once: true });
	});
}
