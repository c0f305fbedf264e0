// Waits until a network has as many prepared sessions as it keeps, so that nothing is prepared while it is measured.

import { open } from 'node:fs/promises';
import { pause } from '@cordon/shared';
import type { PreparedNetwork } from '../../cli/src/processes/prepare-network.ts';
import { type LogLine, matches, readLogLines } from './log-lines.ts';

export interface PreparedWatch {
	/** Errors  rejects where it takes longer than a network needs for it. */
	readonly ready: () => Promise<void>;
}

const lookEveryMs = 50;
/** A hospital that was not ready makes the coordinator rest for a minute. */
const longestMs = 120_000;

/** Every hospital has logged that it holds the shares of `sessions` sessions which it was not asked yet. */
export function watchPrepared({ state, hospitals }: PreparedNetwork, sessions: number): PreparedWatch {
	const nodes = hospitals.map((hospital) => followNode(state.logFile(`node-${hospital}`)));
	return {
		ready: async () => {
			for (let waitedMs = 0; waitedMs < longestMs; waitedMs += lookEveryMs) {
				const waiting = await Promise.all(nodes.map((waitingSessions) => waitingSessions()));
				if (waiting.every((count) => count >= sessions)) return;
				await pause(lookEveryMs, new AbortController().signal);
			}
			throw new Error('the network prepared no sessions');
		},
	};
}

/** How many sessions wait at the node, by all that it has logged so far: each line is read once. */
function followNode(file: string): () => Promise<number> {
	const waiting = new Set<unknown>();
	const prepared = new Set<unknown>();
	let position = 0;
	return async () => {
		const { text, end } = await readFrom(file, position);
		position = end;
		for (const line of readLogLines(text)) note(line, { prepared, waiting });
		return waiting.size;
	};
}

function note(
	line: LogLine,
	{ prepared, waiting }: { readonly prepared: Set<unknown>; readonly waiting: Set<unknown> },
): void {
	if (line['event'] !== 'message-handled') return;
	const { session } = line;
	if (line['kind'] === 'prepare') prepared.add(session);
	if (matches(line, { kind: 'secagg', round: 2 }) && prepared.has(session)) waiting.add(session);
	if (line['kind'] === 'open' || line['kind'] === 'end') waiting.delete(session);
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
