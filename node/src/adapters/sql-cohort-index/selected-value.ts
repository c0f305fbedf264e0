// Decides which of a patient's several values of an element is the one that counts, by the dictionary's rule.

import {
	arrayParameter,
	type CodedElement,
	type Dictionary,
	dictionaryLookup,
	type Element,
	type NumberElement,
} from '@cordon/shared';
import { type SQL, sql } from 'drizzle-orm';

export function elementOf(id: string, dictionary: Dictionary): Element {
	const element = dictionaryLookup(dictionary).elements.get(id);
	if (element === undefined) throw new Error('the plan names an element that the dictionary lacks');
	return element;
}

/** One scalar over the patient row `p`: a number clipped to the element's bounds, or a code; null without a value. */
export function selectedValue(element: Element): SQL {
	return element.type === 'number' ? selectedNumber(element) : selectedCode(element);
}

export function codeOrder(element: CodedElement): SQL {
	return arrayParameter(
		'text',
		element.values.map((value) => value.id),
	);
}

function selectedNumber(element: NumberElement): SQL {
	const [low, high] = element.bounds;
	return sql`(select least(greatest(v.number, ${low}::double precision), ${high}::double precision)
		from value v
		where v.snapshot = p.snapshot and v.ordinal = p.ordinal and v.element = ${element.id}::text
			and v.number is not null
		order by ${numberOrder(element)} limit 1)`;
}

/** Of several on the same day the smallest counts, so that the order in the files cannot matter. */
function numberOrder({ select }: NumberElement): SQL {
	switch (select) {
		case 'largest':
			return sql`v.number desc`;
		case 'smallest':
			return sql`v.number asc`;
		default:
			return sql`${dayOrder(select)}, v.number asc`;
	}
}

function selectedCode(element: CodedElement): SQL {
	const order = codeOrder(element);
	return sql`(select v.code
		from value v
		where v.snapshot = p.snapshot and v.ordinal = p.ordinal and v.element = ${element.id}::text
			and v.code = any(${order})
		order by ${dayOrder(element.select)}, array_position(${order}, v.code) limit 1)`;
}

/** An undated value counts only where no dated one is. */
function dayOrder(select: 'first' | 'last'): SQL {
	return select === 'first' ? sql`v.day asc nulls last` : sql`v.day desc nulls last`;
}
