// How a policy's attestation of patients seen at several hospitals sizes noise and threshold, alike at both ends.

import type { NetworkPolicy } from '../manifest/manifest.ts';
import type { Plan } from './plan.ts';

/** L1 sensitivity of the whole network's answer: c times that of one hospital (design/PRIVACY.md section 4). */
export function networkSensitivity(plan: Plan, policy: NetworkPolicy): number {
	return plan.l1Sensitivity * policy.hospitalsPerPatient;
}

/** c(k-1)+1: a cell of k patients' entries then still holds at least k/c different people. */
export function networkThreshold(policy: NetworkPolicy, k: number): number {
	return policy.hospitalsPerPatient * (k - 1) + 1;
}
