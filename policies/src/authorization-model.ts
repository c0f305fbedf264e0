// The authorization model in the form our evaluator reads, made from OpenFGA's own DSL by OpenFGA's own parser.
// The one place that meets @openfga/syntax-transformer.

import type { AuthorizationModel, TypeDefinition, Userset } from '@openfga/sdk';
import { transformer } from '@openfga/syntax-transformer';

export type Rewrite =
	| { readonly kind: 'direct' }
	| { readonly kind: 'computed'; readonly relation: string }
	| { readonly kind: 'from'; readonly tupleset: string; readonly relation: string }
	| { readonly kind: 'union'; readonly children: readonly Rewrite[] }
	| { readonly kind: 'intersection'; readonly children: readonly Rewrite[] }
	| { readonly kind: 'exclusion'; readonly base: Rewrite; readonly subtract: Rewrite };

/** Who may be written into a relation directly. */
export interface Restriction {
	readonly type: string;
	readonly relation: string | null;
	readonly wildcard: boolean;
	readonly condition: string | null;
}

export interface RelationDefinition {
	readonly rewrite: Rewrite;
	readonly restrictions: readonly Restriction[];
}

export interface ConditionDefinition {
	readonly name: string;
	readonly expression: string;
	readonly parameters: ReadonlyMap<string, ParameterType>;
}

/** `name` as OpenFGA spells it, for example TYPE_NAME_INT; `items` is the type of a list's or map's values. */
export interface ParameterType {
	readonly name: string;
	readonly items: ParameterType | null;
}

export interface PolicyModel {
	readonly types: ReadonlyMap<string, ReadonlyMap<string, RelationDefinition>>;
	readonly conditions: ReadonlyMap<string, ConditionDefinition>;
	/** The same model as the server's API takes it. */
	readonly json: Omit<AuthorizationModel, 'id'>;
}

/** Errors  throws where the text is not a model: a policy that does not parse stops the start. */
export function parseModel(dsl: string): PolicyModel {
	return readModel(transformer.transformDSLToJSONObject(dsl));
}

/** A modular model: `modFile` is the text of fga.mod, `read` gives the text of a module that it names. */
export function parseModularModel(modFile: string, read: (name: string) => string): PolicyModel {
	const mod = transformer.transformModFileToJSON(modFile);
	const files = mod.contents.value.map(({ value }) => ({ name: value, contents: read(value) }));
	return readModel(transformer.transformModuleFilesToModel(files, mod.schema.value));
}

/** A model as a server gives it back. Null where it is none that this program can read. */
export function parseModelJson(json: unknown): PolicyModel | null {
	if (!isModelJson(json)) return null;
	try {
		return readModel(json);
	} catch {
		// A rewrite of another version of the language, or a shape that is none: then it is not our model either.
		return null;
	}
}

function isModelJson(value: unknown): value is Omit<AuthorizationModel, 'id'> {
	return (
		typeof value === 'object' &&
		value !== null &&
		'schema_version' in value &&
		'type_definitions' in value &&
		Array.isArray(value.type_definitions)
	);
}

function readModel(json: Omit<AuthorizationModel, 'id'>): PolicyModel {
	const types = new Map(json.type_definitions.map((type) => [type.type, readRelations(type)]));
	const conditions = new Map<string, ConditionDefinition>();
	for (const [name, condition] of Object.entries(json.conditions ?? {})) {
		const parameters = Object.entries(condition.parameters ?? {});
		conditions.set(name, {
			name,
			expression: condition.expression,
			parameters: new Map(parameters.map(([parameter, type]) => [parameter, readParameter(type)])),
		});
	}
	return { types, conditions, json };
}

function readParameter(type: { type_name: string; generic_types?: readonly unknown[] }): ParameterType {
	const items = type.generic_types?.[0];
	return {
		name: type.type_name,
		items: isParameterJson(items) ? readParameter(items) : null,
	};
}

function isParameterJson(value: unknown): value is { type_name: string; generic_types?: readonly unknown[] } {
	return (
		typeof value === 'object' && value !== null && 'type_name' in value && typeof value.type_name === 'string'
	);
}

function readRelations(type: TypeDefinition): ReadonlyMap<string, RelationDefinition> {
	const relations = new Map<string, RelationDefinition>();
	for (const [name, userset] of Object.entries(type.relations ?? {})) {
		const direct = type.metadata?.relations?.[name]?.directly_related_user_types ?? [];
		const restrictions = direct.map((reference) => ({
			type: reference.type,
			relation: emptyToNull(reference.relation),
			wildcard: reference.wildcard !== undefined,
			condition: emptyToNull(reference.condition),
		}));
		relations.set(name, { rewrite: readRewrite(userset), restrictions });
	}
	return relations;
}

function emptyToNull(text: string | undefined): string | null {
	return text === undefined || text === '' ? null : text;
}

function readRewrite(userset: Userset): Rewrite {
	if (userset.this !== undefined) return { kind: 'direct' };
	if (userset.computedUserset?.relation !== undefined) {
		return { kind: 'computed', relation: userset.computedUserset.relation };
	}
	const from = userset.tupleToUserset;
	if (from?.tupleset.relation !== undefined && from.computedUserset.relation !== undefined) {
		return { kind: 'from', tupleset: from.tupleset.relation, relation: from.computedUserset.relation };
	}
	if (userset.union !== undefined) return { kind: 'union', children: userset.union.child.map(readRewrite) };
	if (userset.intersection !== undefined) {
		return { kind: 'intersection', children: userset.intersection.child.map(readRewrite) };
	}
	if (userset.difference !== undefined) {
		const { base, subtract } = userset.difference;
		return { kind: 'exclusion', base: readRewrite(base), subtract: readRewrite(subtract) };
	}
	throw new Error('the authorization model has a rewrite this program does not know');
}
