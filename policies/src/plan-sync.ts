// Decides how a store gets from the relationships it has to those it should have, in steps of which each is safe to
// be the last: at every step it grants at most what it granted before, or at most what it will grant.

import { canonicalJson, compareText } from '@cordon/shared';
import type { PolicyModel } from './authorization-model.ts';
import type { TupleChange } from './openfga-store.ts';
import type { Tuple } from './relationship-engine.ts';
import { subtractedRelations } from './subtracted-relations.ts';

/** Relationships by `type#relation`; never who has them. */
export type RelationCounts = Readonly<Record<string, number>>;

export interface SyncPlan {
	readonly steps: readonly TupleChange[];
	/** One whose condition differs is in both. */
	readonly added: RelationCounts;
	readonly removed: RelationCounts;
	readonly unchanged: number;
}

/**
 * Order   What grants is deleted first and written last; what takes away (`but not`) changes between, at once where
 *         it fits one write. Before that change the store holds a part of what it held, with all that takes away;
 *         after it, a part of what it shall hold, with all that takes away. Where it does not fit, a relation behind
 *         a `but not` may for a moment be held by somebody whom both sides keep from it; docs/adr/0011.
 */
export function planSync(
	model: PolicyModel,
	wanted: readonly Tuple[],
	found: readonly Tuple[],
	maxTuples: number,
): SyncPlan {
	const missing = without(wanted, found);
	const extra = without(found, wanted);
	const subtracted = subtractedRelations(model);
	const takesAway = (tuple: Tuple): boolean => subtracted.has(relationOf(tuple));
	const grants = (tuple: Tuple): boolean => !takesAway(tuple);
	const steps = [
		...chunks(extra.filter(grants), maxTuples).map((deletes) => ({ deletes, writes: [] })),
		...changeTogether(extra.filter(takesAway), missing.filter(takesAway), maxTuples),
		...chunks(missing.filter(grants), maxTuples).map((writes) => ({ deletes: [], writes })),
	];
	const unchanged = wanted.length - missing.length;
	return { steps, added: countRelations(missing), removed: countRelations(extra), unchanged };
}

function changeTogether(
	deletes: readonly Tuple[],
	writes: readonly Tuple[],
	maxTuples: number,
): readonly TupleChange[] {
	const names = new Set(deletes.map(nameOf));
	// A server takes no write that deletes and writes the same relationship, with whatever condition.
	const isRepeated = writes.some((tuple) => names.has(nameOf(tuple)));
	const size = deletes.length + writes.length;
	if (size === 0) return [];
	if (size <= maxTuples && !isRepeated) return [{ deletes, writes }];
	return [
		...chunks(deletes, maxTuples).map((part) => ({ deletes: part, writes: [] })),
		...chunks(writes, maxTuples).map((part) => ({ deletes: [], writes: part })),
	];
}

function without(tuples: readonly Tuple[], others: readonly Tuple[]): readonly Tuple[] {
	const there = new Set(others.map(contentOf));
	return tuples.filter((tuple) => !there.has(contentOf(tuple)));
}

function nameOf({ user, relation, object }: Tuple): string {
	return JSON.stringify([user, relation, object]);
}

function contentOf(tuple: Tuple): string {
	const condition = tuple.condition === undefined ? null : { ...tuple.condition };
	return `${nameOf(tuple)} ${canonicalJson(condition)}`;
}

function relationOf({ object, relation }: Tuple): string {
	return `${object.slice(0, object.indexOf(':'))}#${relation}`;
}

function countRelations(tuples: readonly Tuple[]): RelationCounts {
	const counts = new Map<string, number>();
	for (const tuple of tuples) counts.set(relationOf(tuple), (counts.get(relationOf(tuple)) ?? 0) + 1);
	return Object.fromEntries([...counts].sort(([left], [right]) => compareText(left, right)));
}

function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
	return Array.from({ length: Math.ceil(items.length / size) }, (_chunk, position) =>
		items.slice(position * size, (position + 1) * size),
	);
}
