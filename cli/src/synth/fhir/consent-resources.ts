// The consent forms of one synthetic patient as FHIR R4 Consent: from a full permit to a withdrawal, or none at all.

import type { HospitalProfile } from '../hospital-profile.ts';
import type { SynthPatient } from '../patient.ts';
import { isoDate } from '../study-days.ts';
import { patientIdOf, type Resource, referenceTo } from './clinical-resources.ts';

const dataClassSystem = 'https://cordon.example/data-class';
const actReason = 'http://terminology.hl7.org/CodeSystem/v3-ActReason';
const terminology = 'http://terminology.hl7.org/CodeSystem';

/** Fifty years: no synthetic consent runs out while anyone runs the demonstration. */
const validDays = 18_262;
/** A consent that has run out was given for one year, within the study period. */
const expiredDays = 365;

export function consentResources(profile: HospitalProfile, patient: SynthPatient): readonly Resource[] {
	const given = patient.diagnosisDay + 1;
	const form = (name: string, body: Resource): Resource => ({
		resourceType: 'Consent',
		id: `${patientIdOf(profile, patient)}-${name}`,
		status: 'active',
		scope: { coding: [{ system: `${terminology}/consentscope`, code: 'research' }] },
		category: [{ coding: [{ system: `${terminology}/consentcategorycodes`, code: 'research' }] }],
		patient: referenceTo(profile, patient),
		dateTime: isoDate(given),
		...body,
	});
	const permit = form('consent', provision('permit', given, validDays, {}));
	const later = { dateTime: isoDate(given + 200), ...provision('deny', given + 200, validDays, {}) };
	switch (patient.consent) {
		case 'all':
		case 'withdrawn-by-list':
			return [permit];
		case 'imaging-only':
			return [
				form(
					'consent',
					provision('permit', given, validDays, { provision: [exceptFor(['genome', 'clinical'])] }),
				),
			];
		case 'withdrawn':
			// Half the registries strike the form out, the others add a refusal to it.
			return patient.index % 2 === 0
				? [{ ...permit, status: 'inactive' }]
				: [permit, form('withdrawal', later)];
		case 'refused':
			return [form('consent', provision('deny', given, validDays, {}))];
		case 'expired':
			return [form('consent', provision('permit', given, expiredDays, {}))];
		case 'none':
			return [];
	}
}

function provision(type: 'permit' | 'deny', from: number, days: number, more: Resource): Resource {
	return {
		policyRule: {
			coding: [{ system: `${terminology}/v3-ActCode`, code: type === 'permit' ? 'OPTIN' : 'OPTOUT' }],
		},
		provision: {
			type,
			period: { start: isoDate(from), end: isoDate(from + days) },
			purpose: [{ system: actReason, code: 'HRESCH' }],
			...more,
		},
	};
}

function exceptFor(classes: readonly string[]): Resource {
	return { type: 'deny', class: classes.map((code) => ({ system: dataClassSystem, code })) };
}
