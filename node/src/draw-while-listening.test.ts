import { describe, expect, it } from 'vitest';
import { drawWhileListening } from './draw-while-listening.ts';
import type { CoordinatorClient, InboundMessage } from './ports.ts';

interface Bench {
	readonly client: CoordinatorClient;
	/** What happened, in its order. */
	readonly told: string[];
	/** The coordinator answers the poll. */
	readonly answer: (heard: readonly InboundMessage[] | Error) => void;
	/** Time passes until the pause that is under way is over. */
	readonly passPause: () => Promise<void>;
}

const later = (): Promise<void> => new Promise((resume) => setImmediate(resume));

/** A node whose coordinator answers and whose time passes by hand; its pool lacks so many slices. */
function listening(slices: number, breaksAt: number | null = null): Bench {
	const told: string[] = [];
	let drawn = 0;
	let endPause: (() => void) | null = null;
	let settle: ((heard: readonly InboundMessage[] | Error) => void) | null = null;
	const client = {
		poll: (after: number, waitMs: number) => {
			told.push(`polls after ${after} for ${waitMs}`);
			return new Promise<readonly InboundMessage[]>((resolve, reject) => {
				settle = (heard) => (heard instanceof Error ? reject(heard) : resolve(heard));
			});
		},
	} as unknown as CoordinatorClient;
	const pause = (milliseconds: number, signal: AbortSignal): Promise<void> => {
		told.push(`pauses ${milliseconds}`);
		return new Promise((resume) => {
			endPause = resume;
			signal.addEventListener('abort', () => resume(), { once: true });
		});
	};
	const pool = {
		take: () => [],
		drawSlice: () => {
			if (drawn === breaksAt) throw new Error('no randomness');
			drawn += 1;
			told.push('draws');
			return drawn < slices;
		},
	};
	const failed = (): void => {
		told.push('failed');
	};
	return {
		client: drawWhileListening(client, { pool, pause, failed }),
		told,
		answer: (heard) => settle?.(heard),
		passPause: async () => {
			endPause?.();
			await later();
		},
	};
}

const message: InboundMessage = { sequence: 8, message: null };
const signal = new AbortController().signal;

describe('drawWhileListening', () => {
	it('draws slices with a breath between after a silence, until nothing is lacking', async () => {
		const { client, told, answer, passPause } = listening(3);
		const heard = client.poll(7, 20_000, signal);
		for (let time = 0; time < 5; time += 1) await passPause();
		answer([message]);
		expect(await heard).toEqual([message]);
		const slices = ['draws', 'pauses 1', 'draws', 'pauses 1', 'draws'];
		expect(told).toEqual(['pauses 250', 'polls after 7 for 20000', ...slices]);
	});

	it('draws nothing where it hears before the silence is over', async () => {
		const { client, told, answer, passPause } = listening(3);
		const heard = client.poll(7, 20_000, signal);
		answer([message]);
		await heard;
		await passPause();
		expect(told).not.toContain('draws');
	});

	it('stops when it hears, and draws nothing until it listens again', async () => {
		const { client, told, answer, passPause } = listening(9);
		const heard = client.poll(7, 20_000, signal);
		await passPause();
		answer([message]);
		await heard;
		for (let time = 0; time < 3; time += 1) await passPause();
		expect(told.filter((event) => event === 'draws')).toHaveLength(1);
		const again = client.poll(8, 20_000, signal);
		await passPause();
		answer([]);
		await again;
		expect(told.filter((event) => event === 'draws')).toHaveLength(2);
	});

	it('stops where the poll fails, which fails as it would', async () => {
		const { client, told, answer, passPause } = listening(9);
		const heard = client.poll(7, 20_000, signal);
		await passPause();
		answer(new Error('unreachable'));
		await expect(heard).rejects.toThrow('unreachable');
		await passPause();
		expect(told.filter((event) => event === 'draws')).toHaveLength(1);
	});

	it('says where a draw fails, draws no more in this poll, and hears all the same', async () => {
		const { client, told, answer, passPause } = listening(9, 1);
		const heard = client.poll(7, 20_000, signal);
		for (let time = 0; time < 4; time += 1) await passPause();
		answer([message]);
		expect(await heard).toEqual([message]);
		expect(told.slice(2)).toEqual(['draws', 'pauses 1', 'failed']);
	});
});
