import { describe, expect, it } from 'vitest';
import { manualTime } from '../testing/test-coordinator.ts';
import { createTurns } from '../turns.ts';
import { seenProofs } from './seen-proofs.ts';
import { memoryWakeUps } from './wake-ups.ts';

describe('seenProofs', () => {
	it('knows an id for as long as it lives, and no longer', () => {
		const time = manualTime();
		const seen = seenProofs(time, 1000);
		expect([seen('key', 'a'), seen('key', 'a'), seen('key', 'b')]).toEqual([false, true, false]);
		time.advance(1000);
		expect(seen('key', 'a')).toBe(false);
	});

	it('knows an id under the key that signed it, and not under another', () => {
		const seen = seenProofs(manualTime(), 1000);
		expect([seen('one', 'a'), seen('other', 'a'), seen('one', 'a')]).toEqual([false, false, true]);
	});

	it('takes every proof of a key for a repeat when it can remember no more of it, and of no other key', () => {
		const time = manualTime();
		const seen = seenProofs(time, 1000);
		for (let at = 0; at < 20_000; at += 1) expect(seen('flood', String(at))).toBe(false);
		expect(seen('flood', 'new')).toBe(true);
		expect(seen('someone else', 'new')).toBe(false);
		time.advance(1000);
		expect(seen('flood', 'new')).toBe(false);
	});

	it('remembers as long as it must of each of many keys that come and go', () => {
		const time = manualTime();
		const seen = seenProofs(time, 1000);
		for (let at = 0; at < 1000; at += 1) {
			expect(seen(`key ${at}`, 'a')).toBe(false);
			expect(seen(`key ${Math.max(0, at - 9)}`, 'a')).toBe(true);
			time.advance(100);
		}
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
