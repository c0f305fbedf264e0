// For tests: the solver that the coordinator runs on, one module a test file; its failure fails the test.

import { highsSolver } from '../adapters/highs-solver.ts';
import type { LinearSolver } from '../linear-solver.ts';

export const testSolver: LinearSolver = highsSolver(() => {
	throw new Error('the solver failed');
});

/** A solver that cannot be loaded. */
export const noSolver: LinearSolver = { open: async () => null };
