// Who is left to count after the consent stage.

import { describe, expect, it } from 'vitest';
import type { ConsentRegister } from '../ports.ts';
import { consentResource, dataClass, hresch, type Json } from './consent-resource.ts';
import { consentingPatients } from './consenting-patients.ts';
import { withdrawal } from './patient-consent.ts';
import { readConsent } from './read-consent.ts';

const permit: Json = { type: 'permit', purpose: [hresch] };
const imagesOnly: Json = { ...permit, class: [dataClass('image')] };

const register: ConsentRegister = {
	all: () =>
		Promise.resolve([
			{ patient: 0, consents: [readConsent(consentResource(permit))] },
			{ patient: 1, consents: [] },
			{ patient: 2, consents: [readConsent(consentResource(imagesOnly))] },
			{ patient: 3, consents: [readConsent(consentResource(permit)), withdrawal] },
			{ patient: 4, consents: [readConsent({})] },
		]),
};

const use = {
	purpose: 'HMB',
	dataClasses: ['image'],
	nowMs: Date.parse('2025-01-01T00:00:00Z'),
	publicData: false,
} as const;

describe('consentingPatients', () => {
	it('gives those who permit the one class that is read', async () => {
		expect(await consentingPatients(use, register)).toEqual({ ok: true, value: [0, 2] });
	});

	it('wants consent to every class of a plan that joins classes', async () => {
		const joined = { ...use, dataClasses: ['image', 'genome'] } as const;
		expect(await consentingPatients(joined, register)).toEqual({ ok: true, value: [0] });
	});

	it('wants consent to all classes for a plan that reads none', async () => {
		expect(await consentingPatients({ ...use, dataClasses: [] }, register)).toEqual({ ok: true, value: [0] });
	});

	it('gives nobody for a purpose that is no research', async () => {
		expect(await consentingPatients({ ...use, purpose: 'CC' }, register)).toEqual({ ok: true, value: [] });
	});

	it('waives consent for public data', async () => {
		const value = [0, 1, 2, 3, 4];
		expect(await consentingPatients({ ...use, publicData: true }, register)).toEqual({ ok: true, value });
	});

	it.each([true, false])('refuses where the register does not answer, publicData %s', async (publicData) => {
		const silent: ConsentRegister = { all: () => Promise.reject(new Error('connection refused')) };
		const refusal = { ok: false, error: 'consent-unavailable' };
		expect(await consentingPatients({ ...use, publicData }, silent)).toEqual(refusal);
	});
});
