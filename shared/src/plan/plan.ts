// What a node will compute for a question, as data and never as SQL text: cells, classes, sensitivity, cost.

import type { DataClass } from '../dictionary/dictionary.ts';
import type { AskKind, Cohort, Mechanism, Variable } from '../query/query.ts';

/** One variable with its categories in order; the last category is always `unknown`. */
export interface PlannedVariable {
	readonly variable: Variable;
	/** For a number: `[0,10)`; for a code: the value's id; for a fact: `false`, `true`; then `unknown`. */
	readonly categories: readonly string[];
}

export interface Plan {
	readonly askKind: AskKind;
	readonly cohort: Cohort;
	/** None for exists and count, one for a histogram, two (rows, columns) for a table. */
	readonly variables: readonly PlannedVariable[];
	/** Row-major over the variables; each cell is one category a variable; exists and count have one, empty. */
	readonly cells: readonly (readonly string[])[];
	/** Classes of data the computation reads; a patient counts only who consents to every one. */
	readonly dataClasses: readonly DataClass[];
	/** The most that one patient can change the cells by, summed over cells. */
	readonly l1Sensitivity: number;
	readonly mechanism: Mechanism;
	/** What the ledger is charged, in millionths of epsilon; 0 where exact. */
	readonly epsilonMicros: number;
}
