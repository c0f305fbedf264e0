// The content items of a structured report (PS3.3 C.17.3) as data sets: containers, codes, numbers, texts, references.

import type { Concept } from '../hospital-profile.ts';
import type { DataSet, Element } from './data-set.ts';

export type Relationship =
	| 'CONTAINS'
	| 'HAS OBS CONTEXT'
	| 'HAS CONCEPT MOD'
	| 'HAS PROPERTIES'
	| 'INFERRED FROM';

/** A code of more than 16 characters does not fit VR SH and goes into Long Code Value (PS3.3 8.1). */
export function codeSequence(tag: string, [code, scheme, meaning]: Concept): Element {
	const item: DataSet = [
		code.length > 16 ? ['0008,0119', 'UC', code] : ['0008,0100', 'SH', code],
		['0008,0102', 'SH', scheme],
		['0008,0104', 'LO', meaning],
	];
	return [tag, 'SQ', [item]];
}

export function container(relationship: Relationship, name: Concept, children: readonly DataSet[]): DataSet {
	return [
		...head(relationship, 'CONTAINER', name),
		['0040,A050', 'CS', 'SEPARATE'],
		...(children.length === 0 ? [] : ([['0040,A730', 'SQ', children]] as const)),
	];
}

export function codeItem(relationship: Relationship, name: Concept, value: Concept): DataSet {
	return [...head(relationship, 'CODE', name), codeSequence('0040,A168', value)];
}

export function textItem(relationship: Relationship, name: Concept, text: string): DataSet {
	return [...head(relationship, 'TEXT', name), ['0040,A160', 'UT', text]];
}

export function personItem(relationship: Relationship, name: Concept, person: string): DataSet {
	return [...head(relationship, 'PNAME', name), ['0040,A123', 'PN', person]];
}

export function uidItem(relationship: Relationship, name: Concept, uid: string): DataSet {
	return [...head(relationship, 'UIDREF', name), ['0040,A124', 'UI', uid]];
}

/** `value` is a decimal string of at most 16 characters (VR DS). */
export function numberItem(
	name: Concept,
	value: string,
	unit: Concept,
	children: readonly DataSet[],
): DataSet {
	const measured: DataSet = [codeSequence('0040,08EA', unit), ['0040,A30A', 'DS', value]];
	return [...head('CONTAINS', 'NUM', name), ['0040,A300', 'SQ', [measured]], ['0040,A730', 'SQ', children]];
}

export function imageItem(
	relationship: Relationship,
	name: Concept | null,
	image: { readonly sopClass: string; readonly sopInstance: string },
): DataSet {
	const reference: DataSet = [
		['0008,1150', 'UI', image.sopClass],
		['0008,1155', 'UI', image.sopInstance],
	];
	return [
		['0040,A010', 'CS', relationship],
		['0040,A040', 'CS', 'IMAGE'],
		...(name === null ? [] : [codeSequence('0040,A043', name)]),
		['0008,1199', 'SQ', [reference]],
	];
}

function head(relationship: Relationship, type: string, name: Concept): DataSet {
	return [['0040,A010', 'CS', relationship], ['0040,A040', 'CS', type], codeSequence('0040,A043', name)];
}
