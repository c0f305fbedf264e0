// Truth tables of the consent rules, each with at least as many denials as permits.

import { describe, expect, it } from 'vitest';
import { action, actor, consentResource, dataClass, hresch, type Json, reason } from './consent-resource.ts';
import { withdrawal } from './patient-consent.ts';
import { type DataUse, permitsUse } from './permits-use.ts';
import { readConsent } from './read-consent.ts';

const now = Date.parse('2025-06-15T12:00:00Z');
const use: DataUse = { purpose: 'HMB', dataClass: 'image', nowMs: now };
const permit: Json = { type: 'permit', purpose: [hresch] };
const deny: Json = { type: 'deny', purpose: [hresch] };

/** Every resource has to be understood, unless the case is about one that is not. */
function permitted(resources: readonly Json[], changed: Partial<DataUse> = {}): boolean {
	return permitsUse(resources.map(readConsent), { ...use, ...changed });
}

function permittedBy(provision: Json | null, changed: Partial<DataUse> = {}): boolean {
	const consent = readConsent(consentResource(provision));
	expect(consent.understood).toBe(true);
	return permitsUse([consent], { ...use, ...changed });
}

describe('permitsUse: the root decision', () => {
	it.each<[string, Json | null, boolean]>([
		['permit', permit, true],
		['permit for any purpose', { type: 'permit' }, true],
		['deny', deny, false],
		['absent', { purpose: [hresch] }, false],
		['absent, with a permit nested', { provision: [permit] }, false],
		['no provision', null, false],
	])('%s', (_what, provision, expected) => {
		expect(permittedBy(provision)).toBe(expected);
	});

	it('denies without any consent', () => {
		expect(permitted([])).toBe(false);
	});

	it.each([Number.NaN, Number.POSITIVE_INFINITY])('denies at the time %d', (nowMs) => {
		expect(permittedBy(permit, { nowMs })).toBe(false);
	});
});

describe('permitsUse: status and date', () => {
	it.each<[Json, boolean]>([
		[{ dateTime: '2025-06-14' }, true],
		[{ dateTime: '2025-06-15' }, false],
		[{ dateTime: '2025-06-15T12:00:00Z' }, true],
		[{ dateTime: '2025-06-15T12:00:01Z' }, false],
		[{ dateTime: '2025-06-16' }, false],
		[{ dateTime: '2026' }, false],
		[{ status: 'inactive' }, false],
		[{ status: 'proposed' }, false],
		[{ status: 'entered-in-error' }, false],
	])('%j', (more, expected) => {
		expect(permitted([consentResource(permit, more)])).toBe(expected);
	});

	it('passes over a refusal that is no longer active', () => {
		expect(permitted([consentResource(permit), consentResource(deny, { status: 'inactive' })])).toBe(true);
	});

	it('passes over a refusal of the future', () => {
		expect(permitted([consentResource(permit), consentResource(deny, { dateTime: '2025-07' })])).toBe(true);
	});
});

describe('permitsUse: the period', () => {
	it.each<[string, Json, boolean]>([
		['a year that ends with this one', { end: '2025' }, true],
		['a month that ends with this one', { end: '2025-06' }, true],
		['a day that ends with tomorrow', { end: '2025-06-16' }, true],
		['today, which is over in UTC+14', { end: '2025-06-15' }, false],
		['the very instant', { start: '2025-06-15T12:00:00Z', end: '2025-06-15T12:00:00Z' }, true],
		['the day before', { end: '2025-06-14' }, false],
		['the month before', { end: '2025-05' }, false],
		['the second before', { end: '2025-06-15T11:59:59Z' }, false],
		['the day after', { start: '2025-06-16' }, false],
		['the year after', { start: '2026' }, false],
	])('%s', (_what, period, expected) => {
		expect(permittedBy({ ...permit, period })).toBe(expected);
	});

	it('passes over a refusal whose period is over', () => {
		const past = consentResource({ ...deny, period: { end: '2024' } });
		expect(permitted([consentResource(permit), past])).toBe(true);
	});
});

describe('permitsUse: the purpose', () => {
	const duo = (code: string): Json => ({ system: 'http://purl.obolibrary.org/obo/duo.owl', code });
	it.each<[string, Json, string, boolean]>([
		['HRESCH', hresch, 'HMB', true],
		['HRESCH', hresch, 'DS', true],
		['HRESCH', hresch, 'DS-MONDO:0018177', true],
		['DUO HMB', duo('DUO:0000006'), 'HMB', true],
		['DUO HMB', duo('DUO_0000006'), 'DS', true],
		['DUO GRU', duo('GRU'), 'HMB', true],
		['DUO HMB', duo('DUO:0000006'), 'GRU', false],
		['DUO HMB', duo('DUO:0000006'), 'POA', false],
		['DUO POA', duo('DUO:0000011'), 'HMB', false],
		['DUO DS', duo('DUO:0000007'), 'HMB', false],
		['DUO DS, its disease untold', duo('DUO:0000007'), 'DS', false],
		['DUO clinical care', duo('DUO:0000043'), 'HMB', false],
		['TREAT', reason('TREAT'), 'HMB', false],
		['ETREAT', reason('ETREAT'), 'HMB', false],
		['CLINTRCH', reason('CLINTRCH'), 'HMB', false],
		['HRESCH', hresch, 'GRU', false],
		['HRESCH', hresch, 'POA', false],
		['HRESCH', hresch, 'CC', false],
		['HRESCH', hresch, '', false],
		['HRESCH', hresch, 'hmb', false],
		['HRESCH', hresch, 'DSX', false],
	])('a permit for %s (%#)', (_what, purpose, asked, expected) => {
		expect(permittedBy({ type: 'permit', purpose: [purpose] }, { purpose: asked })).toBe(expected);
	});

	it('permits no purpose that it does not know, though the consent is open', () => {
		expect(permittedBy({ type: 'permit' }, { purpose: 'CC' })).toBe(false);
	});

	it.each<[string, boolean]>([
		['TREAT', true],
		['HMARKT', true],
		['HRESCH', false],
		['CLINTRCH', false],
		['DSRCH', false],
	])('a refusal for %s beside a permit', (code, expected) => {
		const refusal = consentResource({ type: 'deny', purpose: [reason(code)] });
		expect(permitted([consentResource(permit), refusal])).toBe(expected);
	});
});

describe('permitsUse: data classes', () => {
	it.each<[DataUse['dataClass'], boolean]>([
		['image', true],
		['genome', false],
		['clinical', false],
	])('a permit for images asked for %s', (asked, expected) => {
		expect(permittedBy({ ...permit, class: [dataClass('image')] }, { dataClass: asked })).toBe(expected);
	});

	it.each<[DataUse['dataClass'], boolean]>([
		['image', true],
		['genome', false],
		['clinical', false],
	])('a permit except for genome and clinical asked for %s', (asked, expected) => {
		const exception = { type: 'deny', class: [dataClass('genome'), dataClass('clinical')] };
		expect(permittedBy({ ...permit, provision: [exception] }, { dataClass: asked })).toBe(expected);
	});

	it('denies a class by exception though the root is about another class and another consent permits it', () => {
		const exception = { type: 'deny', class: [dataClass('genome')] };
		const images = consentResource({ ...permit, class: [dataClass('image')], provision: [exception] });
		expect(permitted([consentResource(permit), images], { dataClass: 'genome' })).toBe(false);
		expect(permitted([consentResource(permit), images], { dataClass: 'clinical' })).toBe(true);
	});
});

describe('permitsUse: exceptions', () => {
	it.each<[string, Json, boolean]>([
		['deny, except research', { type: 'deny', provision: [permit] }, true],
		[
			'permit, except treatment',
			{ type: 'permit', provision: [{ type: 'deny', purpose: [reason('TREAT')] }] },
			true,
		],
		[
			'permit, except in the past',
			{ type: 'permit', provision: [{ type: 'deny', period: { end: '2024' } }] },
			true,
		],
		['permit, except research', { type: 'permit', provision: [deny] }, false],
		[
			'permit, except now',
			{ type: 'permit', provision: [{ type: 'deny', period: { start: '2025' } }] },
			false,
		],
		[
			'deny, except treatment',
			{ type: 'deny', provision: [{ type: 'permit', purpose: [reason('TREAT')] }] },
			false,
		],
		[
			'deny, except research in the past',
			{ type: 'deny', provision: [{ ...permit, period: { end: '2024' } }] },
			false,
		],
		['exceptions both ways', { type: 'permit', provision: [permit, deny] }, false],
		['deny, exceptions both ways', { type: 'deny', provision: [permit, deny] }, false],
	])('%s', (_what, provision, expected) => {
		expect(permittedBy(provision)).toBe(expected);
	});
});

describe('permitsUse: actors, labels and actions', () => {
	const label = { system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' };
	it.each<[string, Json, boolean]>([
		['a permit to use', { ...permit, action: [action('use')] }, true],
		['a permit to access and use', { ...permit, action: [action('access'), action('use')] }, true],
		[
			'a permit, except to collect',
			{ ...permit, provision: [{ type: 'deny', action: [action('collect')] }] },
			true,
		],
		['a permit to one actor', { ...permit, actor: [actor] }, false],
		['a permit for a label', { ...permit, securityLabel: [label] }, false],
		['a permit to collect', { ...permit, action: [action('collect')] }, false],
		['a permit to access', { ...permit, action: [action('access')] }, false],
		['a permit, except to one actor', { ...permit, provision: [{ type: 'deny', actor: [actor] }] }, false],
		[
			'a permit, except for a label',
			{ ...permit, provision: [{ type: 'deny', securityLabel: [label] }] },
			false,
		],
		[
			'a permit, except to access',
			{ ...permit, provision: [{ type: 'deny', action: [action('access')] }] },
			false,
		],
		['a refusal, except to one actor', { ...deny, provision: [{ ...permit, actor: [actor] }] }, false],
	])('%s', (_what, provision, expected) => {
		expect(permittedBy(provision)).toBe(expected);
	});

	it.each<[string, Json, boolean]>([
		['a refusal to collect', { type: 'deny', action: [action('collect')] }, true],
		['a refusal to one actor', { ...deny, actor: [actor] }, false],
		['a refusal for a label', { ...deny, securityLabel: [label] }, false],
	])('%s beside a permit', (_what, provision, expected) => {
		expect(permitted([consentResource(permit), consentResource(provision)])).toBe(expected);
	});
});

describe('permitsUse: scope and category', () => {
	const scope = (code: string): Json => ({
		scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code }] },
	});
	const category = (code: string): Json => ({
		category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentcategorycodes', code }] }],
	});
	it.each<[string, Json, boolean]>([
		['research', scope('research'), true],
		['patient-privacy', scope('patient-privacy'), true],
		['category research', category('research'), true],
		['treatment', scope('treatment'), false],
		['an advance directive', scope('adr'), false],
		['category emergency only', category('emrgonly'), false],
		['category privacy notice', category('npp'), false],
	])('a permit of %s', (_what, more, expected) => {
		expect(permitted([consentResource(permit, more)])).toBe(expected);
	});

	it('leaves a permit in force beside an advance directive without decision', () => {
		expect(permitted([consentResource(permit), consentResource(null, scope('adr'))])).toBe(true);
	});

	it('denies where a treatment consent refuses research in so many words', () => {
		expect(permitted([consentResource(permit), consentResource(deny, scope('treatment'))])).toBe(false);
	});
});

describe('permitsUse: several consents', () => {
	it('permits by one where another does not apply', () => {
		const treatment = consentResource({ type: 'deny', purpose: [reason('TREAT')] });
		expect(permitted([treatment, consentResource(permit)])).toBe(true);
	});

	it.each<[string, Json]>([
		['a refusal', consentResource(deny)],
		['one without decision', consentResource({})],
		['one that is not understood', consentResource(permit, { modifierExtension: [{}] })],
		['one with an unknown code', consentResource({ type: 'permit', purpose: [reason('FUN')] })],
	])('denies by %s beside permits, in any order', (_what, other) => {
		const good = consentResource(permit);
		expect(permitted([good, other, good])).toBe(false);
		expect(permitted([other, good])).toBe(false);
	});

	it('denies after a withdrawal', () => {
		const consents = [readConsent(consentResource(permit)), withdrawal];
		expect(permitsUse(consents, use)).toBe(false);
	});
});
