// What every relationship engine promises, whichever it is: run on the in-process evaluator and on a real server.

import type { PolicyModel, RelationshipEngine, Tuple } from '@cordon/policies';
import { hospitalTuples, loadModel } from '@cordon/policies';
import { beforeAll, describe, expect, it } from 'vitest';
import { readModelStore } from './model-checks.ts';

export type OpenEngine = (model: PolicyModel, tuples: readonly Tuple[]) => Promise<RelationshipEngine>;

const before = { now: '2026-11-23T12:00:00Z', asked: 'HMB' };

export function engineContract(name: string, open: OpenEngine): void {
	describe(`${name} as a RelationshipEngine`, () => {
		describe('on the model tests', () => runModelTests(open));
		describe("on a hospital's authorization file", () => runHospitalTests(open));
		describe('without a definite answer', () => runUndecidedTests(open));
	});
}

function runModelTests(open: OpenEngine): void {
	const store = readModelStore();
	let engine: RelationshipEngine;
	beforeAll(async () => {
		engine = await open(loadModel(), store.tuples);
	});

	it.each(store.checks)('$title', async ({ check, allowed }) => {
		expect(await engine.check(check)).toEqual({ ok: true, value: allowed });
	});

	it('denies at least as often as it permits', () => {
		const permissions = store.checks.filter(({ allowed }) => allowed).length;
		expect(store.checks.length - permissions).toBeGreaterThanOrEqual(permissions);
	});
}

const tuples = hospitalTuples({
	hospital: 'north',
	dataset: 'north',
	stewards: ['sam'],
	complianceOfficers: ['cleo'],
	projects: [
		{
			id: 'glioma',
			lead: 'lea',
			members: ['ana'],
			purposes: ['HMB'],
			asks: ['count'],
			exact: false,
			until: '2026-12-31',
		},
	],
});

function runHospitalTests(open: OpenEngine): void {
	let engine: RelationshipEngine;
	const askCount = (context: Readonly<Record<string, unknown>>) =>
		engine.check({ user: 'project:glioma', relation: 'can_ask_count', object: 'dataset:north', context });
	beforeAll(async () => {
		engine = await open(loadModel(), tuples);
	});

	it('allows an approved ask through the last day of the approval', async () => {
		expect(await askCount({ now: '2026-12-31T23:59:59Z', asked: 'HMB' })).toEqual({ ok: true, value: true });
	});

	it('denies it from the day after', async () => {
		expect(await askCount({ now: '2027-01-01T00:00:00Z', asked: 'HMB' })).toEqual({ ok: true, value: false });
	});

	it('denies an ask that was not granted', async () => {
		const question = { user: 'project:glioma', relation: 'can_ask_table', object: 'dataset:north' };
		expect(await engine.check({ ...question, context: before })).toEqual({ ok: true, value: false });
	});

	it('denies a data set of another name', async () => {
		const question = { user: 'project:glioma', relation: 'can_ask_count', object: 'dataset:south' };
		expect(await engine.check({ ...question, context: before })).toEqual({ ok: true, value: false });
	});

	it('believes a contextual relationship for one check only', async () => {
		const question = { user: 'user:eve', relation: 'member', object: 'project:glioma' };
		const contextualTuples = [question];
		expect(await engine.check({ ...question, contextualTuples })).toEqual({ ok: true, value: true });
		expect(await engine.check(question)).toEqual({ ok: true, value: false });
	});
}

function runUndecidedTests(open: OpenEngine): void {
	let engine: RelationshipEngine;
	const none = { ok: false, error: 'policy-unavailable' };
	const question = { user: 'project:glioma', relation: 'can_ask_count', object: 'dataset:north' };
	beforeAll(async () => {
		engine = await open(loadModel(), tuples);
	});

	it('gives none where the clock is missing from the context', async () => {
		expect(await engine.check({ ...question, context: { asked: 'HMB' } })).toEqual(none);
	});

	it('gives none where the clock is not a time', async () => {
		expect(await engine.check({ ...question, context: { now: 'tomorrow', asked: 'HMB' } })).toEqual(none);
	});

	it('gives none for a relation that the model lacks', async () => {
		expect(await engine.check({ ...question, relation: 'can_ask_anything', context: before })).toEqual(none);
	});

	it('gives none for a type that the model lacks', async () => {
		expect(await engine.check({ ...question, object: 'database:north', context: before })).toEqual(none);
	});

	it('gives none where a contextual relationship is not one the model allows', async () => {
		const contextualTuples = [{ user: 'user:*', relation: 'member', object: 'project:glioma' }];
		const member = { user: 'user:eve', relation: 'member', object: 'project:glioma' };
		expect(await engine.check({ ...member, contextualTuples })).toEqual(none);
	});
}
