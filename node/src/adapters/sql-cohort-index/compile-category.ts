// Turns a planned variable into the position of a patient's category, as the plan lists them; `unknown` is the last.

import {
	arrayParameter,
	type CodedElement,
	categoriesOf,
	type Dictionary,
	type Fact,
	type NumberElement,
	type PlannedVariable,
	type Variable,
} from '@cordon/shared';
import { type SQL, sql } from 'drizzle-orm';
import { compileFact } from './compile-cohort.ts';
import { codeOrder, elementOf, selectedValue } from './selected-value.ts';

/**
 * Shape   an integer from 0 to the number of categories less one, never null.
 * Errors  throws where the plan's categories are not those that the dictionary gives.
 */
export function compileCategory({ variable, categories }: PlannedVariable, dictionary: Dictionary): SQL {
	const expected = categoriesOf(variable, dictionary);
	if (categories.join('\n') !== expected.join('\n'))
		throw new Error('the plan was made with another dictionary');
	const unknown = categories.length - 1;
	if ('element' in variable) {
		const element = elementOf(variable.element, dictionary);
		return element.type === 'number' ? binOf(element, unknown) : positionOf(element, unknown);
	}
	return sql`(case ${compileFact(factOf(variable), dictionary)} when false then 0 when true then 1 else 2 end)`;
}

function factOf(variable: Exclude<Variable, { readonly element: string }>): Fact {
	return variable;
}

/** Bin i is [edge i, edge i+1); the last is closed, since what is above the bound was clipped to it. */
function binOf(element: NumberElement, unknown: number): SQL {
	const last = element.bins.length - 2;
	const edges = arrayParameter('double precision', element.bins);
	return sql`(select case when e.chosen is null then ${unknown}::integer
		else least(greatest(width_bucket(e.chosen, ${edges}) - 1, 0), ${last}::integer) end
		from (select ${selectedValue(element)} as chosen) e)`;
}

function positionOf(element: CodedElement, unknown: number): SQL {
	return sql`coalesce(array_position(${codeOrder(element)}, ${selectedValue(element)}) - 1, ${unknown}::integer)`;
}
