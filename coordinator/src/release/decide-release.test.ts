import {
	decodeSafeCounts,
	type MergedCount,
	mergeSafeCounts,
	type NetworkPolicy,
	noiseQuantile,
	type Plan,
} from '@cordon/shared';
import { describe, expect, it } from 'vitest';
import { testPolicy } from '../testing/test-policy.ts';
import { decideRelease, type Released, type ReleaseInput } from './decide-release.ts';

function merged(value: number): MergedCount {
	const decoded = decodeSafeCounts([String(value)], 1);
	const [cell] = decoded.ok ? decoded.value : [];
	const [count] = cell === undefined || cell === null ? [] : mergeSafeCounts([[cell]]);
	if (count === undefined) throw new Error('not a count');
	return count;
}

const countPlan: Plan = {
	askKind: 'count',
	cohort: { all: [] },
	variables: [],
	cells: [[]],
	dataClasses: ['genome', 'image'],
	l1Sensitivity: 1,
	mechanism: 'exact',
	epsilonMicros: 0,
};
const noisedPlan: Plan = { ...countPlan, mechanism: 'noised', epsilonMicros: 500_000 };
const listPlan: Plan = {
	...countPlan,
	askKind: 'histogram',
	variables: [{ variable: { element: 'sex' }, categories: ['female', 'male', 'unknown'] }],
	cells: [['female'], ['male'], ['unknown']],
};

function release(values: readonly (number | null)[], changes: Partial<ReleaseInput> = {}): Released {
	const decided = decideRelease(input(values, changes));
	if (!decided.ok) throw new Error(decided.error);
	return decided.value;
}

function input(values: readonly (number | null)[], changes: Partial<ReleaseInput>): ReleaseInput {
	return {
		plan: countPlan,
		policy: testPolicy,
		merged: values.map((value) => ({
			count: value === null ? null : merged(value),
			hiddenByHospital: value === null,
		})),
		contributors: ['east', 'north', 'south'],
		minimumContributors: 3,
		noiseHospitals: 2,
		k: testPolicy.k,
		epochs: {},
		...changes,
	};
}

describe('decideRelease of an exact answer', () => {
	it('shows a count of 11 when k is 11, with an interval of no width', () => {
		expect(release([11]).cells).toEqual([{ key: [], value: 11, interval: [11, 11] }]);
	});

	it.each([10, 1, 0])('hides a count of %d when k is 11', (count) => {
		expect(release([count]).cells).toEqual([{ key: [], value: null, interval: null }]);
	});

	it('applies the larger k of a contributor', () => {
		expect(release([15], { k: 20 }).cells[0]?.value).toBeNull();
		expect(release([20], { k: 20 }).k).toBe(20);
	});

	it('asks for c(k-1)+1 where a patient may be at c hospitals', () => {
		const policy: NetworkPolicy = { ...testPolicy, hospitalsPerPatient: 2 };
		expect(release([20], { policy }).cells[0]?.value).toBeNull();
		expect(release([21], { policy }).cells[0]?.value).toBe(21);
	});

	it('hides a partner of a hidden cell', () => {
		expect(release([3, 50, 60], { plan: listPlan }).cells.map((cell) => cell.value)).toEqual([
			null,
			null,
			60,
		]);
	});

	it('hides a cell that one hospital of a plain network hid', () => {
		const cells = release([null, 50, 60], { plan: listPlan }).cells;
		expect(cells.map((cell) => cell.value)).toEqual([null, null, 60]);
	});

	it('shows zeros where the network declares public data and k is 1', () => {
		const policy: NetworkPolicy = { ...testPolicy, k: 1, publicData: true };
		const released = release([0, 1, 2], { plan: listPlan, policy, k: 1 });
		expect(released.cells.map((cell) => cell.value)).toEqual([0, 1, 2]);
		expect(released).toMatchObject({ publicData: true, k: 1, epsilon: null, noise: null });
		expect(released.claims.join(' ')).toContain('Public data');
	});

	it('answers exists with 1 from k on, and hides what is below', () => {
		const plan: Plan = { ...countPlan, askKind: 'exists' };
		expect(release([11], { plan }).cells).toEqual([{ key: [], value: 1, interval: null }]);
		expect(release([10], { plan }).cells).toEqual([{ key: [], value: null, interval: null }]);
	});

	it('answers exists with 0 where public data have nobody', () => {
		const policy: NetworkPolicy = { ...testPolicy, k: 1, publicData: true };
		const plan: Plan = { ...countPlan, askKind: 'exists' };
		expect(release([0], { plan, policy, k: 1 }).cells[0]?.value).toBe(0);
	});

	it('throws where k is below the policy, and where cells are missing', () => {
		expect(() => release([50], { k: 10 })).toThrow('k under the policy');
		expect(() => release([], {})).toThrow('do not fit');
	});

	it('throws on a k of 1 without public data', () => {
		expect(() => release([50], { policy: { ...testPolicy, k: 1 }, k: 1 })).toThrow('k under the policy');
	});
});

describe('decideRelease of a noised answer', () => {
	const spread = { epsilonMicros: 500_000, l1Sensitivity: 1, hospitals: 2, contributors: 3 };
	const bound = noiseQuantile(spread, 0.05);

	it('shows a small count with the interval of its noise', () => {
		const { cells, noise, epsilon, k } = release([4], { plan: noisedPlan });
		expect(cells).toEqual([{ key: [], value: 4, interval: [Math.max(0, 4 - bound), 4 + bound], raw: 4 }]);
		expect(noise).toEqual({
			hospitals: 2,
			contributors: 3,
			bound95: bound,
			bound1e6: noiseQuantile(spread, 1e-6),
		});
		expect({ epsilon, k }).toEqual({ epsilon: 0.5, k: null });
	});

	it('shows a negative sum as 0 and keeps it as raw', () => {
		const [cell] = release([-7], { plan: noisedPlan }).cells;
		expect(cell).toMatchObject({ value: 0, raw: -7 });
		expect(cell?.interval?.[0]).toBe(0);
	});

	it('never shows an interval below zero', () => {
		expect(release([-5000], { plan: noisedPlan }).cells[0]?.interval).toEqual([0, 0]);
	});

	it('is wider where a patient may be at two hospitals', () => {
		const policy: NetworkPolicy = { ...testPolicy, hospitalsPerPatient: 2 };
		const wider = release([40], { plan: noisedPlan, policy }).noise;
		expect(wider?.bound95).toBe(noiseQuantile({ ...spread, l1Sensitivity: 2 }, 0.05));
	});

	it('answers exists by the noised count against k, and does not show the count', () => {
		const plan: Plan = { ...noisedPlan, askKind: 'exists' };
		expect(release([11], { plan }).cells).toEqual([{ key: [], value: 1, interval: null }]);
		expect(release([10], { plan }).cells).toEqual([{ key: [], value: 0, interval: null }]);
	});

	it('says that exact releases of the same network weaken the claim', () => {
		expect(release([4], { plan: noisedPlan }).claims[0]).toContain('also releases exactly');
	});
});

describe('decideRelease of a sum that honest hospitals do not add up to', () => {
	const most = 1_000_000_000_000;

	it.each([
		['exact', countPlan, [-1], most],
		['exact', countPlan, [most + 1], most],
		['noised', noisedPlan, [most + 1], most],
		['noised', noisedPlan, [-most - 1], -most],
		['noised', noisedPlan, [null], 0],
	] as const)('withholds %s %#', (_, plan, values, allowed) => {
		expect(decideRelease(input(values, { plan }))).toEqual({ ok: false, error: 'implausible-sum' });
		expect(decideRelease(input([allowed], { plan })).ok).toBe(true);
	});

	it('withholds all cells where one is beyond what a number can say', () => {
		const decided = decideRelease(input([50, Number.MAX_SAFE_INTEGER, 60], { plan: listPlan }));
		expect(decided).toEqual({ ok: false, error: 'implausible-sum' });
	});
});

describe('decideRelease with too few hospitals', () => {
	it('refuses under the minimum of the session', () => {
		const decided = decideRelease(input([50], { contributors: ['east', 'north'] }));
		expect(decided).toEqual({ ok: false, error: 'too-few-hospitals' });
	});

	it('refuses one hospital that is named twice', () => {
		const decided = decideRelease(input([50], { contributors: ['east', 'east'], minimumContributors: 2 }));
		expect(decided).toEqual({ ok: false, error: 'too-few-hospitals' });
	});
});
