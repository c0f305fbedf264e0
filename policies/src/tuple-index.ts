// Which stored relationships the model allows, found by object and relation. What the model does not allow is not seen.

import type { PolicyModel } from './authorization-model.ts';
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

const userForm = /^([^:#@\s*]{1,254}):([^:#\s]{1,254})(?:#([^:#@\s]{1,50}))?$/;

/** null where the text is not a user. */
export function parseUser(user: string): UserParts | null {
	const [, type, id, relation] = userForm.exec(user) ?? [];
	if (type === undefined || id === undefined) return null;
	if (id.includes('*') && (id !== '*' || relation !== undefined)) return null;
	return { type, id, relation: relation ?? null };
}

/** Whether the model lets this relationship be written. */
export function isPermittedTuple(model: PolicyModel, tuple: Tuple): boolean {
	const user = parseUser(tuple.user);
	const object = parseUser(tuple.object);
	if (user === null || object === null || object.relation !== null || object.id === '*') return false;
	const definition = model.types.get(object.type)?.get(tuple.relation);
	return (definition?.restrictions ?? []).some(
		(restriction) =>
			restriction.type === user.type &&
			restriction.relation === user.relation &&
			restriction.wildcard === (user.id === '*') &&
			restriction.condition === (tuple.condition?.name ?? null),
	);
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
