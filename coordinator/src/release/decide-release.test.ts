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
import { noSolver, testSolver } from '../testing/test-solver.ts';
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

async function release(
	values: readonly (number | null)[],
	changes: Partial<ReleaseInput> = {},
): Promise<Released> {
	const decided = await decideRelease(input(values, changes), testSolver);
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
	it('shows a count of 11 when k is 11, with an interval of no width', async () => {
		expect((await release([11])).cells).toEqual([{ key: [], value: 11, interval: [11, 11] }]);
	});

	it.each([10, 1, 0])('hides a count of %d when k is 11', async (count) => {
		expect((await release([count])).cells).toEqual([{ key: [], value: null, interval: null }]);
	});

	it('applies the larger k of a contributor', async () => {
		expect((await release([15], { k: 20 })).cells[0]?.value).toBeNull();
		expect((await release([20], { k: 20 })).k).toBe(20);
	});

	it('asks for c(k-1)+1 where a patient may be at c hospitals', async () => {
		const policy: NetworkPolicy = { ...testPolicy, hospitalsPerPatient: 2 };
		expect((await release([20], { policy })).cells[0]?.value).toBeNull();
		expect((await release([21], { policy })).cells[0]?.value).toBe(21);
	});

	it('hides a partner of a hidden cell', async () => {
		expect((await release([3, 50, 60], { plan: listPlan })).cells.map((cell) => cell.value)).toEqual([
			null,
			null,
			60,
		]);
	});

	it('hides a cell that one hospital of a plain network hid', async () => {
		const cells = (await release([null, 50, 60], { plan: listPlan })).cells;
		expect(cells.map((cell) => cell.value)).toEqual([null, null, 60]);
	});

	it('shows zeros where the network declares public data and k is 1', async () => {
		const policy: NetworkPolicy = { ...testPolicy, k: 1, publicData: true };
		const released = await release([0, 1, 2], { plan: listPlan, policy, k: 1 });
		expect(released.cells.map((cell) => cell.value)).toEqual([0, 1, 2]);
		expect(released).toMatchObject({ publicData: true, k: 1, epsilon: null, noise: null });
		expect(released.claims.join(' ')).toContain('Public data');
	});

	it('answers exists with 1 from k on, and hides what is below', async () => {
		const plan: Plan = { ...countPlan, askKind: 'exists' };
		expect((await release([11], { plan })).cells).toEqual([{ key: [], value: 1, interval: null }]);
		expect((await release([10], { plan })).cells).toEqual([{ key: [], value: null, interval: null }]);
	});

	it('answers exists with 0 where public data have nobody', async () => {
		const policy: NetworkPolicy = { ...testPolicy, k: 1, publicData: true };
		const plan: Plan = { ...countPlan, askKind: 'exists' };
		expect((await release([0], { plan, policy, k: 1 })).cells[0]?.value).toBe(0);
	});

	it('hides everything that needs partners where there is no solver', async () => {
		const decided = await decideRelease(input([3, 50, 60], { plan: listPlan }), noSolver);
		expect(decided.ok && decided.value.cells.map((cell) => cell.value)).toEqual([null, null, null]);
	});

	it('withholds more cells than can be audited, before it looks at any of them', async () => {
		const categories = Array.from({ length: 513 }, (_, at) => String(at));
		const plan: Plan = {
			...listPlan,
			variables: [{ variable: { element: 'sex' }, categories }],
			cells: categories.map((category) => [category]),
		};
		const values = categories.map(() => 50);
		const refused = { ok: false, error: 'too-many-cells' };
		expect(await decideRelease(input(values, { plan }), testSolver)).toEqual(refused);
		const policy: NetworkPolicy = { ...testPolicy, k: 1, publicData: true };
		expect((await decideRelease(input(values, { plan, policy, k: 1 }), testSolver)).ok).toBe(true);
	});

	it('throws where k is below the policy, and where cells are missing', async () => {
		await expect(release([50], { k: 10 })).rejects.toThrow('k under the policy');
		await expect(release([], {})).rejects.toThrow('do not fit');
	});

	it('throws on a k of 1 without public data', async () => {
		const policy = { ...testPolicy, k: 1 };
		await expect(release([50], { policy, k: 1 })).rejects.toThrow('k under the policy');
	});
});

describe('decideRelease of a noised answer', () => {
	const spread = { epsilonMicros: 500_000, l1Sensitivity: 1, hospitals: 2, contributors: 3 };
	const bound = noiseQuantile(spread, 0.05);

	it('shows a small count with the interval of its noise', async () => {
		const { cells, noise, epsilon, k } = await release([4], { plan: noisedPlan });
		expect(cells).toEqual([{ key: [], value: 4, interval: [Math.max(0, 4 - bound), 4 + bound], raw: 4 }]);
		expect(noise).toEqual({
			hospitals: 2,
			contributors: 3,
			bound95: bound,
			bound1e6: noiseQuantile(spread, 1e-6),
		});
		expect({ epsilon, k }).toEqual({ epsilon: 0.5, k: null });
	});

	it('shows a negative sum as 0 and keeps it as raw', async () => {
		const [cell] = (await release([-7], { plan: noisedPlan })).cells;
		expect(cell).toMatchObject({ value: 0, raw: -7 });
		expect(cell?.interval?.[0]).toBe(0);
	});

	it('never shows an interval below zero', async () => {
		expect((await release([-5000], { plan: noisedPlan })).cells[0]?.interval).toEqual([0, 0]);
	});

	it('is wider where a patient may be at two hospitals', async () => {
		const policy: NetworkPolicy = { ...testPolicy, hospitalsPerPatient: 2 };
		const wider = (await release([40], { plan: noisedPlan, policy })).noise;
		expect(wider?.bound95).toBe(noiseQuantile({ ...spread, l1Sensitivity: 2 }, 0.05));
	});

	it('answers exists by the noised count against k, and does not show the count', async () => {
		const plan: Plan = { ...noisedPlan, askKind: 'exists' };
		expect((await release([11], { plan })).cells).toEqual([{ key: [], value: 1, interval: null }]);
		expect((await release([10], { plan })).cells).toEqual([{ key: [], value: 0, interval: null }]);
	});

	it('says that exact releases of the same network weaken the claim', async () => {
		expect((await release([4], { plan: noisedPlan })).claims[0]).toContain('also releases exactly');
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
	] as const)('withholds %s %#', async (_, plan, values, allowed) => {
		expect(await decideRelease(input(values, { plan }), testSolver)).toEqual({
			ok: false,
			error: 'implausible-sum',
		});
		expect((await decideRelease(input([allowed], { plan }), testSolver)).ok).toBe(true);
	});

	it('withholds all cells where one is beyond what a number can say', async () => {
		const decided = await decideRelease(
			input([50, Number.MAX_SAFE_INTEGER, 60], { plan: listPlan }),
			testSolver,
		);
		expect(decided).toEqual({ ok: false, error: 'implausible-sum' });
	});
});

describe('decideRelease with too few hospitals', () => {
	it('refuses under the minimum of the session', async () => {
		const decided = await decideRelease(input([50], { contributors: ['east', 'north'] }), testSolver);
		expect(decided).toEqual({ ok: false, error: 'too-few-hospitals' });
	});

	it('refuses one hospital that is named twice', async () => {
		const decided = await decideRelease(
			input([50], { contributors: ['east', 'east'], minimumContributors: 2 }),
			testSolver,
		);
		expect(decided).toEqual({ ok: false, error: 'too-few-hospitals' });
	});
});
