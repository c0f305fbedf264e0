// Wherever a sync ends, the store grants at most what it granted before, or at most what it will grant: never a mixture.

import {
	createEvaluator,
	hospitalTuples,
	loadModel,
	type RelationshipCheck,
	type Tuple,
} from '@cordon/policies';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TupleChange } from '../../policies/src/openfga-store.ts';
import { planSync } from '../../policies/src/plan-sync.ts';
import { authorizationFile, nameOf } from './arbitrary-authorizations.ts';

const model = loadModel();
const seed = 20_261_123;
const context = { now: '2026-11-23T12:00:00Z', asked: 'HMB' };

describe('the steps of a sync', () => {
	it('grant at each point what the old file or the new one grants, and no more', async () => {
		let points = 0;
		const property = fc.asyncProperty(authorizationFile, authorizationFile, async (before, after) => {
			const [old, wanted] = [hospitalTuples(before), hospitalTuples(after)];
			const { steps } = planSync(model, wanted, old, 1000);
			const states = statesOf(old, steps);
			points += states.length;
			expect(sorted(states.at(-1) ?? old)).toEqual(sorted(wanted));
			expect(await excessOf(old, wanted, states)).toEqual([]);
		});
		await fc.assert(property, { seed, numRuns: 40 });
		expect(points).toBeGreaterThan(500);
	});

	it('would grant a mixture if what is written were written first', async () => {
		let mixtures = 0;
		const property = fc.asyncProperty(authorizationFile, authorizationFile, async (before, after) => {
			const [old, wanted] = [hospitalTuples(before), hospitalTuples(after)];
			const { steps } = planSync(model, wanted, old, 1000);
			const states = statesOf(old, [...steps].reverse());
			mixtures += (await excessOf(old, wanted, states)).length;
		});
		await fc.assert(property, { seed, numRuns: 10 });
		expect(mixtures).toBeGreaterThan(0);
	});

	it('would let somebody approve their own project if what takes away were deleted first', async () => {
		const steward: Tuple = { user: 'user:sam', relation: 'steward', object: 'hospital:north' };
		const member: Tuple = { user: 'user:sam', relation: 'member', object: 'project:glioma' };
		const hospital: Tuple = { user: 'hospital:north', relation: 'hospital', object: 'project:glioma' };
		const { steps } = planSync(model, [hospital], [steward, member, hospital], 1000);
		const old = [steward, member, hospital];
		expect(await excessOf(old, [hospital], statesOf(old, steps))).toEqual([]);
		const backwards = statesOf(old, [...steps].reverse());
		expect(await excessOf(old, [hospital], backwards)).toContain('user:sam can_approve project:glioma');
	});
});

/** Every state a store may be left in: a step that only deletes or only writes may be cut anywhere. */
function statesOf(start: readonly Tuple[], steps: readonly TupleChange[]): readonly (readonly Tuple[])[] {
	const held = new Map(start.map((tuple) => [nameOf(tuple), tuple]));
	const states: (readonly Tuple[])[] = [];
	for (const { deletes, writes } of steps) {
		const isOne = deletes.length > 0 && writes.length > 0;
		for (const tuple of deletes) {
			held.delete(nameOf(tuple));
			if (!isOne) states.push([...held.values()]);
		}
		for (const tuple of writes) {
			held.set(nameOf(tuple), tuple);
			if (!isOne) states.push([...held.values()]);
		}
		if (isOne) states.push([...held.values()]);
	}
	return states;
}

/** What some state grants that neither end does. */
async function excessOf(
	old: readonly Tuple[],
	wanted: readonly Tuple[],
	states: readonly (readonly Tuple[])[],
): Promise<readonly string[]> {
	const [before, after] = [await grantsOf(old), await grantsOf(wanted)];
	const excess = new Set<string>();
	for (const state of states) {
		const grants = [...(await grantsOf(state))];
		const isPart = (whole: ReadonlySet<string>): boolean => grants.every((grant) => whole.has(grant));
		if (isPart(before) || isPart(after)) continue;
		for (const grant of grants.filter((one) => !before.has(one) || !after.has(one))) excess.add(grant);
	}
	return [...excess];
}

async function grantsOf(tuples: readonly Tuple[]): Promise<ReadonlySet<string>> {
	const evaluator = createEvaluator(model, tuples);
	const grants = new Set<string>();
	for (const question of questions) {
		const answer = await evaluator.check({ ...question, context });
		if (answer.ok && answer.value) grants.add(nameOf(question));
	}
	return grants;
}

const projects = ['glioma', 'lung', 'heart'].map((id) => `project:${id}`);
const people = ['ana', 'ben', 'cleo', 'dan', 'eve', 'sam', 'sue'].map((id) => `user:${id}`);

function relationsOf(type: string): readonly string[] {
	return [...(model.types.get(type)?.keys() ?? [])];
}

const questions: readonly RelationshipCheck[] = [
	...people.flatMap((user) => [
		...projects.flatMap((object) => relationsOf('project').map((relation) => ({ user, relation, object }))),
		...relationsOf('hospital').map((relation) => ({ user, relation, object: 'hospital:north' })),
		...['can_load', 'can_pause'].map((relation) => ({ user, relation, object: 'dataset:north' })),
		{ user, relation: 'can_read', object: 'audit_log:north' },
	]),
	...projects.flatMap((user) =>
		relationsOf('dataset').map((relation) => ({ user, relation, object: 'dataset:north' })),
	),
];

function sorted(tuples: readonly Tuple[]): readonly string[] {
	return tuples.map((tuple) => JSON.stringify([nameOf(tuple), tuple.condition ?? null])).sort();
}
