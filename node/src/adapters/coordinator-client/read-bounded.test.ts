import { describe, expect, it } from 'vitest';
import { readBounded as readBytes } from './read-bounded.ts';

/** `taken` counts the chunks that were asked for. */
function streamOf(chunks: readonly string[]): {
	readonly body: ReadableStream<Uint8Array>;
	readonly taken: () => number;
	readonly isCancelled: () => boolean;
} {
	let taken = 0;
	let isCancelled = false;
	const body = new ReadableStream<Uint8Array>(
		{
			pull: (controller) => {
				const chunk = chunks[taken];
				taken += 1;
				if (chunk === undefined) controller.close();
				else controller.enqueue(new TextEncoder().encode(chunk));
			},
			cancel: () => {
				isCancelled = true;
			},
		},
		{ highWaterMark: 0 },
	);
	return { body, taken: () => taken, isCancelled: () => isCancelled };
}

async function readBounded(...given: Parameters<typeof readBytes>): Promise<string | null> {
	const bytes = await readBytes(...given);
	return bytes === null ? null : Buffer.from(bytes).toString('utf8');
}

describe('readBounded', () => {
	it('reads a body of exactly the limit', async () => {
		expect(await readBounded(streamOf(['ab', 'cd']).body, 4)).toBe('abcd');
	});

	it('reads no body and an empty one as nothing', async () => {
		expect([await readBounded(null, 4), await readBounded(streamOf([]).body, 4)]).toEqual(['', '']);
	});

	it('puts a letter together that two chunks share', async () => {
		const [first, second] = [new Uint8Array([0xc3]), new Uint8Array([0xa9])];
		const body = ReadableStream.from([first, second]) as ReadableStream<Uint8Array>;
		expect(await readBounded(body, 4)).toBe('é');
	});

	it('gives null for a byte more, counted in bytes', async () => {
		expect(await readBounded(streamOf(['ab', 'cde']).body, 4)).toBeNull();
		expect(await readBounded(streamOf(['ééé']).body, 5)).toBeNull();
	});

	it('stops reading where the limit is passed', async () => {
		const stream = streamOf(Array.from({ length: 1000 }, () => 'ab'));
		expect(await readBounded(stream.body, 4)).toBeNull();
		expect([stream.taken(), stream.isCancelled()]).toEqual([3, true]);
	});

	it('rejects where the connection breaks, and gives no half', async () => {
		const body = new ReadableStream<Uint8Array>({
			start: (controller) => controller.error(new Error('reset')),
		});
		await expect(readBounded(body, 4)).rejects.toThrow('reset');
	});
});
