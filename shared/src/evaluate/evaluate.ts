// The reference answer to a plan, patient by patient: slow, obvious, and what every index must equal.

import type { Dictionary } from '../dictionary/dictionary.ts';
import type { Plan } from '../plan/plan.ts';
import { categoryOf } from './category-of.ts';
import type { PatientRecord } from './patient-record.ts';
import { truthOf } from './truth-of.ts';

/**
 * Counts the patients of the cohort in each cell of the plan.
 *
 * Shape   one integer a cell, in the plan's order; each patient of the cohort is in exactly one cell.
 * Units   patients. Who consented is not its affair: hand in only those who did.
 * Errors  throws on a plan that was not made with this dictionary.
 */
export function evaluate(
	plan: Plan,
	patients: readonly PatientRecord[],
	dictionary: Dictionary,
): readonly number[] {
	const cellKeys = plan.cells.map((cell) => JSON.stringify(cell));
	const counts = plan.cells.map(() => 0);
	for (const patient of patients) {
		if (truthOf(plan.cohort, patient, dictionary) !== true) continue;
		const cell = plan.variables.map(({ variable }) => categoryOf(variable, patient, dictionary));
		const at = cellKeys.indexOf(JSON.stringify(cell));
		if (at === -1) throw new Error('the plan has no cell for this patient');
		counts[at] = (counts[at] ?? 0) + 1;
	}
	return counts;
}
