// The pool of noise against a sampler whose shares have names: none is handed out twice, none for another distribution
// than it was drawn for, never more or fewer than asked, and no more is kept than said. The same rules reject each of
// several faults that are planted in the pool's own text.

import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { canonicalJson, type NoisePlan } from '@cordon/shared';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	createNoisePool,
	mostPlans,
	mostShares,
	shelfLifeMs,
} from '../../node/src/adapters/noise-pool/noise-pool.ts';
import type { NoisePool } from '../../node/src/ports.ts';

type Create = typeof createNoisePool;

type Step =
	| { readonly step: 'take'; readonly plan: number; readonly cells: number }
	| { readonly step: 'draw'; readonly slices: number }
	| { readonly step: 'wait'; readonly ms: number }
	/** The next draw throws, or gives too few. */
	| { readonly step: 'break'; readonly how: 'throws' | 'short' };

const base: NoisePlan = { epsilonMicros: 100_000, l1Sensitivity: 1, hospitals: 3 };
/** Neighbours in each of what a share's distribution depends on, and one of equal rate. */
const plans: readonly NoisePlan[] = [
	base,
	{ ...base, epsilonMicros: 100_001 },
	{ ...base, l1Sensitivity: 2 },
	{ ...base, hospitals: 2 },
	{ ...base, hospitals: 1 },
	{ ...base, epsilonMicros: 200_000, l1Sensitivity: 2 },
];

/** A pool whose shares are numbers of their own, and what it must not do as sentences. */
class Watched {
	readonly calls: string[] = [];
	readonly faults = new Set<string>();
	readonly #madeFor: string[] = [];
	readonly #handedOut = new Set<bigint>();
	readonly #askedMs = new Map<NoisePlan, number>();
	readonly #pool: NoisePool;
	#nowMs = 0;
	#broken: 'throws' | 'short' | null = null;

	constructor(create: Create, shareOf: (serial: bigint) => bigint = (serial) => serial) {
		const draw = (cells: number, plan: NoisePlan): readonly bigint[] => {
			const made = canonicalJson(plan);
			this.calls.push(`${cells} of ${made}`);
			const how = this.#broken;
			this.#broken = null;
			if (how === 'throws') throw new Error('no randomness');
			return Array.from({ length: how === 'short' ? cells - 1 : cells }, () =>
				shareOf(BigInt(this.#madeFor.push(made) - 1)),
			);
		};
		this.#pool = create({ draw, clock: { nowMs: () => this.#nowMs } });
	}

	run(steps: readonly Step[]): this {
		for (const step of steps) {
			if (step.step === 'wait') this.#nowMs += step.ms;
			else if (step.step === 'break') this.#broken = step.how;
			else if (step.step === 'draw') this.#draw(step.slices);
			else this.#take(plans[step.plan] ?? base, step.cells);
		}
		return this;
	}

	/** Shares of a plan that the pool holds: those of so many that were not drawn for the asking. */
	held(plan: NoisePlan): number {
		this.#broken = null;
		const before = this.#madeFor.length;
		return this.#pool.take(plan, mostShares + 1).filter((share) => share < before).length;
	}

	#draw(slices: number): void {
		try {
			for (let slice = 0; slice < slices && this.#pool.drawSlice(); slice += 1);
		} catch (error) {
			if (!isExpected(error)) this.faults.add(`threw ${error}`);
		}
	}

	#take(plan: NoisePlan, cells: number): void {
		const before = this.#madeFor.length;
		const isOld = this.#nowMs - (this.#askedMs.get(plan) ?? 0) >= shelfLifeMs;
		try {
			const noise = this.#pool.take(plan, cells);
			this.#askedMs.set(plan, this.#nowMs);
			if (noise.length !== cells) this.faults.add('another number of shares than asked');
			const asked = canonicalJson(plan);
			for (const share of noise) this.#judge(share, asked, isOld ? before : 0);
		} catch (error) {
			if (!isExpected(error)) this.faults.add(`threw ${error}`);
		}
	}

	#judge(share: bigint, asked: string, leastSerial: number): void {
		if (this.#handedOut.has(share)) this.faults.add('a share handed out twice');
		if (this.#madeFor[Number(share)] !== asked) this.faults.add('a share of another plan');
		if (share < leastSerial) this.faults.add('a share too old');
		this.#handedOut.add(share);
	}
}

function isExpected(error: unknown): boolean {
	return error instanceof Error && ['no randomness', 'a cell without noise'].includes(error.message);
}

const steps = fc.array(
	fc.oneof(
		{
			weight: 6,
			arbitrary: fc.record({
				step: fc.constant('take' as const),
				plan: fc.nat(plans.length - 1),
				cells: fc.integer({ min: 1, max: 40 }),
			}),
		},
		{
			weight: 4,
			arbitrary: fc.record({ step: fc.constant('draw' as const), slices: fc.constantFrom(1, 2, 20) }),
		},
		{
			weight: 1,
			arbitrary: fc.record({
				step: fc.constant('wait' as const),
				ms: fc.constantFrom(1, shelfLifeMs - 1, shelfLifeMs, 3 * shelfLifeMs),
			}),
		},
		{
			weight: 1,
			arbitrary: fc.record({
				step: fc.constant('break' as const),
				how: fc.constantFrom('throws' as const, 'short' as const),
			}),
		},
	),
	{ maxLength: 24 },
);

/** Everything asked for, the largest vectors there are, and time to draw as much ahead as the pool will. */
const greedy: readonly Step[] = plans.flatMap((_, plan) => [
	{ step: 'take', plan, cells: 5_000 },
	{ step: 'draw', slices: 300 },
]);

/** What a pool did wrong in any of some courses; several times the same is one. */
function faultsOf(create: Create): readonly string[] {
	const found = new Set<string>();
	for (const course of fc.sample(steps, { seed: 20261123, numRuns: 200 })) {
		for (const fault of new Watched(create).run(course).faults) found.add(fault);
	}
	// Looking at one plan would push another out, so the course is run again for each.
	const held = plans.map((plan) => new Watched(create).run(greedy).held(plan));
	if (held.some((shares) => shares > mostShares)) found.add('too many shares of a plan');
	if (held.filter((shares) => shares > 0).length > mostPlans) found.add('too many plans');
	return [...found].sort();
}

const text = readFileSync(
	new URL('../../node/src/adapters/noise-pool/noise-pool.ts', import.meta.url),
	'utf8',
);

/** The pool with some of its text replaced: `right` must be there, so that no fault goes missing with an edit. */
function mutant(right: string, wrong: string): Create {
	if (text.split(right).length !== 2) throw new Error(`not once in the text: ${right}`);
	const code = stripTypeScriptTypes(text.replace(right, wrong))
		.replaceAll(/^import .*$/gm, '')
		.replaceAll(/^export /gm, '');
	return new Function('canonicalJson', `${code}\nreturn createNoisePool;`)(canonicalJson);
}

describe('a pool of noise', () => {
	it('hands out each share once, for its plan, as many as asked, and keeps no more than it says', () => {
		expect(faultsOf(createNoisePool)).toEqual([]);
	});

	it('is read from its text as it runs', () => {
		expect(faultsOf(mutant('const lacking', 'const lacking'))).toEqual([]);
	});

	it.each([
		['keeps what it hands out', '.splice(-cells)', '.slice(-cells)', 'a share handed out twice'],
		['is keyed without H', 'canonicalJson(plan)', 'canonicalJson({ ...plan, hospitals: 1 })', 'another plan'],
		[
			'is keyed by the rate alone',
			'canonicalJson(plan)',
			'String(plan.epsilonMicros / plan.l1Sensitivity)',
			'another plan',
		],
		['draws nothing more where it has some', 'lacking === 0', 'ready.length > 0', 'another number'],
		['believes a sampler that gives too few', 'shares.length !== cells', 'false', 'another number'],
		['forgets no plan', 'slice(0, -mostPlans)', 'slice(0, 0)', 'too many plans'],
		['keeps as much as was ever asked for', 'Math.min(mostShares, Math', '(Math', 'too many shares'],
		['keeps what is too old', 'nowMs - askedMs >= shelfLifeMs', 'false', 'too old'],
	])('is rejected where it %s', (_what, right, wrong, fault) => {
		expect(faultsOf(mutant(right, wrong)).join()).toContain(fault);
	});

	it('draws as often, as much and for the same plans, whatever the shares are', () => {
		fc.assert(
			fc.property(steps, (course) => {
				const one = new Watched(createNoisePool).run(course);
				const other = new Watched(createNoisePool, (serial) => -1_000_000n * serial).run(course);
				expect(other.calls).toEqual(one.calls);
			}),
			{ seed: 20261123, numRuns: 100 },
		);
	});
});
