// The one form in which every bench tells its result, and the machine it was measured on.

import { availableParallelism, cpus } from 'node:os';

/** Milliseconds, seconds or counts; the name says which. */
export interface Figures {
	readonly [name: string]: number | string | null | Figures | readonly string[];
}

export interface BenchResult {
	readonly bench: string;
	readonly machine: Figures;
	/** null: not measured, and named in `skipped`. */
	readonly figures: Figures;
	readonly ratios: Readonly<Record<string, number>>;
	readonly bars: Readonly<Record<string, Bar>>;
	/** Every bar that was measured holds. */
	readonly pass: boolean;
	readonly skipped: readonly string[];
}

export interface Bar {
	readonly measured: number;
	readonly limit: number;
	readonly pass: boolean;
}

export interface BenchOptions {
	/** A few repetitions: shows that the bench runs, and nothing else. */
	readonly isQuick: boolean;
	readonly tell: (line: string) => void;
}

export function barOf(measured: number, limit: number): Bar {
	return { measured, limit: Math.round(limit * 100) / 100, pass: measured <= limit };
}

export function machineNow(): Figures {
	return { cpu: cpus()[0]?.model.trim() ?? 'unknown', cores: availableParallelism(), node: process.version };
}
