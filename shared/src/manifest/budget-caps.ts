// What a hospital's ledger may be charged, from the policy that all members signed and what the hospital lowers of it.

import { rhoMicrosOf } from '../plan/rho-of-epsilon.ts';
import type { NetworkPolicy } from './manifest.ts';

/** Whole millionths. The guarantee is `epochMicros` and `lifeMicros`; the rest splits them or counts them otherwise. */
export interface BudgetCaps {
	readonly epochMicros: number;
	readonly lifeMicros: number;
	/** In an epoch, of one project; null: no share of its own. */
	readonly projectMicros: number | null;
	/** In an epoch, of one person over all projects. */
	readonly researcherMicros: number | null;
	readonly rhoEpochMicros: number | null;
	readonly rhoLifeMicros: number | null;
}

/** What a hospital sets for itself; null leaves the network's. */
export interface OwnCaps {
	readonly epochMicros: number | null;
	readonly lifeMicros: number | null;
	readonly projectMicros: number | null;
	readonly researcherMicros: number | null;
}

export function budgetCapsOf(policy: NetworkPolicy, project: string): BudgetCaps {
	const allotments = policy.allotments ?? {};
	const ofProject = Object.entries(allotments.epsilonOfProjectMicros ?? {}).find(([id]) => id === project);
	return {
		epochMicros: policy.epsilonPerEpochMicros,
		lifeMicros: policy.epsilonForLifeMicros,
		projectMicros: ofProject?.[1] ?? allotments.epsilonPerProjectMicros ?? null,
		researcherMicros: allotments.epsilonPerResearcherMicros ?? null,
		rhoEpochMicros: allotments.rhoPerEpochMicros ?? null,
		rhoLifeMicros: allotments.rhoForLifeMicros ?? null,
	};
}

/** The smaller of the two holds: a hospital may only lower. */
export function loweredCaps(caps: BudgetCaps, own: OwnCaps): BudgetCaps {
	return {
		...caps,
		epochMicros: Math.min(caps.epochMicros, own.epochMicros ?? caps.epochMicros),
		lifeMicros: Math.min(caps.lifeMicros, own.lifeMicros ?? caps.lifeMicros),
		projectMicros: smaller(caps.projectMicros, own.projectMicros),
		researcherMicros: smaller(caps.researcherMicros, own.researcherMicros),
	};
}

/** Whether an empty ledger could pay it. That it could not follows from the signed policy, so it may be said to anybody. */
export function isPayable(epsilonMicros: number, caps: BudgetCaps): boolean {
	const { epochMicros, lifeMicros, projectMicros, researcherMicros, rhoEpochMicros, rhoLifeMicros } = caps;
	const rho = rhoMicrosOf(epsilonMicros);
	return (
		[epochMicros, lifeMicros, projectMicros, researcherMicros].every((cap) => isWithin(epsilonMicros, cap)) &&
		[rhoEpochMicros, rhoLifeMicros].every((cap) => isWithin(rho, cap))
	);
}

function isWithin(cost: number, cap: number | null): boolean {
	return cap === null || cost <= cap;
}

function smaller(a: number | null, b: number | null): number | null {
	if (a === null || b === null) return a ?? b;
	return Math.min(a, b);
}
