// Looks for passed deadlines once a second for as long as the daemon runs.

import type { Pipeline } from './pipeline.ts';
import type { Log, Timer } from './ports.ts';

const everyMs = 1_000;

export interface SweepParts {
	readonly pipeline: Pick<Pipeline, 'sweep'>;
	readonly timer: Timer;
	readonly log: Log;
}

/** A failure is logged and not thrown: what is overdue stays so, and the next sweep looks again. */
export async function sweepOnce({ pipeline, log }: Omit<SweepParts, 'timer'>): Promise<void> {
	try {
		await pipeline.sweep();
	} catch (error) {
		log.fault('sweep-failed', { kind: error instanceof Error ? error.name : 'unknown' });
	}
}

/** Returns what stops it, and resolves when no sweep is under way any more. */
export function sweepRegularly(parts: SweepParts): () => Promise<void> {
	let stopped = false;
	let underWay: Promise<void> = Promise.resolve();
	const sweepAndWait = async (): Promise<void> => {
		await sweepOnce(parts);
		if (!stopped) cancel = parts.timer.after(everyMs, start);
	};
	const start = (): void => {
		underWay = sweepAndWait();
	};
	let cancel = parts.timer.after(everyMs, start);
	return () => {
		stopped = true;
		cancel();
		return underWay;
	};
}
