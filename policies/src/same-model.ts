// Whether two authorization models mean the same, whatever a server fills in, leaves out or sorts anew.

import { canonicalJson } from '@cordon/shared';
import type { ParameterType, PolicyModel, Restriction } from './authorization-model.ts';

/** Compares what decides: types, rewrites, who may be written directly, conditions. Module names and file names do not. */
export function isSameModel(one: PolicyModel, other: PolicyModel): boolean {
	return meaningOf(one) === meaningOf(other);
}

function meaningOf({ types, conditions, json }: PolicyModel): string {
	return canonicalJson({
		schema: json.schema_version,
		types: sorted(types).map(([type, relations]) => [
			type,
			sorted(relations).map(([relation, { rewrite, restrictions }]) => [
				relation,
				rewrite,
				restrictions.map(toText).sort(),
			]),
		]),
		conditions: sorted(conditions).map(([name, { expression, parameters }]) => [
			name,
			expression,
			sorted(parameters).map(([parameter, type]) => [parameter, toPlain(type)]),
		]),
	});
}

/** As pairs, so that no name can be mistaken for a property of every object. */
function sorted<T>(map: ReadonlyMap<string, T>): readonly (readonly [string, T])[] {
	return [...map].sort(([left], [right]) => (left < right ? -1 : 1));
}

function toText(restriction: Restriction): string {
	return canonicalJson({ ...restriction });
}

function toPlain(type: ParameterType): unknown {
	return { name: type.name, items: type.items === null ? null : toPlain(type.items) };
}
