// Which relations take something away: whoever gains one may lose another. For the order in which a store is changed.

import { unreachable } from '@cordon/shared';
import type { PolicyModel, RelationDefinition, Rewrite } from './authorization-model.ts';

interface Place {
	readonly type: string;
	readonly relation: string;
	readonly definition: RelationDefinition;
}

/**
 * Shape  `type#relation` of every relation that stands, at any depth, behind a `but not`. Some of them may grant as
 *        well: `member` of a project grants its asks, and forbids to approve it.
 */
export function subtractedRelations(model: PolicyModel): ReadonlySet<string> {
	const found = new Set<string>();
	const visit = (type: string, relation: string): void => {
		const name = `${type}#${relation}`;
		const definition = model.types.get(type)?.get(relation);
		if (definition === undefined || found.has(name)) return;
		found.add(name);
		reach({ type, relation, definition }, definition.rewrite, visit, model);
	};
	for (const [type, relations] of model.types) {
		for (const [relation, definition] of relations) {
			for (const subtract of subtrahends(definition.rewrite)) {
				reach({ type, relation, definition }, subtract, visit, model);
			}
		}
	}
	return found;
}

function subtrahends(rewrite: Rewrite): readonly Rewrite[] {
	switch (rewrite.kind) {
		case 'direct':
		case 'computed':
		case 'from':
			return [];
		case 'union':
		case 'intersection':
			return rewrite.children.flatMap(subtrahends);
		case 'exclusion':
			return [rewrite.subtract, ...subtrahends(rewrite.base)];
		default:
			return unreachable(rewrite);
	}
}

/** Visits every relation that the rewrite asks about. */
function reach(
	place: Place,
	rewrite: Rewrite,
	visit: (type: string, relation: string) => void,
	model: PolicyModel,
): void {
	switch (rewrite.kind) {
		case 'direct':
			visit(place.type, place.relation);
			for (const { type, relation } of place.definition.restrictions) {
				if (relation !== null) visit(type, relation);
			}
			return;
		case 'computed':
			visit(place.type, rewrite.relation);
			return;
		case 'from':
			visit(place.type, rewrite.tupleset);
			for (const { type } of model.types.get(place.type)?.get(rewrite.tupleset)?.restrictions ?? []) {
				visit(type, rewrite.relation);
			}
			return;
		case 'union':
		case 'intersection':
			for (const child of rewrite.children) reach(place, child, visit, model);
			return;
		case 'exclusion':
			reach(place, rewrite.base, visit, model);
			reach(place, rewrite.subtract, visit, model);
			return;
		default:
			unreachable(rewrite);
	}
}
