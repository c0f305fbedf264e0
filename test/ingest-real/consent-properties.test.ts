// Properties of the consent rules over arbitrary and over mutated Consents.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	action,
	consentResource,
	dataClass,
	hresch,
	reason,
} from '../../node/src/consent/consent-resource.ts';
import { permitsUse } from '../../node/src/consent/permits-use.ts';
import { readConsent } from '../../node/src/consent/read-consent.ts';

const runs = { seed: 20_260_101, numRuns: 500 };
const use = { purpose: 'HMB', dataClass: 'image', nowMs: Date.UTC(2025, 5, 15) } as const;
const permit = readConsent(consentResource({ type: 'permit', purpose: [hresch] }));

const rule = fc.record(
	{
		type: fc.constantFrom('permit', 'deny'),
		period: fc.constantFrom({ end: '2024' }, { start: '2024' }, { start: '2026' }),
		purpose: fc.constantFrom([hresch], [reason('TREAT')], [reason('CLINTRCH')], [reason('FUN')]),
		class: fc.constantFrom([dataClass('image')], [dataClass('genome')], [dataClass('other')]),
	},
	{ requiredKeys: [] },
);
const provision = fc
	.tuple(rule, fc.array(rule, { maxLength: 3 }))
	.map(([root, nested]) => ({ ...root, provision: nested }));
const consents = fc
	.array(provision, { maxLength: 4 })
	.map((all) => all.map((one) => readConsent(consentResource(one))));

/** Every path of the resource, to put something there that the node does not know. */
function withUnknownKey(value: unknown, at: number): { readonly value: unknown; readonly left: number } {
	if (typeof value !== 'object' || value === null) return { value, left: at };
	let left = at - 1;
	if (!Array.isArray(value) && left < 0 && at >= 0) return { value: { ...value, isLimited: true }, left: -1 };
	const entries = Object.entries(value).map(([key, inner]) => {
		const changed = left < 0 ? { value: inner as unknown, left } : withUnknownKey(inner, left);
		left = changed.left;
		return [key, changed.value] as const;
	});
	return {
		value: Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries),
		left,
	};
}

const doubts = [
	'none',
	'year of the consent',
	'year of a start',
	'an unknown action',
	'another action',
] as const;
type Doubt = (typeof doubts)[number];

/** A consent with rules for actions and from a day, told in full or with one thing left open. */
function told(rules: readonly RuleTold[], dateTime: string, doubt: Doubt): unknown {
	const [root, ...nested] = rules.map(({ type, start, verb }) => {
		const known = action(verb)['coding'] as readonly unknown[];
		const unknown = { system: 'https://hospital.example/forms', code: 'F-12' };
		const more = doubt === 'an unknown action' ? [unknown] : doubt === 'another action' ? collect : [];
		return {
			type,
			purpose: [hresch],
			period: { start: doubt === 'year of a start' ? start.slice(0, 4) : start },
			action: [{ coding: [...known, ...more] }],
		};
	});
	const given = doubt === 'year of the consent' ? dateTime.slice(0, 4) : dateTime;
	return consentResource({ ...root, provision: nested }, { dateTime: given });
}

interface RuleTold {
	readonly type: string;
	readonly start: string;
	readonly verb: string;
}

const collect = action('collect')['coding'] as readonly unknown[];
const day = fc.constantFrom('2024-03-01', '2025-06-14', '2025-06-16', '2026-01-01');
const ruleTold = fc.record({
	type: fc.constantFrom('permit', 'deny'),
	start: day,
	verb: fc.constantFrom('use', 'access', 'collect'),
});

describe('consents', () => {
	it('never permit more by leaving something open', () => {
		const rules = fc.array(ruleTold, { minLength: 1, maxLength: 4 });
		let taken = 0;
		const property = fc.property(rules, day, fc.constantFrom(...doubts), (some, dateTime, doubt) => {
			for (const beside of [[], [permit]]) {
				const before = permitsUse([...beside, readConsent(told(some, dateTime, 'none'))], use);
				const after = permitsUse([...beside, readConsent(told(some, dateTime, doubt))], use);
				expect(before || !after).toBe(true);
				if (before && !after) taken += 1;
			}
		});
		fc.assert(property, { ...runs, numRuns: 2000 });
		expect(taken).toBeGreaterThan(50);
	});

	it('of any JSON are read without a throw and permit nothing', () => {
		const anything = fc.jsonValue({ maxDepth: 6 });
		const property = fc.property(anything, anything, (value, inner) => {
			expect(permitsUse([readConsent(value)], use)).toBe(false);
			const half = consentResource(null, { provision: { type: 'permit', purpose: inner } });
			expect(permitsUse([readConsent(half)], use)).toBe(false);
		});
		fc.assert(property, runs);
	});

	it('decide alike in any order', () => {
		const property = fc.property(consents, (all) => {
			expect(permitsUse(all.toReversed(), use)).toBe(permitsUse(all, use));
		});
		fc.assert(property, runs);
	});

	it('permit together only what each alone permits or leaves open', () => {
		const property = fc.property(consents, (all) => {
			// A consent denies where it takes the permit of another away.
			const denied = all.some((one) => !permitsUse([one, permit], use));
			const given = all.some((one) => permitsUse([one], use));
			expect(permitsUse(all, use)).toBe(given && !denied);
		});
		fc.assert(property, runs);
	});

	it('deny wherever an unknown element stands in what limits them', () => {
		const provisions = {
			type: 'permit',
			purpose: [hresch],
			class: [dataClass('image')],
			period: { end: '2030' },
		};
		const resource = consentResource({
			...provisions,
			provision: [{ type: 'deny', purpose: [reason('TREAT')] }],
		});
		expect(permitsUse([readConsent(resource)], use)).toBe(true);
		let places = 0;
		for (let at = 0; at < 30; at++) {
			const changed = withUnknownKey(resource, at);
			if (changed.left >= 0 || JSON.stringify(changed.value) === JSON.stringify(resource)) continue;
			places += 1;
			expect(permitsUse([readConsent(changed.value), permit], use)).toBe(false);
		}
		expect(places).toBeGreaterThan(10);
	});
});
