// Waits until a network has as many prepared sessions as it keeps, so that nothing is prepared while it is measured.

import { open } from 'node:fs/promises';
import { pause } from '@cordon/shared';
import type { PreparedNetwork } from '../../cli/src/processes/prepare-network.ts';
import { readLogLines } from './log-lines.ts';

export interface PreparedWatch {
	/** Errors  rejects where it takes longer than a network needs for it. */
	readonly ready: () => Promise<void>;
}

/** Also what the nodes take to deal with the last message of preparing. */
const lookEveryMs = 100;
/** A hospital that was not ready makes the coordinator rest for a minute. */
const longestMs = 120_000;

/** The coordinator has logged that `sessions` sessions are ready, and the hospitals have had time to hear it. */
export function watchPrepared({ state }: PreparedNetwork, sessions: number): PreparedWatch {
	const readySessions = followCoordinator(state.logFile('coordinator'));
	return {
		ready: async () => {
			for (let waitedMs = 0; waitedMs < longestMs; waitedMs += lookEveryMs) {
				const isReady = (await readySessions()) >= sessions;
				await pause(lookEveryMs, new AbortController().signal);
				if (isReady) return;
			}
			throw new Error('the network prepared no sessions');
		},
	};
}

/** How many sessions are ready and not asked, by all that was logged so far: each line is read once. */
function followCoordinator(file: string): () => Promise<number> {
	const ready = new Set<unknown>();
	let position = 0;
	return async () => {
		const { text, end } = await readFrom(file, position);
		position = end;
		for (const { event, session } of readLogLines(text)) {
			if (event === 'session-prepared') ready.add(session);
			if (event === 'question-dispatched' || event === 'prepared-session-dropped') ready.delete(session);
		}
		return ready.size;
	};
}

/** Whole lines only: the last may still be being written. */
async function readFrom(
	file: string,
	position: number,
): Promise<{ readonly text: string; readonly end: number }> {
	const handle = await open(file, 'r');
	try {
		const { size } = await handle.stat();
		const bytes = Buffer.alloc(size - position);
		await handle.read(bytes, 0, bytes.length, position);
		const whole = bytes.lastIndexOf('\n') + 1;
		return { text: bytes.toString('utf8', 0, whole), end: position + whole };
	} finally {
		await handle.close();
	}
}
