// Linear programs on a thread of their own, so that a large table holds up nobody else; and within a time.

import { Worker } from 'node:worker_threads';
import type { LinearProgram, LinearSolver, OpenProgram } from '../linear-solver.ts';

export type SolverRequest = { readonly id: number } & (
	| { readonly kind: 'open'; readonly program: LinearProgram }
	| { readonly kind: 'bound'; readonly lower: readonly number[]; readonly upper: readonly number[] }
	| { readonly kind: 'minimize'; readonly costs: readonly number[] }
	| { readonly kind: 'close' }
);

export type SolverAnswer =
	| { readonly kind: 'opened'; readonly id: number; readonly isOpen: boolean }
	| {
			readonly kind: 'minimized';
			readonly id: number;
			readonly columns: readonly number[] | null;
			readonly pivots: number;
	  }
	| { readonly kind: 'failed' };

export interface ThreadedSolver extends LinearSolver {
	readonly close: () => Promise<void>;
}

export interface ThreadLimits {
	/** From the opening of a program on, its waiting for others included. */
	readonly limitMs: number;
	/** Told that the solver or its thread failed, and no more. */
	readonly onFailure: () => void;
	/** The thread's file; for tests. */
	readonly file?: URL;
}

/** One answer's programs may take as long; the largest that is allowed takes some seconds where nothing is wrong. */
export const solverLimitMs = 30_000;

/**
 * One thread, started at the first program and kept. Programs of several answers take turns, one minimization each.
 * A program whose time is over finds nothing more and says why; the thread goes on with the others, since every
 * minimization is bounded in pivots. One that hangs all the same is ended after twice the time, with all its programs.
 */
export function threadedSolver(limits: ThreadLimits): ThreadedSolver {
	let thread: Thread | null = null;
	let ids = 0;
	return {
		open: async (program) => {
			const used = thread?.isAlive() === true ? thread : startThread(limits);
			thread = used;
			ids += 1;
			return openOn(used, { id: ids, program, limitMs: limits.limitMs });
		},
		close: async () => {
			await thread?.end();
			thread = null;
		},
	};
}

interface Thread {
	readonly isAlive: () => boolean;
	readonly tell: (request: SolverRequest) => void;
	/** The next answer to this program; null where the thread ends before. */
	readonly answerTo: (id: number) => Promise<SolverAnswer | null>;
	/** It failed. */
	readonly giveUp: () => void;
	readonly end: () => Promise<void>;
}

function startThread({
	file = new URL('./solver-worker.ts', import.meta.url),
	onFailure,
}: ThreadLimits): Thread {
	const worker = new Worker(file);
	// A program that waits is not what keeps the daemon running.
	worker.unref();
	const waiting = new Map<number, (said: SolverAnswer | null) => void>();
	let isAlive = true;
	const stop = (): void => {
		isAlive = false;
		for (const tell of waiting.values()) tell(null);
		waiting.clear();
	};
	const giveUp = (): void => {
		if (!isAlive) return;
		stop();
		onFailure();
		void worker.terminate();
	};
	worker.on('message', (said: SolverAnswer) => {
		if (said.kind === 'failed') return onFailure();
		waiting.get(said.id)?.(said);
		waiting.delete(said.id);
	});
	worker.on('error', giveUp);
	worker.on('exit', giveUp);
	return {
		isAlive: () => isAlive,
		tell: (request) => worker.postMessage(request),
		answerTo: (id) =>
			new Promise((resolve) => {
				if (isAlive) waiting.set(id, resolve);
				else resolve(null);
			}),
		giveUp,
		end: async () => {
			stop();
			await worker.terminate();
		},
	};
}

interface Opening {
	readonly id: number;
	readonly program: LinearProgram;
	readonly limitMs: number;
}

async function openOn(thread: Thread, { id, program, limitMs }: Opening): Promise<OpenProgram | null> {
	const time = startTime(limitMs, thread.giveUp);
	const ask = async (request: SolverRequest): Promise<SolverAnswer | null> => {
		const said = thread.answerTo(id);
		thread.tell(request);
		const answer = await Promise.race([said, time.over]);
		return time.isOver() ? null : answer;
	};
	let pivots = 0;
	const opened = await ask({ kind: 'open', id, program });
	// Out of time already: the program is there, and finds nothing, so that the reason is known.
	if (!time.isOver() && (opened?.kind !== 'opened' || !opened.isOpen)) {
		time.end();
		return null;
	}
	return {
		bound: (lower, upper) => thread.tell({ kind: 'bound', id, lower, upper }),
		minimize: async (costs) => {
			if (time.isOver()) return null;
			const said = await ask({ kind: 'minimize', id, costs });
			if (said?.kind !== 'minimized') return null;
			pivots = said.pivots;
			return said.columns;
		},
		pivots: () => pivots,
		isOutOfTime: time.isOver,
		close: () => {
			time.end();
			thread.tell({ kind: 'close', id });
		},
	};
}

interface Time {
	readonly isOver: () => boolean;
	readonly over: Promise<null>;
	readonly end: () => void;
}

function startTime(limitMs: number, giveUp: () => void): Time {
	let isOver = false;
	let hang: NodeJS.Timeout | undefined;
	let timer: NodeJS.Timeout | undefined;
	const over = new Promise<null>((resolve) => {
		timer = setTimeout(() => {
			isOver = true;
			resolve(null);
		}, limitMs).unref();
		hang = setTimeout(giveUp, 2 * limitMs).unref();
	});
	return {
		over,
		isOver: () => isOver,
		end: () => {
			clearTimeout(timer);
			clearTimeout(hang);
		},
	};
}
