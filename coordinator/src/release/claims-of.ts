// The sentences every answer carries about itself: who could be counted, and what is and is not protected.

import type { DataClass, NetworkPolicy, Plan } from '@cordon/shared';
import type { ReleasedTable } from './released-cell.ts';

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

/** `exactBefore`: a hospital of this answer has ever released exactly, under whichever project. */
export function claimsOf(plan: Plan, policy: NetworkPolicy, exactBefore: boolean): readonly string[] {
	const mechanism =
		plan.mechanism === 'exact' ? exactClaims(policy) : [noisedClaim(plan, policy, exactBefore)];
	return [...mechanism, aggregationClaim(policy), ...publicDataClaim(policy)];
}

/** Why a table shows as little as it does, where that is not plain from its cells. */
export function hidingClaims({ cells, hiddenSums }: ReleasedTable): readonly string[] {
	if (cells.length > 1 && cells.every(({ value }) => value === null)) {
		return [
			'Every cell is hidden: no choice of hidden cells would leave each of them uncertain enough. Mostly a whole category holds too few patients, or hospitals hid their parts; a question with fewer or larger categories, or a noised one, shows more.',
		];
	}
	if (hiddenSums.length === 0) return [];
	return [
		'A row or column holds fewer patients than the threshold; those in hiddenSums stay unknown, so their cells are hidden, and no exact answer of the next twelve epochs gives their numbers.',
	];
}

function exactClaims({ k, aggregation }: NetworkPolicy): readonly string[] {
	const control =
		'Exact counts under statistical disclosure control, for approved people under contract: small cells, and further ones that would reveal them, are hidden. This lowers risk and bounds nothing.';
	if (k < 2) return [control];
	const subtraction =
		'Compared with each exact answer of these hospitals in the last twelve epochs: it is withheld where the two of them, subtracted, would tell of fewer patients than the threshold. What three or more answers tell together is not caught, nor what one learns from an answer being withheld.';
	const where = aggregation === 'plain' ? ' Each hospital compared its own numbers.' : '';
	return [control, `${subtraction}${where}`];
}

function noisedClaim(plan: Plan, policy: NetworkPolicy, exactBefore: boolean): string {
	const epsilon = plan.epsilonMicros / 1e6;
	const others = exactBefore
		? ' Data of these hospitals have been released exactly: the bound holds only against people who cannot see those releases.'
		: laterClaim(policy);
	return `Differential privacy: the presence of one patient, at up to ${policy.hospitalsPerPatient} hospital(s), changes the probability of this answer by at most a factor exp(${epsilon}). Every number is inexact by its interval.${others}`;
}

function laterClaim({ mechanisms }: NetworkPolicy): string {
	return mechanisms.includes('exact')
		? ' This network also releases exactly; the bound does not hold against people who see such a release of these hospitals, also a later one.'
		: '';
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
