import { describe, expect, it } from 'vitest';
import { loadModel } from './load-model.ts';
import { planSync } from './plan-sync.ts';
import type { Tuple } from './relationship-engine.ts';
import { subtractedRelations } from './subtracted-relations.ts';

const model = loadModel();
const member = (id: string): Tuple => ({ user: `user:${id}`, relation: 'member', object: 'project:glioma' });
const steward = (id: string): Tuple => ({
	user: `user:${id}`,
	relation: 'steward',
	object: 'hospital:north',
});
const approved = (end: string): Tuple => ({
	user: 'project:glioma',
	relation: 'approved',
	object: 'dataset:north',
	condition: { name: 'before_end', context: { end } },
});

describe('planSync', () => {
	it('does nothing where nothing differs, in whatever order', () => {
		const held = [member('ana'), steward('sam'), approved('2027-01-01T00:00:00.000Z')];
		const plan = planSync(model, held, [...held].reverse(), 50);
		expect(plan).toEqual({ steps: [], added: {}, removed: {}, unchanged: 3 });
	});

	it('replaces a relationship whose condition differs: deleted before it is written', () => {
		const [old, fresh] = [approved('2027-01-01T00:00:00.000Z'), approved('2026-12-01T00:00:00.000Z')];
		expect(planSync(model, [fresh], [old], 50)).toEqual({
			steps: [
				{ deletes: [old], writes: [] },
				{ deletes: [], writes: [fresh] },
			],
			added: { 'dataset#approved': 1 },
			removed: { 'dataset#approved': 1 },
			unchanged: 0,
		});
	});

	it('deletes what grants, then changes what takes away at once, then writes what grants', () => {
		const found = [steward('old'), member('ana')];
		const wanted = [steward('new'), member('ben')];
		expect(planSync(model, wanted, found, 50).steps).toEqual([
			{ deletes: [steward('old')], writes: [] },
			{ deletes: [member('ana')], writes: [member('ben')] },
			{ deletes: [], writes: [steward('new')] },
		]);
	});

	it('deletes before it writes where one write does not take all of what takes away', () => {
		const found = [member('a'), member('b')];
		const wanted = [member('c'), member('d')];
		expect(planSync(model, wanted, found, 3).steps).toEqual([
			{ deletes: found, writes: [] },
			{ deletes: [], writes: wanted },
		]);
	});

	it('puts no more into one write than it takes', () => {
		const wanted = Array.from({ length: 7 }, (_person, index) => steward(`s${index}`));
		expect(planSync(model, wanted, [], 3).steps.map(({ writes }) => writes.length)).toEqual([3, 3, 1]);
	});
});

describe('subtractedRelations', () => {
	it('names what stands behind a `but not`, and what that is made of', () => {
		expect([...subtractedRelations(model)].sort()).toEqual([
			'hospital#compliance_officer',
			'project#lead',
			'project#member',
		]);
	});
});
