import { drawNoise, type NetworkPolicy, type Plan, type Random } from '@cordon/shared';
import { describe, expect, it } from 'vitest';
import type { NoisePool } from '../ports.ts';
import { countingRandom, samplePlan, samplePolicy } from '../testing/sample-network.ts';
import { drawPlanNoise } from './draw-plan-noise.ts';

const none: Random = {
	bytes: () => {
		throw new Error('randomness was drawn');
	},
};

function drawn(change: Partial<Plan>, policy: Partial<NetworkPolicy>, hospitals: number): unknown {
	const random = countingRandom('noise');
	return drawPlanNoise({ ...samplePlan, ...change }, { ...samplePolicy, ...policy }, hospitals, { random });
}

describe('drawPlanNoise', () => {
	it.each([
		['as the plan says', {}, {}, 2, 500_000, 1],
		['for a patient at three hospitals', {}, { hospitalsPerPatient: 3 }, 2, 500_000, 3],
		[
			'for a patient in four cells at two hospitals',
			{ l1Sensitivity: 4 },
			{ hospitalsPerPatient: 2 },
			2,
			500_000,
			8,
		],
		['whole, in a plain network', {}, {}, 1, 500_000, 1],
	])('draws a share a cell, sized %s', (_what, change, policy, hospitals, epsilonMicros, l1Sensitivity) => {
		const plan = { epsilonMicros, l1Sensitivity, hospitals };
		expect(drawn(change, policy, hospitals)).toEqual(drawNoise(3, plan, countingRandom('noise')));
	});

	it('takes what was drawn ahead for just this distribution, and draws nothing itself', () => {
		const asked: unknown[] = [];
		const noise: NoisePool = {
			take: (spread, cells) => {
				asked.push([spread, cells]);
				return [7n, 8n, 9n];
			},
			drawSlice: () => false,
		};
		const policy = { ...samplePolicy, hospitalsPerPatient: 3 };
		expect(drawPlanNoise(samplePlan, policy, 2, { random: none, noise })).toEqual([7n, 8n, 9n]);
		expect(asked).toEqual([[{ epsilonMicros: 500_000, l1Sensitivity: 3, hospitals: 2 }, 3]]);
	});

	it('draws nothing for an exact release', () => {
		expect(
			drawPlanNoise({ ...samplePlan, mechanism: 'exact' }, samplePolicy, 2, { random: none }),
		).toBeNull();
	});

	it.each([
		['no epsilon', { epsilonMicros: 0 }, 2],
		['a negative epsilon', { epsilonMicros: -1 }, 2],
		['no hospital to share with', {}, 0],
		['half a hospital', {}, 1.5],
		['no sensitivity', { l1Sensitivity: 0 }, 2],
	])('throws at %s rather than draw too little', (_what, change, hospitals) => {
		expect(() => drawn(change, {}, hospitals)).toThrow('integers >= 1');
	});
});
