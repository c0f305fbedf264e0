// Counts a plan's cells over the patients who agreed, for the disclosure stage alone.

import type { Plan, RawCount } from '@cordon/shared';
import type { CohortIndex, Ordinal } from '../ports.ts';

/**
 * Shape   one raw count a cell of the plan, in its order, zeros included: the size says nothing of the data.
 * Units   distinct patients of this hospital.
 * Errors  throws where the index returns another number of cells than the plan has: a broken index.
 */
export async function countPatientsOf(
	plan: Plan,
	patients: readonly Ordinal[],
	index: CohortIndex,
): Promise<readonly RawCount[]> {
	return requireEveryCell(plan, await index.count(plan, patients));
}

function requireEveryCell(plan: Plan, counts: readonly RawCount[]): readonly RawCount[] {
	if (counts.length !== plan.cells.length)
		throw new Error('the index returned another number of cells than planned');
	return counts;
}
