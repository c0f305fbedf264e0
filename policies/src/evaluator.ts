// Answers relationship questions in process with OpenFGA's semantics, so that a first run needs no server.

import { err, ok, unreachable } from '@cordon/shared';
import type { PolicyModel, RelationDefinition, Rewrite } from './authorization-model.ts';
import { type CompiledCondition, compileCondition } from './condition.ts';
import type {
	ConditionContext,
	RelationshipCheck,
	RelationshipEngine,
	Tuple,
} from './relationship-engine.ts';
import {
	hasControlCharacter,
	indexTuples,
	isPermittedTuple,
	overlay,
	parseObject,
	parseUser,
	type TupleIndex,
} from './tuple-index.ts';

/** `cycle`: the question led back to itself. It grants nothing, and under an exclusion it denies. */
type Verdict = 'yes' | 'no' | 'cycle' | 'undecided';

interface Walk {
	readonly model: PolicyModel;
	readonly conditions: ReadonlyMap<string, CompiledCondition>;
	readonly tuples: TupleIndex;
	readonly user: string;
	readonly context: ConditionContext;
	/** Relation visits left; a question that needs more is undecided, not endless. */
	readonly budget: { visits: number };
}

/** The server's own limit of nested resolutions. */
const maxDepth = 25;
const maxVisits = 20_000;

/** Errors  `check` gives `policy-unavailable` where a real server would answer with an error. */
export function createEvaluator(model: PolicyModel, tuples: readonly Tuple[]): RelationshipEngine {
	const conditions = new Map(
		[...model.conditions].map(([name, condition]) => [name, compileCondition(condition)]),
	);
	const index = indexTuples(model, tuples);
	return {
		check: async (question) => {
			const contextual = question.contextualTuples ?? [];
			if (!isKnownQuestion(model, question)) return err('policy-unavailable');
			if (!contextual.every((tuple) => isPermittedTuple(model, tuple))) return err('policy-unavailable');
			const verdict = decideRelation(
				{
					model,
					conditions,
					tuples: contextual.length === 0 ? index : overlay(index, indexTuples(model, contextual)),
					user: question.user,
					context: question.context ?? {},
					budget: { visits: maxVisits },
				},
				question.object,
				question.relation,
				[],
			);
			return verdict === 'undecided' ? err('policy-unavailable') : ok(verdict === 'yes');
		},
	};
}

function isKnownQuestion(model: PolicyModel, question: RelationshipCheck): boolean {
	const user = parseUser(question.user);
	const object = parseObject(question.object);
	if (user === null || object === null || hasControlCharacter(question.context)) return false;
	if (model.types.get(object.type)?.has(question.relation) !== true) return false;
	const userType = model.types.get(user.type);
	return userType !== undefined && (user.relation === null || userType.has(user.relation));
}

function definitionOf(walk: Walk, object: string, relation: string): RelationDefinition | undefined {
	const parts = parseUser(object);
	return parts === null ? undefined : walk.model.types.get(parts.type)?.get(relation);
}

/** `path` holds the questions being answered, outermost first. */
function decideRelation(walk: Walk, object: string, relation: string, path: readonly string[]): Verdict {
	const here = `${object}#${relation}`;
	if (walk.user === here) return 'yes';
	if (path.includes(here)) return 'cycle';
	const definition = definitionOf(walk, object, relation);
	if (definition === undefined) return 'no';
	walk.budget.visits -= 1;
	if (path.length > maxDepth || walk.budget.visits < 0) return 'undecided';
	return decideRewrite(walk, { object, relation, path: [...path, here] }, definition.rewrite);
}

interface Place {
	readonly object: string;
	readonly relation: string;
	readonly path: readonly string[];
}

function decideRewrite(walk: Walk, place: Place, rewrite: Rewrite): Verdict {
	switch (rewrite.kind) {
		case 'direct':
			return anyOf(walk.tuples.find(place.object, place.relation), (tuple) =>
				decideDirect(walk, place, tuple),
			);
		case 'computed':
			return decideRelation(walk, place.object, rewrite.relation, place.path);
		case 'from':
			return anyOf(walk.tuples.find(place.object, rewrite.tupleset), (tuple) =>
				decideFrom(walk, place, tuple, rewrite.relation),
			);
		case 'union':
			return anyOf(rewrite.children, (child) => decideRewrite(walk, place, child));
		case 'intersection':
			return allOf(rewrite.children, (child) => decideRewrite(walk, place, child));
		case 'exclusion':
			return without(decideRewrite(walk, place, rewrite.base), () =>
				decideRewrite(walk, place, rewrite.subtract),
			);
		default:
			return unreachable(rewrite);
	}
}

function decideDirect(walk: Walk, place: Place, tuple: Tuple): Verdict {
	const named = parseUser(tuple.user);
	const asked = parseUser(walk.user);
	if (named === null || asked === null) return 'no';
	const isPublic = named.id === '*' && asked.type === named.type && asked.relation === null;
	if (tuple.user === walk.user || isPublic) return decideCondition(walk, tuple);
	const { relation } = named;
	if (relation === null) return 'no';
	const condition = decideCondition(walk, tuple);
	if (condition === 'no') return 'no';
	return both(condition, decideRelation(walk, `${named.type}:${named.id}`, relation, place.path));
}

function decideFrom(walk: Walk, place: Place, tuple: Tuple, relation: string): Verdict {
	const parent = parseUser(tuple.user);
	if (parent === null || parent.relation !== null || parent.id === '*') return 'no';
	const condition = decideCondition(walk, tuple);
	if (condition === 'no') return 'no';
	return both(condition, decideRelation(walk, tuple.user, relation, place.path));
}

function decideCondition(walk: Walk, tuple: Tuple): Verdict {
	if (tuple.condition === undefined) return 'yes';
	const condition = walk.conditions.get(tuple.condition.name);
	return condition === undefined ? 'undecided' : condition(tuple.condition.context, walk.context);
}

function anyOf<T>(items: readonly T[], decide: (item: T) => Verdict): Verdict {
	let verdict: Verdict = 'no';
	for (const item of items) {
		const one = decide(item);
		if (one === 'yes') return 'yes';
		if (one === 'undecided' || (one === 'cycle' && verdict === 'no')) verdict = one;
	}
	return verdict;
}

function allOf<T>(items: readonly T[], decide: (item: T) => Verdict): Verdict {
	let verdict: Verdict = 'yes';
	for (const item of items) {
		const one = decide(item);
		if (one === 'no' || one === 'cycle') return one;
		if (one === 'undecided') verdict = one;
	}
	return verdict;
}

function both(first: Verdict, second: Verdict): Verdict {
	return allOf([first, second], (verdict) => verdict);
}

/** The subtrahend counts as absent only where it is definitely absent. */
function without(base: Verdict, subtract: () => Verdict): Verdict {
	if (base === 'no' || base === 'cycle') return base;
	const taken = subtract();
	if (taken === 'yes' || taken === 'cycle') return 'no';
	return taken === 'undecided' ? 'undecided' : base;
}
