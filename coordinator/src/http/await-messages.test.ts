import type { ToNode } from '@cordon/shared';
import { beforeEach, describe, expect, it } from 'vitest';
import { memoryWakeUps } from '../adapters/wake-ups.ts';
import type { WaitingMessage, WakeUps } from '../ports.ts';
import { type ManualTime, manualTime } from '../testing/test-coordinator.ts';
import { awaitMessages } from './await-messages.ts';

const letter = (seq: number): WaitingMessage => {
	const message: ToNode = { kind: 'end', session: String(seq), outcome: 'aborted' };
	return { seq, message };
};

let stored: readonly WaitingMessage[];
let looks: number;
let wakeUps: WakeUps;
let time: ManualTime;
/** Each look ends only then, with what was stored when it began. */
let looked: Promise<void>;

beforeEach(() => {
	stored = [];
	looks = 0;
	wakeUps = memoryWakeUps();
	time = manualTime();
	looked = Promise.resolve();
});

function poll(after: number): Promise<readonly WaitingMessage[]> {
	const waiting = async (_hospital: string, heard: number): Promise<readonly WaitingMessage[]> => {
		looks += 1;
		const seen = stored.filter(({ seq }) => seq > heard);
		await looked;
		return seen;
	};
	const parts = {
		sessions: { waiting } as unknown as Parameters<typeof awaitMessages>[0]['sessions'],
		wakeUps,
		timer: time.timer,
		stopping: new AbortController().signal,
	};
	return awaitMessages(parts, { hospital: 'east', after, waitMs: 1000 }, new AbortController().signal);
}

/** Lets a poll that has looked begin to wait. */
const settled = async (): Promise<void> => {
	for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

describe('awaitMessages', () => {
	it('hands over what is posted while it waits, without a second look', async () => {
		const polled = poll(4);
		await settled();
		stored = [letter(5), letter(6)];
		wakeUps.wake('east', stored);
		expect(await polled).toEqual([letter(5), letter(6)]);
		expect(looks).toBe(1);
	});

	it.each([
		['another process posted before it', [letter(5), letter(6)], [letter(6)]],
		['another process posted in between', [letter(5), letter(6), letter(7)], [letter(5), letter(7)]],
		['nothing is handed over', [letter(5)], []],
		['what is handed over was heard before', [letter(5)], [letter(4)]],
	])('looks again where %s', async (_when, there, posted) => {
		const polled = poll(4);
		await settled();
		stored = there;
		wakeUps.wake('east', posted);
		expect(await polled).toEqual(there);
		expect(looks).toBe(2);
	});

	it('looks again where it was woken before its first look had ended: the session may be over since', async () => {
		const first = Promise.withResolvers<void>();
		looked = first.promise;
		const polled = poll(4);
		wakeUps.wake('east', [letter(5)]);
		stored = [letter(6)];
		first.resolve();
		expect(await polled).toEqual([letter(6)]);
		expect(looks).toBe(2);
	});

	it('sees what was stored before it listened, and at the end of its time what nobody woke it for', async () => {
		stored = [letter(5)];
		expect(await poll(4)).toEqual([letter(5)]);
		const polled = poll(5);
		await settled();
		stored = [letter(6)];
		time.advance(1000);
		expect(await polled).toEqual([letter(6)]);
	});
});
