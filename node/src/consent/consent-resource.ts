// FHIR Consent resources for tests: a plain permit for research, and what is changed in it.

export type Json = Readonly<Record<string, unknown>>;

export const hresch: Json = {
	system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason',
	code: 'HRESCH',
};

export function reason(code: string): Json {
	return { system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code };
}

export function dataClass(code: string): Json {
	return { system: 'https://cordon.example/data-class', code };
}

/** Given 2020-01-01, in force through 2030, permits research with every class of data. */
export function consentResource(provision: Json | null, more: Json = {}): Json {
	return {
		resourceType: 'Consent',
		status: 'active',
		scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'research' }] },
		category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }],
		patient: { reference: 'Patient/1' },
		dateTime: '2020-01-01',
		...(provision === null ? {} : { provision }),
		...more,
	};
}

export const actor: Json = {
	role: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'IRCP' }] },
	reference: { reference: 'Organization/1' },
};

export function action(code: string): Json {
	return { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentaction', code }] };
}
