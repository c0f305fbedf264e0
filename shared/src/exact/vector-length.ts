// How many numbers each hospital sends of one question; alike at coordinator and hospitals, or no sum opens.

import { comparisonLength } from './compared-releases.ts';
import type { EarlierRelease } from './earlier-release.ts';

/**
 * Shape   the plan's cells, and after them the comparisons with `earlier` exact answers; null where none are compared.
 * Errors  throws where they are more than a message carries: such a question is refused before.
 */
export function vectorLength(planCells: number, earlier: readonly EarlierRelease[] | null): number {
	if (earlier === null) return planCells;
	const comparisons = comparisonLength(planCells, earlier);
	if (comparisons === null) throw new Error('more comparisons than a session can have');
	return planCells + comparisons;
}
