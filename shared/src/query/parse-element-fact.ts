// Decides whether a comparison with a dictionary element means something, and puts it into the dictionary's unit.

import type { z } from 'zod';
import type { CodedElement, Element, NumberElement } from '../dictionary/dictionary.ts';
import type { Path } from './input-issues.ts';
import type { ElementFact } from './query.ts';
import { elementSchema } from './question-schema.ts';
import { checkNames, type Reading, readObject } from './read-object.ts';
import { convertUnit, unitsLike } from './units.ts';

type Given = z.output<typeof elementSchema>;
type Limits = Pick<ElementFact, 'lt' | 'le' | 'gt' | 'ge'>;

const comparisons = ['lt', 'le', 'gt', 'ge'] as const;

export function parseElementFact(input: unknown, path: Path, reading: Reading): ElementFact | null {
	const given = readObject(elementSchema, input, path, reading.issues);
	if (given === null) return null;
	const element = findElement(given.id, [...path, 'id'], reading);
	if (element === null) return null;
	return element.type === 'number'
		? parseComparison(given, element, path, reading)
		: parseMembership(given, element, path, reading);
}

/** The element of that name, or null after noting the mistake. */
export function findElement(id: string, path: Path, { dictionary, lookup, issues }: Reading): Element | null {
	const element = lookup.elements.get(id);
	if (element !== undefined) return element;
	issues.addUnknown(
		path,
		'element',
		id,
		dictionary.elements.map((known) => known.id),
	);
	return null;
}

function parseMembership(
	given: Given,
	element: CodedElement,
	path: Path,
	{ issues }: Reading,
): ElementFact | null {
	for (const key of [...comparisons, 'unit'] as const) {
		if (given[key] !== undefined) issues.add([...path, key], `${element.id} is coded: it takes only "in"`);
	}
	const values = element.values.map(({ id }) => id);
	if (given.in === undefined) {
		issues.add(
			path,
			`${element.id} is coded: give "in" with one or more of ${values.slice(0, 20).join(', ')}`,
		);
		return null;
	}
	checkNames(given.in, values, { path: [...path, 'in'], what: `value of ${element.id}` }, issues);
	return { id: element.id, in: given.in };
}

function parseComparison(
	given: Given,
	element: NumberElement,
	path: Path,
	reading: Reading,
): ElementFact | null {
	const { issues } = reading;
	if (given.in !== undefined)
		issues.add([...path, 'in'], `${element.id} is a number: it takes lt, le, gt, ge`);
	if (comparisons.every((key) => given[key] === undefined)) {
		issues.add(path, `${element.id} is a number: give one of lt, le, gt, ge and its unit (${element.unit})`);
		return null;
	}
	// Always asked for: a bare 20 could be millilitres or millimetres, days or years.
	if (given.unit === undefined) {
		issues.add([...path, 'unit'], `missing: expected ${element.unit} or a unit that converts to it`);
		return null;
	}
	if (convertUnit(0, given.unit, element.unit) === null) {
		issues.addUnknown([...path, 'unit'], `unit for ${element.id}`, given.unit, unitsLike(element.unit));
		return null;
	}
	const limits: Partial<Record<(typeof comparisons)[number], number>> = {};
	for (const key of comparisons) {
		const value = given[key] === undefined ? null : convertUnit(given[key], given.unit, element.unit);
		if (value === null) continue;
		checkLimit(key, value, element, [...path, key], reading);
		limits[key] = value;
	}
	if (isEmptyRange(limits)) issues.add(path, 'no number satisfies these comparisons together');
	return { id: element.id, ...limits, unit: element.unit };
}

/** Values are clipped to the bounds, so a limit outside would quietly find nobody or everybody. */
function checkLimit(
	key: (typeof comparisons)[number],
	value: number,
	element: NumberElement,
	path: Path,
	{ issues }: Reading,
): void {
	const [low, high] = element.bounds;
	const range = `values of ${element.id} are clipped to ${low}..${high} ${element.unit}`;
	if (value < low || value > high) issues.add(path, `outside the bounds: ${range}`);
	else if (key === 'gt' && value === high) issues.add(path, `nothing is above: ${range}; did you mean "ge"?`);
	else if (key === 'lt' && value === low) issues.add(path, `nothing is below: ${range}; did you mean "le"?`);
}

function isEmptyRange({ lt, le, gt, ge }: Limits): boolean {
	const low = Math.max(gt ?? Number.NEGATIVE_INFINITY, ge ?? Number.NEGATIVE_INFINITY);
	const high = Math.min(lt ?? Number.POSITIVE_INFINITY, le ?? Number.POSITIVE_INFINITY);
	return low > high || (low === high && (gt === low || lt === high));
}
