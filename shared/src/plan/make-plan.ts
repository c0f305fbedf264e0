// Turns a question into what will be computed: cells fixed before any data are seen, and what they may cost.

import type { DataClass, Dictionary } from '../dictionary/dictionary.ts';
import { dictionaryLookup } from '../dictionary/dictionary-lookup.ts';
import { canonicalHash } from '../query/canonical-hash.ts';
import { askKindOf } from '../query/parse-ask.ts';
import type { Ask, AskKind, Cohort, Question, Variable } from '../query/query.ts';
import { err, ok, type Result } from '../result.ts';
import { categoriesOf } from './categories.ts';
import type { Plan, PlannedVariable } from './plan.ts';
import { sensitivityOf } from './sensitivity-of.ts';

/** A rung of the ladder of asks: the word after `can_ask_` in the policy model. */
export type AskPermission = 'exists' | 'count' | 'distribution' | 'table';

const permissions: Readonly<Record<AskKind, AskPermission>> = {
	exists: 'exists',
	count: 'count',
	histogram: 'distribution',
	table: 'table',
};

/**
 * Plans a parsed question. A function of question and dictionary alone, so that every hospital plans the same.
 *
 * Shape   cells row-major over the variables' categories, `unknown` included; one empty cell for exists and count.
 * Units   `l1Sensitivity` is proven from the cells (see `sensitivityOf`).
 * Errors  `too-many-cells` the table would have more than `maxCells`; `sensitivity-unknown` nothing is proven, because
 *         the dictionary's categories overlap.
 */
export function makePlan(
	question: Question,
	dictionary: Dictionary,
	maxCells: number,
): Result<Plan, 'too-many-cells' | 'sensitivity-unknown'> {
	const { query, release } = question;
	const variables = variablesOf(query.ask).map(
		(variable): PlannedVariable => ({ variable, categories: categoriesOf(variable, dictionary) }),
	);
	// Multiplied before the cells are made, so that an oversized table costs nothing to refuse.
	const size = variables.reduce((product, { categories }) => product * categories.length, 1);
	if (size > maxCells) return err('too-many-cells');
	const cells = cellsOf(variables);
	const sensitivity = sensitivityOf({ variables, cells });
	if (sensitivity === null) return err('sensitivity-unknown');
	return ok({
		askKind: askKindOf(query.ask),
		cohort: query.cohort,
		variables,
		cells,
		dataClasses: dataClassesOf(query.cohort, variables, dictionary),
		l1Sensitivity: sensitivity.l1,
		mechanism: release.mechanism,
		epsilonMicros: release.epsilonMicros ?? 0,
	});
}

/** The permission that a person needs to ask it. */
export function requiredPermission(askKind: AskKind): AskPermission {
	return permissions[askKind];
}

/** SHA-256 of the canonical plan, hex: two hospitals with the same hash compute the same cells. */
export function planHash(plan: Plan): string {
	return canonicalHash(plan);
}

function variablesOf(ask: Ask): readonly Variable[] {
	if ('histogram' in ask) return [{ element: ask.histogram.of }];
	return 'table' in ask ? [ask.table.rows, ask.table.columns] : [];
}

function cellsOf(variables: readonly PlannedVariable[]): readonly (readonly string[])[] {
	return variables.reduce<readonly (readonly string[])[]>(
		(cells, { categories }) => cells.flatMap((cell) => categories.map((category) => [...cell, category])),
		[[]],
	);
}

function dataClassesOf(
	cohort: Cohort,
	variables: readonly PlannedVariable[],
	dictionary: Dictionary,
): readonly DataClass[] {
	const classes = [
		...classesOf(cohort, dictionary),
		...variables.flatMap(({ variable }) =>
			'element' in variable ? [elementClass(variable.element, dictionary)] : classesOf(variable, dictionary),
		),
	];
	return [...new Set(classes)].sort();
}

function classesOf(cohort: Cohort, dictionary: Dictionary): readonly DataClass[] {
	if ('all' in cohort) return cohort.all.flatMap((operand) => classesOf(operand, dictionary));
	if ('any' in cohort) return cohort.any.flatMap((operand) => classesOf(operand, dictionary));
	if ('not' in cohort) return classesOf(cohort.not, dictionary);
	if ('imaging' in cohort) return ['image'];
	if ('gene' in cohort || 'variant' in cohort) return ['genome'];
	if ('condition' in cohort) return ['clinical'];
	return [elementClass(cohort.element.id, dictionary)];
}

function elementClass(id: string, dictionary: Dictionary): DataClass {
	const element = dictionaryLookup(dictionary).elements.get(id);
	if (element === undefined) throw new Error('element is not in the dictionary');
	return element.dataClass;
}
