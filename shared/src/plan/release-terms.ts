// How a policy's attestation of patients seen at several hospitals sizes noise and threshold, alike at both ends.

import { leastUndominatedSum } from '../exact/least-undominated-sum.ts';
import type { NetworkPolicy } from '../manifest/manifest.ts';
import type { Plan } from './plan.ts';

/** L1 sensitivity of the whole network's answer: c times that of one hospital (design/PRIVACY.md section 4). */
export function networkSensitivity(plan: Plan, policy: NetworkPolicy): number {
	return plan.l1Sensitivity * policy.hospitalsPerPatient;
}

/**
 * c(k-1)+1: a cell of k patients' entries then still holds at least k/c different people. And where anything is hidden
 * at all (k of 2 or more), no less than what no two people can make up nearly alone: a count is a sum of contributions
 * of at most c. With c = 1 that is 3.
 */
export function networkThreshold({ hospitalsPerPatient }: NetworkPolicy, k: number): number {
	const threshold = hospitalsPerPatient * (k - 1) + 1;
	return k < 2 ? threshold : Math.max(threshold, leastUndominatedSum(hospitalsPerPatient));
}
