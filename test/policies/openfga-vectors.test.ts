// OpenFGA's own check assertions, run on our evaluator: where the server errs, ours must give no answer.

import { readFileSync } from 'node:fs';
import type { RelationshipCheck, Tuple } from '@cordon/policies';
import { createEvaluator, parseModel } from '@cordon/policies';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { outsideData } from '../outside-data.ts';

interface StoredTuple {
	readonly user: string;
	readonly relation: string;
	readonly object: string;
	readonly condition?: { readonly name: string; readonly context?: Readonly<Record<string, unknown>> };
}

interface Assertion {
	readonly tuple: { readonly user: string; readonly relation: string; readonly object: string };
	readonly context?: Readonly<Record<string, unknown>>;
	readonly contextualTuples?: readonly StoredTuple[];
	readonly expectation?: boolean;
	readonly errorCode?: number;
}

interface Suite {
	readonly tests: readonly {
		readonly name: string;
		readonly stages: readonly {
			readonly model: string;
			readonly tuples?: readonly StoredTuple[];
			readonly checkAssertions?: readonly Assertion[] | null;
		}[];
	}[];
}

const files = [
	{ path: 'vectors/openfga/abac_tests.yaml', assertions: 125 },
	{ path: 'vectors/openfga/consolidated_1_1_tests.yaml', assertions: 360 },
];

describe.each(files)('createEvaluator on $path', ({ path, assertions }) => {
	const file = outsideData(path);
	if (file === null) {
		it.skip('outside data absent', () => undefined);
		return;
	}
	const suite: Suite = parse(readFileSync(file, 'utf8'));
	let seen = 0;

	it.each(suite.tests)('$name', async (test) => {
		const stored: Tuple[] = [];
		for (const stage of test.stages) {
			stored.push(...(stage.tuples ?? []).map(toTuple));
			const engine = createEvaluator(parseModel(stage.model), stored);
			for (const assertion of stage.checkAssertions ?? []) {
				seen += 1;
				expect(await engine.check(toCheck(assertion)), JSON.stringify(assertion)).toEqual(
					expected(assertion),
				);
			}
		}
	});

	it(`has ${assertions} check assertions, all of them run`, () => {
		expect(seen).toBe(assertions);
	});
});

function toTuple(tuple: StoredTuple): Tuple {
	const { user, relation, object, condition } = tuple;
	if (condition === undefined) return { user, relation, object };
	return { user, relation, object, condition: { name: condition.name, context: condition.context ?? {} } };
}

function toCheck(assertion: Assertion): RelationshipCheck {
	return {
		...assertion.tuple,
		context: assertion.context ?? {},
		contextualTuples: (assertion.contextualTuples ?? []).map(toTuple),
	};
}

function expected(assertion: Assertion): unknown {
	if (assertion.errorCode !== undefined) return { ok: false, error: 'policy-unavailable' };
	return { ok: true, value: assertion.expectation ?? false };
}
