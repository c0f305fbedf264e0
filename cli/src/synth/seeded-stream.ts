// A reproducible stream of random draws for the generator: one a hospital and topic, so that they never disturb each other.

import { createHash } from 'node:crypto';

export interface SeededStream {
	/** Uniform in [0, 1), 32 bits. */
	readonly unit: () => number;
	/** Uniform integer in [0, bound). */
	readonly below: (bound: number) => number;
	readonly chance: (probability: number) => boolean;
	readonly normal: (mean: number, deviation: number) => number;
	/** One of the choices, by weight; weights need not sum to 1. */
	readonly pick: <T>(choices: readonly Weighted<T>[]) => T;
}

export type Weighted<T> = readonly [choice: T, weight: number];

/**
 * Not for secrets: sfc32 (Chris Doty-Humphrey, PractRand) seeded by SHA-256 of seed and label.
 *
 * Shape   the same seed and label give the same draws on every machine; arithmetic only, no Math.random.
 */
export function seededStream(seed: number, label: string): SeededStream {
	const unit = sfc32(`cordon-synth/1/${seed}/${label}`);
	// The sum of twelve uniforms (variance 1): no logarithm, hence the same bits in every engine.
	const normal = (mean: number, deviation: number): number => {
		let sum = -6;
		for (let draw = 0; draw < 12; draw++) sum += unit();
		return mean + sum * deviation;
	};
	return {
		unit,
		below: (bound) => Math.floor(unit() * bound),
		chance: (probability) => unit() < probability,
		normal,
		pick: (choices) => pickWeighted(choices, unit()),
	};
}

function sfc32(text: string): () => number {
	const digest = createHash('sha256').update(text).digest();
	let a = digest.readInt32LE(0);
	let b = digest.readInt32LE(4);
	let c = digest.readInt32LE(8);
	let counter = 1;
	const next = (): number => {
		const drawn = (((a + b) | 0) + counter) | 0;
		counter = (counter + 1) | 0;
		a = b ^ (b >>> 9);
		b = (c + (c << 3)) | 0;
		c = ((c << 21) | (c >>> 11)) + drawn;
		c |= 0;
		return (drawn >>> 0) / 4_294_967_296;
	};
	for (let round = 0; round < 12; round++) next();
	return next;
}

function pickWeighted<T>(choices: readonly Weighted<T>[], at: number): T {
	const total = choices.reduce((sum, [, weight]) => sum + weight, 0);
	let left = at * total;
	let last: T | undefined;
	for (const [choice, weight] of choices) {
		if (weight <= 0) continue;
		last = choice;
		left -= weight;
		if (left < 0) break;
	}
	if (last === undefined) throw new Error('no choice has a positive weight');
	return last;
}
