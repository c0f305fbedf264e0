// The assertions of policies/model/*.fga.yaml as plain checks, so that every engine can be asked them.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ConditionContext, RelationshipCheck, Tuple } from '@cordon/policies';
import { parse } from 'yaml';

export interface ModelCheck {
	readonly title: string;
	readonly check: RelationshipCheck;
	readonly allowed: boolean;
}

interface StoreFile {
	readonly tuples: readonly {
		readonly user: string;
		readonly relation: string;
		readonly object: string;
		readonly condition?: { readonly name: string; readonly context?: ConditionContext };
	}[];
	readonly tests: readonly {
		readonly name: string;
		readonly check: readonly {
			readonly user: string;
			readonly object: string;
			readonly context?: ConditionContext;
			readonly assertions: Readonly<Record<string, boolean>>;
		}[];
	}[];
}

export interface ModelStore {
	readonly tuples: readonly Tuple[];
	readonly checks: readonly ModelCheck[];
}

export function readModelStore(): ModelStore {
	const path = resolve(import.meta.dirname, '../../policies/model/hospital.fga.yaml');
	const file: StoreFile = parse(readFileSync(path, 'utf8'));
	const tuples = file.tuples.map(({ user, relation, object, condition }) =>
		condition === undefined
			? { user, relation, object }
			: { user, relation, object, condition: { name: condition.name, context: condition.context ?? {} } },
	);
	const checks = file.tests.flatMap((test) =>
		test.check.flatMap(({ user, object, context, assertions }) =>
			Object.entries(assertions).map(([relation, allowed]) => ({
				title: `${test.name}: ${user} ${allowed ? 'has' : 'has not'} ${relation} on ${object}`,
				check: { user, relation, object, context: context ?? {} },
				allowed,
			})),
		),
	);
	return { tuples, checks };
}
