// Decides whether a cohort is a tree of known facts, within limits that keep its evaluation cheap.

import type { Path } from './input-issues.ts';
import { factKeys, parseFact } from './parse-fact.ts';
import type { Cohort } from './query.ts';
import { type Reading, readSingleKey } from './read-object.ts';

const maxDepth = 16;
const maxNodes = 256;

const cohortKeys = ['all', 'any', 'not', ...factKeys] as const;

/** The cohort, or null after noting every mistake in it. */
export function parseCohort(input: unknown, path: Path, reading: Reading): Cohort | null {
	return parseNode(input, path, { ...reading, depth: 1, count: { nodes: 0 } });
}

/** `count` is shared by the whole tree; `depth` is this node's. */
interface Walk extends Reading {
	readonly depth: number;
	readonly count: { nodes: number };
}

function parseNode(input: unknown, path: Path, walk: Walk): Cohort | null {
	walk.count.nodes += 1;
	if (walk.count.nodes > maxNodes || walk.depth > maxDepth) {
		// Said once: every further node of an oversized tree would say the same.
		if (walk.count.nodes === maxNodes + 1 || walk.depth === maxDepth + 1) {
			walk.issues.add(path, `a cohort has at most ${maxNodes} nodes and is at most ${maxDepth} deep`);
		}
		return null;
	}
	const node = readSingleKey(cohortKeys, input, path, walk.issues);
	if (node === null) return null;
	const at = [...path, node.key];
	const below = { ...walk, depth: walk.depth + 1 };
	switch (node.key) {
		case 'all':
			return wrap(parseOperands(node.value, at, below), (all) => ({ all }));
		case 'any':
			return wrap(parseOperands(node.value, at, below), (any) => ({ any }));
		case 'not':
			return wrap(parseNode(node.value, at, below), (not) => ({ not }));
		default:
			return parseFact(node.key, node.value, at, walk);
	}
}

function parseOperands(input: unknown, path: Path, walk: Walk): readonly Cohort[] | null {
	if (!Array.isArray(input) || input.length === 0) {
		walk.issues.add(path, 'expected a list with at least one entry');
		return null;
	}
	const operands: Cohort[] = [];
	for (const [at, operand] of input.entries()) {
		if (walk.count.nodes > maxNodes) break;
		const parsed = parseNode(operand, [...path, at], walk);
		if (parsed !== null) operands.push(parsed);
	}
	return operands;
}

function wrap<T>(part: T | null, make: (part: T) => Cohort): Cohort | null {
	return part === null ? null : make(part);
}
