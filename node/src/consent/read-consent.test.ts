// Which FHIR Consents are understood, and that all others deny everything.

import { describe, expect, it } from 'vitest';
import { action, actor, consentResource, dataClass, hresch, type Json, reason } from './consent-resource.ts';
import { readConsent } from './read-consent.ts';

const permit: Json = { type: 'permit', purpose: [hresch] };

function doubtOf(resource: unknown): string | null {
	const consent = readConsent(resource);
	return consent.understood ? null : consent.doubt;
}

describe('readConsent', () => {
	it('normalises a permit with period, purpose, class and an exception', () => {
		const provision = {
			...permit,
			period: { start: '2020', end: '2021-06' },
			provision: [{ type: 'deny', class: [dataClass('genome'), dataClass('clinical')] }],
		};
		const rule = { namesActors: false, namesLabels: false, actions: null };
		expect(readConsent(consentResource(provision))).toEqual({
			understood: true,
			active: true,
			scope: 'data',
			canPermit: true,
			given: {
				firstMs: Date.parse('2020-01-01T00:00:00+14:00'),
				lastMs: Date.parse('2020-01-01T23:59:59.999-12:00'),
			},
			root: {
				...rule,
				decision: 'permit',
				period: {
					start: {
						firstMs: Date.parse('2020-01-01T00:00:00+14:00'),
						lastMs: Date.parse('2020-12-31T23:59:59.999-12:00'),
					},
					end: {
						firstMs: Date.parse('2021-06-30T23:59:59.999+14:00'),
						lastMs: Date.parse('2021-06-30T23:59:59.999-12:00'),
					},
				},
				purposes: ['HRESCH'],
				dataClasses: null,
			},
			exceptions: [
				{ ...rule, decision: 'deny', period: null, purposes: null, dataClasses: ['genome', 'clinical'] },
			],
		});
	});

	it('keeps no name, reference or text', () => {
		const canary = 'CANARY7731';
		const resource = consentResource(
			{
				...permit,
				actor: [{ ...actor, reference: { reference: `Organization/${canary}`, display: canary } }],
			},
			{
				id: canary,
				text: { status: 'generated', div: canary },
				identifier: [{ value: canary }],
				patient: { reference: `Patient/${canary}`, display: canary },
				performer: [{ display: canary }],
				sourceAttachment: { title: canary },
			},
		);
		const consent = readConsent(resource);
		expect(consent.understood).toBe(true);
		expect(JSON.stringify(consent)).not.toContain(canary);
	});

	it.each(['draft', 'proposed', 'rejected', 'inactive', 'entered-in-error'])(
		'takes a consent of status %s as not active',
		(status) => {
			expect(readConsent(consentResource(permit, { status }))).toEqual({ understood: true, active: false });
		},
	);

	it('is plain JSON', () => {
		const consent = readConsent(consentResource({ ...permit, action: [action('use')] }));
		expect(JSON.parse(JSON.stringify(consent))).toEqual(consent);
	});

	const coding = (system: string, code: string): Json => ({ coding: [{ system, code }] });
	it.each<[string, unknown, string]>([
		['nothing', undefined, 'not-a-consent'],
		['a list', [], 'not-a-consent'],
		['another resource', { ...consentResource(permit), resourceType: 'Contract' }, 'not-a-consent'],
		['an unknown element', consentResource(permit, { grantee: [] }), 'unknown-element'],
		[
			'an element named __proto__',
			JSON.parse('{"resourceType":"Consent","__proto__":{}}'),
			'unknown-element',
		],
		[
			'implicit rules',
			consentResource(permit, { implicitRules: 'https://rules.example' }),
			'unknown-element',
		],
		['an extension of a primitive', consentResource(permit, { _status: {} }), 'unknown-element'],
		['a modifier', consentResource(permit, { modifierExtension: [{}] }), 'modifier-extension'],
		[
			'a modifier in a provision',
			consentResource({ ...permit, modifierExtension: [] }),
			'modifier-extension',
		],
		[
			'a modifier though inactive',
			consentResource(permit, { status: 'inactive', modifierExtension: [{}] }),
			'modifier-extension',
		],
		[
			'a modifier in an exception',
			consentResource({ ...permit, provision: [{ type: 'permit', modifierExtension: [{}] }] }),
			'modifier-extension',
		],
		['an unknown status', consentResource(permit, { status: 'on-hold' }), 'status'],
		['no status', consentResource(permit, { status: undefined }), 'status'],
		['no patient', consentResource(permit, { patient: undefined }), 'reference'],
		['a patient without reference', consentResource(permit, { patient: { display: 'x' } }), 'reference'],
		['no dateTime', consentResource(permit, { dateTime: undefined }), 'date'],
		['a dateTime that is none', consentResource(permit, { dateTime: '01.02.2020' }), 'date'],
		[
			'an unknown scope',
			consentResource(permit, { scope: coding('https://a.example', 'research') }),
			'scope',
		],
		['a scope of text', consentResource(permit, { scope: { text: 'research' } }), 'scope'],
		['no scope', consentResource(permit, { scope: undefined }), 'scope'],
		['no category', consentResource(permit, { category: [] }), 'category'],
		[
			'an unknown category',
			consentResource(permit, { category: [coding('https://a.example', 'x')] }),
			'category',
		],
		['verified: false', consentResource(permit, { verification: [{ verified: false }] }), 'not-verified'],
		['an unknown decision', consentResource({ ...permit, type: 'maybe' }), 'decision'],
		['an exception without decision', consentResource({ ...permit, provision: [{}] }), 'decision'],
		['a period end that is none', consentResource({ ...permit, period: { end: 'never' } }), 'date'],
		[
			'a period that ends first',
			consentResource({ ...permit, period: { start: '2022', end: '2021' } }),
			'date',
		],
		['a purpose that is unknown', consentResource({ ...permit, purpose: [reason('FUN')] }), 'purpose'],
		['one unknown of two', consentResource({ ...permit, purpose: [hresch, reason('FUN')] }), 'purpose'],
		['a purpose without system', consentResource({ ...permit, purpose: [{ code: 'HRESCH' }] }), 'purpose'],
		['no purpose in a list', consentResource({ ...permit, purpose: [] }), 'purpose'],
		['a purpose that is no list', consentResource({ ...permit, purpose: hresch }), 'purpose'],
		[
			'a data class of FHIR types',
			consentResource({ ...permit, class: [{ ...dataClass('image'), system: 'x' }] }),
			'data-class',
		],
		['an unknown data class', consentResource({ ...permit, class: [dataClass('text')] }), 'data-class'],
		['an unknown label', consentResource({ ...permit, securityLabel: [reason('PSY')] }), 'label'],
		['an unknown action', consentResource({ ...permit, action: [action('sell')] }), 'action'],
		['an actor without reference', consentResource({ ...permit, actor: [{ role: actor['role'] }] }), 'actor'],
		[
			'codes of content',
			consentResource({ ...permit, code: [coding('http://loinc.org', '1-8')] }),
			'unknown-element',
		],
		['a period of the data', consentResource({ ...permit, dataPeriod: {} }), 'unknown-element'],
		['single data', consentResource({ ...permit, data: [] }), 'unknown-element'],
		[
			'nesting below one level',
			consentResource({ ...permit, provision: [{ type: 'deny', provision: [{ type: 'permit' }] }] }),
			'nesting',
		],
		['a provision that is a list', consentResource(null, { provision: [permit] }), 'unknown-element'],
	])('does not understand %s', (_what, resource, doubt) => {
		expect(doubtOf(resource)).toBe(doubt);
	});
});
