// Turns a cohort tree into one boolean expression over a patient row `p`; SQL's own logic has the same three values.

import { type Cohort, type Dictionary, type Fact, unreachable } from '@cordon/shared';
import { type SQL, sql } from 'drizzle-orm';
import { compileCondition, compileElement, compileImaging } from './compile-fact.ts';
import { compileGene, compileVariant } from './compile-genome-fact.ts';

/**
 * Shape   true, false or null (unknown), as the reference evaluator's truth.
 * Errors  throws where the tree names what the dictionary has not: the question was not validated against it.
 */
export function compileCohort(cohort: Cohort, dictionary: Dictionary): SQL {
	if ('all' in cohort) return joined(cohort.all, dictionary, { word: sql` and `, ofNone: sql`true` });
	if ('any' in cohort) return joined(cohort.any, dictionary, { word: sql` or `, ofNone: sql`false` });
	if ('not' in cohort) return sql`(not ${compileCohort(cohort.not, dictionary)})`;
	return compileFact(cohort, dictionary);
}

export function compileFact(fact: Fact, dictionary: Dictionary): SQL {
	if ('imaging' in fact) return compileImaging(fact.imaging);
	if ('element' in fact) return compileElement(fact.element, dictionary);
	if ('gene' in fact) return compileGene(fact.gene);
	if ('variant' in fact) return compileVariant(fact.variant, dictionary);
	if ('condition' in fact) return compileCondition(fact.condition, dictionary);
	return unreachable(fact);
}

interface Connective {
	readonly word: SQL;
	readonly ofNone: SQL;
}

function joined(parts: readonly Cohort[], dictionary: Dictionary, { word, ofNone }: Connective): SQL {
	if (parts.length === 0) return ofNone;
	const compiled = parts.map((part) => compileCohort(part, dictionary));
	return sql`(${sql.join(compiled, word)})`;
}
