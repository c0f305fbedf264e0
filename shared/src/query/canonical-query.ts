// Gives every way of writing one query the same form, so that asking again in other words is seen to be asking again.

import { canonicalJson } from '../hash.ts';
import { canonicalHash } from './canonical-hash.ts';
import { compareText } from './nearest-names.ts';
import type { Ask, Cohort, Fact, Query, Variable } from './query.ts';

/** SHA-256 of the RFC 8785 form of the canonical query, hex. It keys the replay of stored releases. */
export function queryHash(query: Query): string {
	return canonicalHash(canonicalQuery(query));
}

/**
 * The same query in its canonical form; equal in truth for every patient, known or unknown.
 * Operands of `all` and `any`: nested ones of the same kind opened, duplicates dropped, sorted by canonical text, a
 * single one stands for itself. `not` of `not` goes. Lists of names are sets: sorted, each once.
 * Does not find every equivalence (De Morgan, covering ranges): the ledger charges those as new questions.
 */
export function canonicalQuery({ cordon, cohort, ask }: Query): Query {
	return { cordon, cohort: canonicalCohort(cohort), ask: canonicalAsk(ask) };
}

function canonicalCohort(cohort: Cohort): Cohort {
	if ('all' in cohort) {
		const operands = canonicalOperands(cohort.all, (inner) => ('all' in inner ? inner.all : [inner]));
		return single(operands) ?? { all: operands };
	}
	if ('any' in cohort) {
		const operands = canonicalOperands(cohort.any, (inner) => ('any' in inner ? inner.any : [inner]));
		return single(operands) ?? { any: operands };
	}
	if ('not' in cohort) {
		const inner = canonicalCohort(cohort.not);
		return 'not' in inner ? inner.not : { not: inner };
	}
	return canonicalFact(cohort);
}

function canonicalOperands(
	operands: readonly Cohort[],
	open: (operand: Cohort) => readonly Cohort[],
): readonly Cohort[] {
	const byText = new Map<string, Cohort>();
	for (const operand of operands.map(canonicalCohort).flatMap(open))
		byText.set(canonicalJson(operand), operand);
	return [...byText].sort(([a], [b]) => compareText(a, b)).map(([, operand]) => operand);
}

function single(operands: readonly Cohort[]): Cohort | undefined {
	return operands.length === 1 ? operands[0] : undefined;
}

function canonicalFact<F extends Fact>(fact: F): F {
	if ('element' in fact && fact.element.in !== undefined) {
		return { ...fact, element: { ...fact.element, in: asSet(fact.element.in) } };
	}
	if ('gene' in fact) {
		const { symbol, consequence, significance } = fact.gene;
		const gene = {
			symbol,
			...(consequence === undefined ? {} : { consequence: asSet(consequence) }),
			...(significance === undefined ? {} : { significance: asSet(significance) }),
		};
		return { ...fact, gene };
	}
	return fact;
}

function asSet(names: readonly string[]): readonly string[] {
	return [...new Set(names)].sort(compareText);
}

function canonicalAsk(ask: Ask): Ask {
	if (!('table' in ask)) return ask;
	const { rows, columns } = ask.table;
	return { table: { rows: canonicalVariable(rows), columns: canonicalVariable(columns) } };
}

function canonicalVariable(variable: Variable): Variable {
	return 'element' in variable ? variable : canonicalFact(variable);
}
