// Consents that say two things at once, or only part of one: none of them can end in a permit.

import { describe, expect, it } from 'vitest';
import { action, consentResource, dataClass, hresch, type Json, reason } from './consent-resource.ts';
import { type DataUse, permitsUse } from './permits-use.ts';
import { readConsent } from './read-consent.ts';

const use: DataUse = { purpose: 'HMB', dataClass: 'image', nowMs: Date.parse('2025-06-15T12:00:00Z') };
const permit: Json = { type: 'permit', purpose: [hresch] };
const open = readConsent(consentResource({ type: 'permit' }));

/** What one consent does by itself, and to an open permit beside it. */
function effect(resource: Json, changed: Partial<DataUse> = {}): 'permit' | 'deny' | 'not-applicable' {
	const consent = readConsent(resource);
	expect(consent.understood).toBe(true);
	if (!permitsUse([open, consent], { ...use, ...changed })) return 'deny';
	return permitsUse([consent], { ...use, ...changed }) ? 'permit' : 'not-applicable';
}

const local: Json = { system: 'https://hospital.example/forms', code: 'F-12' };
const consentaction = 'http://terminology.hl7.org/CodeSystem/consentaction';

function actions(...codes: readonly string[]): Json {
	return { coding: codes.map((code) => (code === 'local' ? local : { system: consentaction, code })) };
}

function allOrders(codes: readonly string[]): readonly (readonly string[])[] {
	if (codes.length < 2) return [codes];
	return codes.flatMap((one, at) => allOrders(codes.toSpliced(at, 1)).map((rest) => [one, ...rest]));
}

describe('an action with several codings', () => {
	const doubtful = [
		['collect', 'use'],
		['collect', 'access', 'use'],
		['correct', 'disclose'],
		['use', 'local'],
	];
	const orders = [...doubtful, ['collect', 'local']]
		.flatMap(allOrders)
		.map((codes) => [codes.join(' '), codes] as const);

	it.each(orders)('denies in an exception: %s', (_names, codes) => {
		const exception = {
			type: 'deny',
			action: [actions(...codes)],
		};
		expect(effect(consentResource({ ...permit, provision: [exception] }))).toBe('deny');
	});

	it.each(orders)('denies in the root: %s', (_names, codes) => {
		const root = { type: 'deny', action: [actions(...codes)] };
		expect(effect(consentResource(root))).toBe('deny');
	});

	it.each(orders)('permits nothing in the root or an exception: %s', (_names, codes) => {
		const action = [actions(...codes)];
		expect(effect(consentResource({ ...permit, action }))).toBe('not-applicable');
		const exception = { ...permit, action };
		expect(effect(consentResource({ type: 'deny', provision: [exception] }))).toBe('deny');
	});

	it('permits where all of them mean use, and where another action of the rule does', () => {
		expect(effect(consentResource({ ...permit, action: [actions('use', 'use')] }))).toBe('permit');
		const two = [actions('collect', 'local'), action('use')];
		expect(effect(consentResource({ ...permit, action: two }))).toBe('permit');
	});

	it('leaves out a refusal where none of them may mean use', () => {
		const root = { type: 'deny', action: [actions('collect', 'correct')] };
		expect(effect(consentResource(root))).toBe('not-applicable');
	});
});

describe('a scope or category with several codings', () => {
	const scope = (code: string): Json => ({
		system: 'http://terminology.hl7.org/CodeSystem/consentscope',
		code,
	});
	const research = { system: 'http://terminology.hl7.org/CodeSystem/consentcategorycodes', code: 'research' };

	it.each([
		[research, local],
		[local, research],
	])(
		'gives no permit by a category of which a coding is unknown, and keeps its refusal (%#)',
		(...coding) => {
			const category = [{ coding }];
			expect(effect(consentResource(permit, { category }))).toBe('not-applicable');
			expect(effect(consentResource({ ...permit, type: 'deny' }, { category }))).toBe('deny');
		},
	);

	it('permits by a category of which both codings are known', () => {
		const category = [{ coding: [research, { system: 'http://loinc.org', code: '59284-0' }] }];
		expect(effect(consentResource(permit, { category }))).toBe('permit');
	});

	it.each([
		[scope('research'), scope('treatment')],
		[scope('treatment'), scope('research')],
		[scope('research'), local],
		[local, scope('research')],
	])('denies by a scope that is not one (%#)', (...coding) => {
		const consent = readConsent(consentResource(permit, { scope: { coding } }));
		expect(consent).toEqual({ understood: false, doubt: 'scope' });
	});
});

describe('a base policy that the root contradicts', () => {
	const rule = (...codes: readonly string[]): Json => ({
		policyRule: {
			coding: codes.map((code) =>
				code === 'local' ? local : { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code },
			),
		},
	});

	it.each(['OPTOUT', 'OPTOUTE'])('denies: %s with a root that permits', (code) => {
		const notUnderstood = { understood: false, doubt: 'policy' };
		expect(readConsent(consentResource(permit, rule(code)))).toEqual(notUnderstood);
		expect(readConsent(consentResource(permit, rule('OPTIN', code)))).toEqual(notUnderstood);
		expect(readConsent(consentResource(permit, rule('local', code)))).toEqual(notUnderstood);
	});

	it.each(['EMRGONLY', 'NOPP', 'IMPLIED', 'X'])('permits nothing under %s', (code) => {
		expect(effect(consentResource(permit, rule(code)))).toBe('not-applicable');
		expect(effect(consentResource({ type: 'deny' }, rule(code)))).toBe('deny');
	});

	it.each(['OPTIN', 'local'])('permits under %s', (code) => {
		expect(effect(consentResource(permit, rule(code)))).toBe('permit');
	});

	it('permits under a policy of text, and by an exception to a refusal under OPTOUTE', () => {
		expect(effect(consentResource(permit, { policyRule: { text: 'The law of the land' } }))).toBe('permit');
		const root = { type: 'deny', provision: [permit] };
		expect(effect(consentResource(root, rule('OPTOUTE')))).toBe('permit');
	});

	it('does not understand a policy that is none', () => {
		const doubt = { understood: false, doubt: 'policy' };
		expect(readConsent(consentResource(permit, { policyRule: 'OPTOUT' }))).toEqual(doubt);
		expect(readConsent(consentResource(permit, { policyRule: { coding: [{ code: 'OPTOUT' }] } }))).toEqual(
			doubt,
		);
	});
});

describe('an exception for a purpose that the root does not name', () => {
	it('denies it, since it was said', () => {
		const root = {
			type: 'permit',
			purpose: [reason('TREAT')],
			provision: [{ type: 'deny', purpose: [hresch] }],
		};
		expect(effect(consentResource(root))).toBe('deny');
	});

	it('is bound to the purpose of the root where it names none', () => {
		const exception = { type: 'deny', class: [dataClass('image')] };
		const root = { type: 'permit', purpose: [reason('TREAT')], provision: [exception] };
		expect(effect(consentResource(root))).toBe('not-applicable');
	});

	it('permits nothing', () => {
		const root = { type: 'deny', purpose: [reason('TREAT')], provision: [permit] };
		expect(effect(consentResource(root))).toBe('not-applicable');
	});
});

describe('health research (HRESCH)', () => {
	const asked = (purpose: string, provision: Json) => effect(consentResource(provision), { purpose });

	it.each(['GRU', 'POA'])('permits nothing to the purpose %s, and keeps its refusal', (purpose) => {
		expect(asked(purpose, permit)).toBe('not-applicable');
		expect(asked(purpose, { ...permit, type: 'deny' })).toBe('deny');
		expect(asked(purpose, { type: 'deny', provision: [permit] })).toBe('deny');
	});

	it.each(['HMB', 'DS', 'DS-MONDO:0018177'])('permits the purpose %s', (purpose) => {
		expect(asked(purpose, permit)).toBe('permit');
	});

	it('permits ancestry research only where it is named', () => {
		expect(asked('POA', { type: 'permit', purpose: [hresch, reason('POARCH')] })).toBe('permit');
	});
});
