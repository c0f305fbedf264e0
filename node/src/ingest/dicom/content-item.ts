// One item of a structured report's content tree, read from its data set.

import { type Code, codeSystemOf } from '@cordon/shared';
import { type DataSet, textOf } from './parse-dicom.ts';

/** A coded entry; `codes` names it by URI, where there is one, and by designator. */
export interface CodedEntry {
	readonly value: string;
	readonly scheme: string;
	readonly codes: readonly Code[];
}

export function itemsOf(dataSet: DataSet, tag: string): readonly DataSet[] {
	const items = dataSet.elements[tag]?.items ?? [];
	return items.flatMap((item) => (item.dataSet === undefined ? [] : [item.dataSet]));
}

/** The entry of a code sequence; null unless it has exactly one item with value and scheme. */
export function codedEntry(dataSet: DataSet, tag: string): CodedEntry | null {
	const [item, ...others] = itemsOf(dataSet, tag);
	if (item === undefined || others.length > 0) return null;
	// Short, long and URN form of the value (PS3.3 section 8.8).
	const value = textOf(item, 'x00080100') || textOf(item, 'x00080119') || textOf(item, 'x00080120');
	const scheme = textOf(item, 'x00080102');
	if (value === '' || scheme === '') return null;
	const uri = codeSystemOf(scheme);
	const byScheme = { system: scheme, code: value };
	return { value, scheme, codes: uri === null ? [byScheme] : [{ system: uri, code: value }, byScheme] };
}

export function isCode(entry: CodedEntry | null, scheme: string, value: string): boolean {
	return entry !== null && entry.scheme === scheme && entry.value === value;
}

/** Value Type (0040,A040); the empty string for an item by reference. */
export function valueType(item: DataSet): string {
	return textOf(item, 'x0040a040');
}

/** Relationship Type (0040,A010) to the item above. */
export function relationship(item: DataSet): string {
	return textOf(item, 'x0040a010');
}

export function conceptName(item: DataSet): CodedEntry | null {
	return codedEntry(item, 'x0040a043');
}

export function contentOf(item: DataSet): readonly DataSet[] {
	return itemsOf(item, 'x0040a730');
}

export interface Measured {
	readonly number: number;
	readonly unit: CodedEntry | null;
}

const decimalString = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** The measured value of a NUM item; null where there is none, or it is not one finite number. */
export function measuredValue(item: DataSet): Measured | null {
	const [value, ...others] = itemsOf(item, 'x0040a300');
	if (value === undefined || others.length > 0) return null;
	const text = textOf(value, 'x0040a30a');
	const number = decimalString.test(text) ? Number(text) : Number.NaN;
	return Number.isFinite(number) ? { number, unit: codedEntry(value, 'x004008ea') } : null;
}
