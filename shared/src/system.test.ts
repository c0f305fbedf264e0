import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pause, systemRandom } from './system.ts';

const given = vi.hoisted((): Uint8Array[] => []);

vi.mock('node:crypto', async (original) => {
	const crypto = await original<typeof import('node:crypto')>();
	const randomBytes = (length: number): Buffer => {
		const bytes = crypto.randomBytes(length);
		given.push(Uint8Array.from(bytes));
		return bytes;
	};
	return { ...crypto, randomBytes };
});

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** Whether the pause has ended, once everything that is due has run. */
async function ended(paused: Promise<void>): Promise<boolean> {
	let isEnded = false;
	const mark = paused.then(() => {
		isEnded = true;
	});
	await vi.advanceTimersByTimeAsync(0);
	void mark;
	return isEnded;
}

describe('pause', () => {
	it('ends after its time and not a millisecond before', async () => {
		const paused = pause(1000, new AbortController().signal);
		await vi.advanceTimersByTimeAsync(999);
		expect(await ended(paused)).toBe(false);
		await vi.advanceTimersByTimeAsync(1);
		expect(await ended(paused)).toBe(true);
	});

	it('ends as soon as the signal is given, and leaves no timer', async () => {
		const stop = new AbortController();
		const paused = pause(60_000, stop.signal);
		stop.abort();
		expect(await ended(paused)).toBe(true);
		expect(vi.getTimerCount()).toBe(0);
	});

	it('ends at once where the signal was given before', async () => {
		expect(await ended(pause(60_000, AbortSignal.abort()))).toBe(true);
		expect(vi.getTimerCount()).toBe(0);
	});

	it('leaves no listener on a signal that outlives a thousand pauses', async () => {
		const { signal } = new AbortController();
		const added = vi.spyOn(signal, 'addEventListener');
		const removed = vi.spyOn(signal, 'removeEventListener');
		const pauses = Array.from({ length: 1000 }, () => pause(1, signal));
		await vi.advanceTimersByTimeAsync(1);
		await Promise.all(pauses);
		expect([added.mock.calls.length, removed.mock.calls.length]).toEqual([1000, 1000]);
	});
});

describe('systemRandom', () => {
	it("hands out the platform's random bytes, each once and as they are", () => {
		given.length = 0;
		const taken = [32, 4096, 1].map((length) => systemRandom.bytes(length));
		expect(taken).toEqual(given);
		expect(taken.map(({ length }) => length)).toEqual([32, 4096, 1]);
		expect(new Set(taken.map((bytes) => bytes.buffer)).size).toBe(3);
	});

	it('has no seed: two draws differ', () => {
		expect(systemRandom.bytes(32)).not.toEqual(systemRandom.bytes(32));
	});
});
