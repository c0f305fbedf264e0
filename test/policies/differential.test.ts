// The evaluator and the real server, asked the same about the same stores, must say the same: yes, no, or no answer.

import {
	createEvaluator,
	createOpenFgaEngine,
	hospitalTuples,
	loadModel,
	type RelationshipEngine,
} from '@cordon/policies';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { authorize } from '../../node/src/authorize/authorize.ts';
import type { AccessQuestion } from '../../node/src/ports.ts';
import { missingOpenFga, sharedOpenFga } from '../servers/openfga-server.ts';
import { askedStore, authorizationFile } from './arbitrary-authorizations.ts';
import { writtenStore } from './written-store.ts';

const apiUrl = await sharedOpenFga();
const server = { apiUrl: apiUrl ?? '', token: null, timeoutMs: 5000 };
const model = loadModel();
const seed = 20_261_123;

describe.skipIf(apiUrl === null)(apiUrl === null ? missingOpenFga : 'evaluator and OpenFGA server', () => {
	it('give the same answer to every question about every store', async () => {
		const seen = { yes: 0, no: 0, none: 0, stores: 0 };
		const property = fc.asyncProperty(askedStore, async ({ tuples, questions }) => {
			const evaluator = createEvaluator(model, tuples);
			const engine = createOpenFgaEngine(await writtenStore(server, { model, tuples }));
			seen.stores += 1;
			for (const question of questions) {
				const answer = await engine.check(question);
				expect(await evaluator.check(question), JSON.stringify(question)).toEqual(answer);
				seen[!answer.ok ? 'none' : answer.value ? 'yes' : 'no'] += 1;
			}
		});
		await fc.assert(property, { seed, numRuns: 60 });
		expect(seen.stores).toBe(60);
		// A generator that asks about nobody would agree with anything.
		expect(Math.min(seen.yes, seen.no, seen.none)).toBeGreaterThan(150);
	});

	it('give the same decision to every person, project, kind of ask, purpose and moment', async () => {
		const codes = new Map<string, number>();
		const property = fc.asyncProperty(
			authorizationFile,
			fc.array(accessQuestion, { minLength: 10, maxLength: 15 }),
			fc.boolean(),
			async (file, questions, publicData) => {
				const tuples = hospitalTuples(file);
				const local = createEvaluator(model, tuples);
				const remote = createOpenFgaEngine(await writtenStore(server, { model, tuples }));
				const partsOf = (engine: RelationshipEngine): Parameters<typeof authorize>[1] => ({
					engine,
					dataset: file.dataset,
					hospitalProjects: file.projects.map(({ id }) => id),
					publicData,
				});
				for (const question of questions) {
					const decided = await authorize(question, partsOf(remote));
					expect(await authorize(question, partsOf(local)), JSON.stringify(question)).toEqual(decided);
					const code = decided.ok ? 'ok' : decided.error;
					codes.set(code, (codes.get(code) ?? 0) + 1);
				}
			},
		);
		await fc.assert(property, { seed, numRuns: 80 });
		expect([...codes.keys()].sort()).toEqual([
			'ask-not-permitted',
			'dataset-not-approved',
			'exact-not-granted',
			'not-a-member',
			'ok',
			'policy-unavailable',
			'purpose-not-permitted',
			'unknown-project',
		]);
	});
});

const accessQuestion: fc.Arbitrary<AccessQuestion> = fc.record({
	person: fc.oneof(
		{ arbitrary: fc.constantFrom('ana', 'ben', 'cleo', 'dan', 'eve'), weight: 9 },
		{ arbitrary: fc.constantFrom('*', 'ana#member', 'a b', ''), weight: 1 },
	),
	project: fc.constantFrom('glioma', 'lung', 'heart'),
	askKind: fc.constantFrom('exists', 'count', 'histogram', 'table'),
	mechanism: fc.constantFrom('noised', 'exact'),
	purpose: fc.constantFrom('HMB', 'GRU', 'hmb'),
	nowMs: fc.constantFrom(
		Date.UTC(2026, 10, 23, 12),
		Date.UTC(2026, 10, 24),
		Date.UTC(2026, 10, 24) - 1,
		Date.UTC(2027, 0, 1),
	),
});
