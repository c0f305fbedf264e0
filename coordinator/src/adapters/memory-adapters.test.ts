import { describe, expect, it } from 'vitest';
import { manualTime } from '../testing/test-coordinator.ts';
import { createTurns } from '../turns.ts';
import { seenProofs } from './seen-proofs.ts';
import { memoryWakeUps } from './wake-ups.ts';

describe('seenProofs', () => {
	it('knows an id for as long as it lives, and no longer', () => {
		const time = manualTime();
		const seen = seenProofs(time, 1000);
		expect([seen('a'), seen('a'), seen('b')]).toEqual([false, true, false]);
		time.advance(1000);
		expect(seen('a')).toBe(false);
	});

	it('takes everything for a repeat when it can remember no more', () => {
		const seen = seenProofs(manualTime(), 1000);
		for (let at = 0; at < 100_000; at += 1) seen(String(at));
		expect(seen('new')).toBe(true);
	});
});

describe('memoryWakeUps', () => {
	it('wakes whoever waits for the topic once, and nobody who took it back', () => {
		const wakeUps = memoryWakeUps();
		const woken: string[] = [];
		wakeUps.once('east', () => woken.push('east'));
		wakeUps.once('west', () => woken.push('west'));
		wakeUps.once('east', () => woken.push('back'))();
		wakeUps.wake('east');
		wakeUps.wake('east');
		expect(woken).toEqual(['east']);
		wakeUps.wakeAll();
		expect(woken).toEqual(['east', 'west']);
	});
});

describe('createTurns', () => {
	it('starts the next only when the one before has ended, also where it failed', async () => {
		const { inTurn } = createTurns();
		const order: string[] = [];
		const first = inTurn('session', async () => {
			order.push('first begins');
			await Promise.resolve();
			order.push('first ends');
			throw new Error('failed');
		});
		const second = inTurn('session', async () => order.push('second'));
		await expect(first).rejects.toThrow('failed');
		await second;
		expect(order).toEqual(['first begins', 'first ends', 'second']);
	});
});
