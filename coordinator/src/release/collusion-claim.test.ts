import type { Plan } from '@cordon/shared';
import { describe, expect, it } from 'vitest';
import { testPolicy } from '../testing/test-policy.ts';
import { collusionClaim } from './collusion-claim.ts';

const plan: Plan = {
	askKind: 'count',
	cohort: { gene: { symbol: 'IDH1' } },
	variables: [],
	cells: [[]],
	dataClasses: ['genome'],
	l1Sensitivity: 1,
	mechanism: 'noised',
	epsilonMicros: 100_000,
};

describe('collusionClaim', () => {
	it.each([
		[5, 4, 'at most 1 of the hospitals', 'If 2 did, it would be exp(0.343)'],
		// A hospital more than needed: three honest shares are left, which is H.
		[5, 5, 'at most 1 of the hospitals', 'If 2 did, it would be exp(0.1)'],
		[4, 3, 'at most 1 of the hospitals', 'If 2 did, it would be exp(0.606)'],
		[11, 8, 'at most 3 of the hospitals', 'If 4 did, it would be exp(0.212)'],
	])(
		'says of %d hospitals with %d in the sum what is assumed, and what is left',
		(hospitals, contributors, ...said) => {
			const [claim] = collusionClaim(plan, testPolicy, { hospitals, contributors });
			for (const part of said) expect(claim).toContain(part);
		},
	);

	it('counts a patient who may be at three hospitals three times', () => {
		const policy = { ...testPolicy, hospitalsPerPatient: 3 };
		const [claim] = collusionClaim({ ...plan, epsilonMicros: 300_000 }, policy, {
			hospitals: 5,
			contributors: 4,
		});
		expect(claim).toContain('exp(1.029)');
	});

	it('says nothing where each hospital adds whole noise, or none is added', () => {
		const shares = { hospitals: 5, contributors: 4 };
		expect(collusionClaim(plan, { ...testPolicy, aggregation: 'plain' }, shares)).toEqual([]);
		expect(collusionClaim({ ...plan, mechanism: 'exact', epsilonMicros: 0 }, testPolicy, shares)).toEqual([]);
	});

	it('throws where there can have been no session', () => {
		expect(() => collusionClaim(plan, testPolicy, { hospitals: 2, contributors: 2 })).toThrow('parameters');
	});
});
