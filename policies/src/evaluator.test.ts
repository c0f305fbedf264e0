import { describe, expect, it } from 'vitest';
import { parseModel } from './authorization-model.ts';
import { createEvaluator } from './evaluator.ts';
import type { Tuple } from './relationship-engine.ts';

const yes = { ok: true, value: true };
const no = { ok: true, value: false };
const none = { ok: false, error: 'policy-unavailable' };

const blocked = parseModel(`
model
  schema 1.1
type user
type group
  relations
    define member: [user, group#member]
type document
  relations
    define blocked: [user with small, user:*, group#member]
    define viewer: [user, user:* with small, group#member] but not blocked
condition small(x: int) {
  x < 10
}`);

function tuple(user: string, relation: string, object: string): Tuple {
	return { user, relation, object };
}

describe('createEvaluator', () => {
	const view = { user: 'user:ana', relation: 'viewer', object: 'document:1' };
	const small = { name: 'small', context: {} };

	it('denies where it cannot decide that nothing is subtracted', async () => {
		const block: Tuple = { ...tuple('user:ana', 'blocked', 'document:1'), condition: small };
		const engine = createEvaluator(blocked, [view, block]);
		expect(await engine.check(view)).toEqual(none);
		expect(await engine.check({ ...view, context: { x: 3 } })).toEqual(no);
		expect(await engine.check({ ...view, context: { x: 30 } })).toEqual(yes);
	});

	it('lets a stored value win over one that comes with the check', async () => {
		const stored: Tuple = {
			...tuple('user:*', 'viewer', 'document:1'),
			condition: { name: 'small', context: { x: 30 } },
		};
		expect(await createEvaluator(blocked, [stored]).check({ ...view, context: { x: 3 } })).toEqual(no);
	});

	it.each(['3.5', 3.5, true, null, [3], { x: 3 }, '0x3', Number.NaN])(
		'has no answer where x: int is %j',
		async (x) => {
			const stored: Tuple = { ...tuple('user:*', 'viewer', 'document:1'), condition: small };
			expect(await createEvaluator(blocked, [stored]).check({ ...view, context: { x } })).toEqual(none);
		},
	);

	it('never takes a value from the prototype of the context', async () => {
		const stored: Tuple = { ...tuple('user:*', 'viewer', 'document:1'), condition: small };
		const context = Object.create({ x: 3 }) as Readonly<Record<string, unknown>>;
		expect(await createEvaluator(blocked, [stored]).check({ ...view, context })).toEqual(none);
	});

	it('ends on groups that are members of each other, and denies', async () => {
		const tuples = [
			tuple('group:a#member', 'member', 'group:b'),
			tuple('group:b#member', 'member', 'group:a'),
			tuple('group:a#member', 'viewer', 'document:1'),
		];
		expect(await createEvaluator(blocked, tuples).check(view)).toEqual(no);
	});

	it('gives up on a graph too wide to walk', async () => {
		const groups = Array.from({ length: 14 }, (_, position) => `group:${position}`);
		const tuples = groups.flatMap((from) => groups.map((to) => tuple(`${from}#member`, 'member', to)));
		const engine = createEvaluator(blocked, [...tuples, tuple('group:0#member', 'viewer', 'document:1')]);
		expect(await engine.check(view)).toEqual(none);
	});

	it.each(['user:*', 'group:x#member'])(
		'does not match %s by a public relationship with a condition',
		async (user) => {
			const stored: Tuple = { ...tuple('user:*', 'viewer', 'document:1'), condition: small };
			const engine = createEvaluator(blocked, [stored]);
			expect(await engine.check({ ...view, user })).toEqual(user === 'user:*' ? none : no);
		},
	);

	it.each(['ana', 'user:', ':ana', 'user:a:b', 'user:a b', 'user:a*#member', 'user:*#member', 'user:a#'])(
		'has no answer for the malformed user %j',
		async (user) => {
			expect(await createEvaluator(blocked, []).check({ ...view, user })).toEqual(none);
		},
	);

	it('does not see a stored relationship that the model does not allow', async () => {
		const engine = createEvaluator(blocked, [tuple('user:*', 'viewer', 'document:1')]);
		expect(await engine.check({ ...view, context: { x: 3 } })).toEqual(no);
	});
});

describe('parseModel', () => {
	it.each(['', 'model\n  schema 1.1\ntype user\n  relations\n    define a: b or\n'])('refuses %j', (text) => {
		expect(() => parseModel(text)).toThrow();
	});
});
