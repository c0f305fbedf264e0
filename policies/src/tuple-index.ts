// Which stored relationships the model allows, found by object and relation. What the model does not allow is not seen.

import type { PolicyModel } from './authorization-model.ts';
import { takesContext } from './condition.ts';
import type { Tuple } from './relationship-engine.ts';

export interface TupleIndex {
	readonly find: (object: string, relation: string) => readonly Tuple[];
}

/** The parts of `type:id`, `type:*` and `type:id#relation`. */
export interface UserParts {
	readonly type: string;
	readonly id: string;
	readonly relation: string | null;
}

/** The server takes no control character (C0, DEL, C1) in names and in values. */
const userForm = /^([^:# \p{Cc}]+):([^:# \p{Cc}]+)(?:#([^:#@ \p{Cc}]+))?$/u;
const controlCharacter = /\p{Cc}/u;
/** In characters; names longer than that are refused whatever they say. */
const maxUserLength = 512;
const maxObjectLength = 256;

/** null where the text is not a user. */
export function parseUser(user: string): UserParts | null {
	const [, type, id, relation] = userForm.exec(user) ?? [];
	if (type === undefined || id === undefined) return null;
	if (isLonger(user, maxUserLength)) return null;
	if (relation !== undefined && `${id}${relation}`.includes('*')) return null;
	return { type, id, relation: relation ?? null };
}

/** null where the text is not one object: all objects of a type are none. */
export function parseObject(object: string): UserParts | null {
	const parts = parseUser(object);
	if (parts === null || parts.relation !== null || parts.id === '*') return null;
	return isLonger(object, maxObjectLength) ? null : parts;
}

/** Whether a value holds what the server refuses to read. */
export function hasControlCharacter(value: unknown): boolean {
	if (typeof value === 'string') return controlCharacter.test(value);
	if (typeof value !== 'object' || value === null) return false;
	return Object.entries(value).some(([key, item]) => controlCharacter.test(key) || hasControlCharacter(item));
}

/** Counts characters only where there are enough code units. */
function isLonger(text: string, characters: number): boolean {
	return text.length > characters && [...text].length > characters;
}

/** Whether the model lets this relationship be written. */
export function isPermittedTuple(model: PolicyModel, tuple: Tuple): boolean {
	const user = parseUser(tuple.user);
	const object = parseObject(tuple.object);
	if (user === null || object === null || !isPermittedCondition(model, tuple.condition)) return false;
	const definition = model.types.get(object.type)?.get(tuple.relation);
	return (definition?.restrictions ?? []).some(
		(restriction) =>
			restriction.type === user.type &&
			restriction.relation === user.relation &&
			restriction.wildcard === (user.id === '*') &&
			restriction.condition === (tuple.condition?.name ?? null),
	);
}

function isPermittedCondition(model: PolicyModel, condition: Tuple['condition']): boolean {
	if (condition === undefined) return true;
	const definition = model.conditions.get(condition.name);
	if (definition === undefined || hasControlCharacter(condition.context)) return false;
	return takesContext(definition, condition.context);
}

export function indexTuples(model: PolicyModel, tuples: readonly Tuple[]): TupleIndex {
	const byObject = new Map<string, Tuple[]>();
	for (const tuple of tuples) {
		if (!isPermittedTuple(model, tuple)) continue;
		const key = keyOf(tuple.object, tuple.relation);
		byObject.set(key, [...(byObject.get(key) ?? []).filter((other) => other.user !== tuple.user), tuple]);
	}
	return { find: (object, relation) => byObject.get(keyOf(object, relation)) ?? [] };
}

/** `over` wins where both name the same user, relation and object. */
export function overlay(under: TupleIndex, over: TupleIndex): TupleIndex {
	return {
		find: (object, relation) => {
			const added = over.find(object, relation);
			if (added.length === 0) return under.find(object, relation);
			const users = new Set(added.map((tuple) => tuple.user));
			return [...added, ...under.find(object, relation).filter((tuple) => !users.has(tuple.user))];
		},
	};
}

function keyOf(object: string, relation: string): string {
	return `${object}#${relation}`;
}
