// The sentences every answer carries about itself: who could be counted, and what is and is not protected.

import type { DataClass, NetworkPolicy, Plan } from '@cordon/shared';

const classNames: Readonly<Record<DataClass, string>> = {
	image: 'imaging',
	genome: 'genomic',
	clinical: 'clinical',
};

/** The definition of the denominator, never its size: the size would be an answer nobody paid for. */
export function denominatorOf(plan: Plan, policy: NetworkPolicy): string {
	const classes = plan.dataClasses.map((dataClass) => classNames[dataClass]);
	const data = classes.length === 0 ? 'their' : `their ${classes.join(' and ')}`;
	if (policy.publicData) {
		return `Patients of the contributing hospitals; the network declares ${data} data public, so consent was not asked.`;
	}
	return `Patients of the contributing hospitals with consent in force, at the time of the answer, to the use of ${data} data for the stated purpose.`;
}

export function claimsOf(plan: Plan, policy: NetworkPolicy): readonly string[] {
	return [mechanismClaim(plan, policy), aggregationClaim(policy), ...publicDataClaim(policy)];
}

function mechanismClaim(plan: Plan, policy: NetworkPolicy): string {
	if (plan.mechanism === 'exact') {
		return 'Exact counts under statistical disclosure control, for approved people under contract: small cells, and further ones that would reveal them, are hidden. This lowers risk and bounds nothing.';
	}
	const epsilon = plan.epsilonMicros / 1e6;
	const others = policy.mechanisms.includes('exact')
		? ' This network also releases exactly; the bound does not hold against people who see those releases.'
		: '';
	return `Differential privacy: the presence of one patient, at up to ${policy.hospitalsPerPatient} hospital(s), changes the probability of this answer by at most a factor exp(${epsilon}). Every number is inexact by its interval.${others}`;
}

function aggregationClaim(policy: NetworkPolicy): string {
	if (policy.visibility === 'blind') {
		return 'Secure aggregation, blind: the sum left the hospitals under the key of who asked, and the coordinator opened nothing.';
	}
	if (policy.aggregation === 'secure') return 'Secure aggregation: the coordinator opened the sum only.';
	return "Plain aggregation: the coordinator saw each hospital's disclosure-controlled counts.";
}

function publicDataClaim(policy: NetworkPolicy): readonly string[] {
	return policy.publicData ? ['Public data: consent, grants and the floor of k are waived.'] : [];
}
