// Proves from a plan how much one patient can change its raw vector, for whoever sizes noise or is charged for it.

import type { PlannedVariable } from './plan.ts';

/** Of one hospital; a patient at c hospitals changes c vectors. */
export interface Sensitivity {
	/** The most that one patient can change the cells by, summed over cells. */
	readonly l1: number;
	/** The same, squared and summed: the square of L2, so that it is a whole number. */
	readonly l2Squared: number;
}

export interface ProvenParts {
	readonly variables: readonly PlannedVariable[];
	readonly cells: readonly (readonly string[])[];
}

/**
 * A variable puts a patient into one category: of several values of an element the dictionary's rule chooses one
 * (`categoryOf`, and the index alike), and a fact is false, true or unknown. So a patient is in one cell, and adds one
 * to it, if the cells are just the product of the categories and no category is there twice.
 *
 * Shape   null: the cells overlap, leave a patient out, or are not those of the variables: nothing is proven, and no
 *         noise would be enough.
 * Source  design/PRIVACY.md section 4, disjoint cells; test/index/one-patient.test.ts holds it against random patients.
 */
export function sensitivityOf({ variables, cells }: ProvenParts): Sensitivity | null {
	if (!variables.every(({ categories }) => categories.length > 0 && isDistinct(categories))) return null;
	const size = variables.reduce((product, { categories }) => product * categories.length, 1);
	const known = variables.map(({ categories }) => new Set(categories));
	const fits = cells.every(
		(cell) => cell.length === known.length && cell.every((category, at) => known[at]?.has(category)),
	);
	// As many cells as the product, all of it and no two alike: so they are the product.
	if (cells.length !== size || !fits || !isDistinct(cells.map((cell) => JSON.stringify(cell)))) return null;
	return { l1: 1, l2Squared: 1 };
}

function isDistinct(names: readonly string[]): boolean {
	return new Set(names).size === names.length;
}
