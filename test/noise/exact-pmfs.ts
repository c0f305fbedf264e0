// The exact probability mass functions of the noise samplers, in closed form, for the tests of fit.

/** 0 outside what the sampler can give. */
export type Pmf = (value: number) => number;

/** One coin: 1 where it passes. */
export function coinPmf(p: number): Pmf {
	return (value) => [1 - p, p][value] ?? 0;
}

export function geometricPmf(rate: number): Pmf {
	return (value) => (value < 0 ? 0 : -Math.expm1(-rate) * Math.exp(-rate * value));
}

export function laplacePmf(rate: number): Pmf {
	return (value) => Math.tanh(rate / 2) * Math.exp(-rate * Math.abs(value));
}

export function gaussianPmf(sigma: number): Pmf {
	const weight = (value: number): number => Math.exp(-(value ** 2) / (2 * sigma ** 2));
	const reach = Math.ceil(40 * sigma);
	let total = 0;
	for (let value = -reach; value <= reach; value += 1) total += weight(value);
	return (value) => weight(value) / total;
}

/** NB(shape): (1-q)^shape q^k Gamma(k + shape) / (k! Gamma(shape)), q = exp(-rate), by its recurrence up to `reach`. */
export function negativeBinomialPmf(rate: number, shape: number, reach: number): Pmf {
	const masses = [(-Math.expm1(-rate)) ** shape];
	for (let k = 1; k <= reach; k += 1) {
		masses.push((masses[k - 1] ?? 0) * Math.exp(-rate) * ((k - 1 + shape) / k));
	}
	return (value) => masses[value] ?? 0;
}

/** The difference of two independent draws of one distribution on 0..reach. */
export function differencePmf(pmf: Pmf, reach: number): Pmf {
	const masses = Array.from({ length: reach + 1 }, (_, lag) => {
		let sum = 0;
		for (let value = 0; value + lag <= reach; value += 1) sum += pmf(value) * pmf(value + lag);
		return sum;
	});
	return (value) => masses[Math.abs(value)] ?? 0;
}
