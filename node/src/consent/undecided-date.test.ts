// Dates of which only a part is known: a permit waits for the last moment they may mean, a refusal does not.

import { describe, expect, it } from 'vitest';
import { consentResource, hresch, type Json } from './consent-resource.ts';
import { permitsUse } from './permits-use.ts';
import { readConsent } from './read-consent.ts';

const permit: Json = { type: 'permit', purpose: [hresch] };
const deny: Json = { type: 'deny', purpose: [hresch] };
const open = readConsent(consentResource({ type: 'permit' }));

function effect(resource: Json, now: string): 'permit' | 'deny' | 'not-applicable' {
	const consent = readConsent(resource);
	expect(consent.understood).toBe(true);
	const use = { purpose: 'HMB', dataClass: 'image', nowMs: Date.parse(now) } as const;
	if (!permitsUse([open, consent], use)) return 'deny';
	return permitsUse([consent], use) ? 'permit' : 'not-applicable';
}

/** In UTC-12 a day ends at noon of the next in UTC; in UTC+14 it begins at 10 o'clock of the day before. */
const beginnings: readonly (readonly [date: string, now: string, permits: boolean, denies: boolean])[] = [
	['2026', '2025-12-31T09:59:59.999Z', false, false],
	['2026', '2025-12-31T10:00:00Z', false, true],
	['2026', '2026-06-15T12:00:00Z', false, true],
	['2026', '2027-01-01T11:59:59Z', false, true],
	['2026', '2027-01-01T12:00:00Z', true, true],
	['2026-02', '2026-02-28T12:00:00Z', false, true],
	['2026-02', '2026-03-01T12:00:00Z', true, true],
	['2026-02-03', '2026-02-02T09:00:00Z', false, false],
	['2026-02-03', '2026-02-02T10:00:00Z', false, true],
	['2026-02-03', '2026-02-03T12:00:00Z', false, true],
	['2026-02-03', '2026-02-04T11:00:00Z', false, true],
	['2026-02-03', '2026-02-04T12:00:00Z', true, true],
	['2026-02-03T08:00:00+02:00', '2026-02-03T05:59:59.999Z', false, false],
	['2026-02-03T08:00:00+02:00', '2026-02-03T06:00:00Z', true, true],
];

describe('the date of a consent', () => {
	it.each(beginnings)('%s at %s: a permit counts %s, a refusal %s', (dateTime, now, permits, denies) => {
		expect(effect(consentResource(permit, { dateTime }), now)).toBe(permits ? 'permit' : 'not-applicable');
		expect(effect(consentResource(deny, { dateTime }), now)).toBe(denies ? 'deny' : 'not-applicable');
		expect(effect(consentResource({}, { dateTime }), now)).toBe(denies ? 'deny' : 'not-applicable');
	});

	it('lets an exception deny from the first moment and permit from the last', () => {
		const both = consentResource({ ...permit, provision: [deny] }, { dateTime: '2026' });
		expect(effect(both, '2026-01-01T00:00:00Z')).toBe('deny');
		const given = consentResource({ ...deny, provision: [permit] }, { dateTime: '2026' });
		expect(effect(given, '2026-06-01T00:00:00Z')).toBe('not-applicable');
		expect(effect(given, '2027-06-01T00:00:00Z')).toBe('permit');
	});
});

describe('the start of a period', () => {
	it.each(beginnings)('%s at %s: a permit counts %s, a refusal %s', (start, now, permits, denies) => {
		const period = { start };
		expect(effect(consentResource({ ...permit, period }), now)).toBe(permits ? 'permit' : 'not-applicable');
		expect(effect(consentResource({ ...deny, period }), now)).toBe(denies ? 'deny' : 'not-applicable');
		const exception = { ...permit, provision: [{ ...deny, period }] };
		expect(effect(consentResource(exception), now)).toBe(denies ? 'deny' : 'permit');
	});
});

/** A partial end runs through its last day; whose day it is decides whether it denies. */
const ends: readonly (readonly [date: string, now: string, permits: boolean, denies: boolean])[] = [
	['2026', '2026-12-31T09:59:59.999Z', true, true],
	['2026', '2026-12-31T10:00:00Z', false, true],
	['2026', '2027-01-01T11:59:59.999Z', false, true],
	['2026', '2027-01-01T12:00:00Z', false, false],
	['2026-02', '2026-02-28T09:00:00Z', true, true],
	['2026-02', '2026-02-28T10:00:00Z', false, true],
	['2026-02-03', '2026-02-03T09:59:59.999Z', true, true],
	['2026-02-03', '2026-02-03T12:00:00Z', false, true],
	['2026-02-03', '2026-02-04T12:00:00Z', false, false],
	['2026-02-03T08:00:00Z', '2026-02-03T08:00:00Z', true, true],
	['2026-02-03T08:00:00Z', '2026-02-03T08:00:01Z', false, false],
];

describe('the end of a period', () => {
	it.each(ends)('%s at %s: a permit counts %s, a refusal %s', (end, now, permits, denies) => {
		const period = { end };
		expect(effect(consentResource({ ...permit, period }), now)).toBe(permits ? 'permit' : 'not-applicable');
		expect(effect(consentResource({ ...deny, period }), now)).toBe(denies ? 'deny' : 'not-applicable');
	});

	it.each([{}, { id: 'p' }, { extension: [{ url: 'https://hl7.org/unknown' }] }])(
		'is not understood where neither start nor end is told: %j',
		(period) => {
			const consent = readConsent(consentResource({ ...permit, period }));
			expect(consent).toEqual({ understood: false, doubt: 'date' });
		},
	);
});
