import { err, ok, type Result } from '@cordon/shared';
import { describe, expect, it } from 'vitest';
import { createVerifiedEngine, type StoreState } from './verified-engine.ts';

const question = { user: 'user:ana', relation: 'member', object: 'project:glioma' };
const none = { ok: false, error: 'policy-unavailable' };
const permissive = { check: async () => ok(true) };

/** An engine that always says yes, over a store of which each comparison says what is next in the list. */
function over(first: StoreState, comparisons: readonly Result<boolean, 'policy-unavailable'>[]) {
	const left = [...comparisons];
	const events: StoreState[] = [];
	const compared = async (): Promise<Result<boolean, 'policy-unavailable'>> => {
		const next = left.shift();
		if (next === undefined) throw new Error('compared too often');
		return next;
	};
	const engine = createVerifiedEngine(permissive, first, compared, (event) => events.push(event));
	return { engine, events, left };
}

describe('createVerifiedEngine', () => {
	it('asks the engine at once where the store was found in sync, and never compares again', async () => {
		const { engine, events } = over('in-sync', []);
		expect(await engine.check(question)).toEqual(ok(true));
		expect(events).toEqual([]);
	});

	it('denies while the store cannot be compared, and answers when it was', async () => {
		const { engine, events } = over('unchecked', [err('policy-unavailable'), ok(true)]);
		expect(await engine.check(question)).toEqual(none);
		expect(await engine.check(question)).toEqual(ok(true));
		expect(await engine.check(question)).toEqual(ok(true));
		expect(events).toEqual(['in-sync']);
	});

	it('denies while the store differs, says so once, and answers when it was brought in line', async () => {
		const { engine, events } = over('unchecked', [ok(false), ok(false), ok(true)]);
		expect(await engine.check(question)).toEqual(none);
		expect(await engine.check(question)).toEqual(none);
		expect(await engine.check(question)).toEqual(ok(true));
		expect(events).toEqual(['out-of-sync', 'in-sync']);
	});

	it('compares once for questions that come together', async () => {
		const { engine, left } = over('unchecked', [ok(true), ok(false)]);
		const answers = await Promise.all([engine.check(question), engine.check(question)]);
		expect(answers).toEqual([ok(true), ok(true)]);
		expect(left).toEqual([ok(false)]);
	});
});
