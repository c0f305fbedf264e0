// Decides whether a session sums 64-bit values or 128-bit ones, from the plan's public bounds and never from data.

import type { ValueBits } from '../numbers/value-sum.ts';
import type { Plan } from '../plan/plan.ts';
import { err, ok, type Result } from '../result.ts';

/** How far a cell's sum may reach; all of it public, and the same at every hospital and the coordinator. */
export interface ValueBounds {
	/** M of the roster. */
	readonly hospitals: number;
	/** n_max: records that one hospital may add to a cell. */
	readonly records: bigint;
	/** What one record may add, either way, before it is scaled. */
	readonly bound: bigint;
	/** Bits behind the point of the fixed-point form. */
	readonly scaleBits: number;
	/** At least the 2^-64 quantile of the network's noise in one cell, in units of the scaled integer. */
	readonly noise: bigint;
}

/** A patient's ordinal is a 31-bit number in each hospital's index, so that no hospital counts more. */
const mostPatients = 2n ** 31n;
/** As of `secaggParameters`. */
const mostHospitals = 100;

/**
 * Errors  `too-wide` the bounds reach 2^127: such a plan could open to a wrong sum and is refused.
 * Source  design/PRIVACY.md section 2, encoding: M * n_max * bound * 2^s plus the noise quantile below 2^63.
 */
export function valueBitsFor(bounds: ValueBounds): Result<ValueBits, 'too-wide'> {
	const { hospitals, records, bound, scaleBits, noise } = bounds;
	const reach = ((BigInt(hospitals) * records * bound) << BigInt(scaleBits)) + noise;
	if (reach < 2n ** 63n) return ok(64);
	return reach < 2n ** 127n ? ok(128) : err('too-wide');
}

/**
 * For every roster that there may be, so that the plan alone decides.
 *
 * Errors  throws where a plan of counts reaches 2^127, which no ledger would pay the noise of.
 */
export function valueBitsOfPlan(
	plan: Pick<Plan, 'mechanism' | 'epsilonMicros' | 'l1Sensitivity'>,
): ValueBits {
	const noise = plan.mechanism === 'exact' ? 0n : noiseBound(plan);
	const counts = { hospitals: mostHospitals, records: mostPatients, bound: 1n, scaleBits: 0 };
	const bits = valueBitsFor({ ...counts, noise });
	if (!bits.ok) throw new Error('secure aggregation: counts that no width holds');
	return bits.value;
}

/**
 * Never under the 2^-64 quantile of the noise of all hospitals, in whole numbers, so that all compute the same one.
 * That noise is at most s = ceil(M/H) <= 50 discrete Laplace draws of scale b, and s of them pass 52 s b together only
 * where one passes 52 b: 2 s e^-52 < 2^-64. A patient may be at several hospitals, at most all, which widens b as often.
 */
export function noiseBound({
	epsilonMicros,
	l1Sensitivity,
}: Pick<Plan, 'epsilonMicros' | 'l1Sensitivity'>): bigint {
	const scale = BigInt(Math.ceil((1_000_000 * l1Sensitivity * mostHospitals) / epsilonMicros));
	return 52n * BigInt(mostHospitals / 2) * scale;
}
