// Draws noise ahead while a node listens and hears nothing: then it counts nobody, and how long it has been listening
// follows from no patient's data.

import type { CoordinatorClient, NoisePool } from './ports.ts';

export interface DrawingParts {
	readonly pool: NoisePool;
	/** Resolves after the time or as soon as the signal is given, never rejects. */
	readonly pause: (milliseconds: number, signal: AbortSignal) => Promise<void>;
	/** Told that a draw failed; a question then draws for itself, and fails by itself where it cannot. */
	readonly failed: () => void;
}

/** So that the rounds of a session, and questions asked one after the other, have the processor to themselves. */
const silenceMs = 250;
/** A breath between slices, for whatever came meanwhile. */
const breathMs = 1;

/**
 * The client, which draws ahead during its polls. The time before the next poll is not used, though the node may be idle
 * then: a reply that waits for its hour has been counted since a moment that follows from the data, and noise drawn
 * from that moment on would say, in what the next question waits, when it was.
 */
export function drawWhileListening(client: CoordinatorClient, parts: DrawingParts): CoordinatorClient {
	return {
		...client,
		poll: async (...asked) => {
			const heard = new AbortController();
			const drawing = drawAhead(parts, heard.signal);
			try {
				return await client.poll(...asked);
			} finally {
				// With a reason: without one an exception is made, stack and all, at each poll.
				heard.abort('heard');
				await drawing;
			}
		},
	};
}

async function drawAhead(parts: DrawingParts, heard: AbortSignal): Promise<void> {
	await parts.pause(silenceMs, heard);
	while (!heard.aborted && isMoreToDraw(parts)) await parts.pause(breathMs, heard);
}

function isMoreToDraw({ pool, failed }: DrawingParts): boolean {
	try {
		return pool.drawSlice();
	} catch {
		failed();
		return false;
	}
}
