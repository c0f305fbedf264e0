// The codes of a FHIR Consent that the node understands; any other code makes the consent not understood.

/** A coding as FHIR writes it, after its shape was checked. */
export interface Coding {
	readonly system: string;
	readonly code: string;
}

const v3ActReason = 'http://terminology.hl7.org/CodeSystem/v3-ActReason';
const v3ActCode = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';
const categoryCodes = 'http://terminology.hl7.org/CodeSystem/consentcategorycodes';
const loinc = 'http://loinc.org';

function table(system: string, codes: string): readonly string[] {
	return codes.split(' ').map((code) => `${system}|${code}`);
}

export function keyOf(coding: Coding): string {
	return `${coding.system}|${coding.code}`;
}

/** Consent.scope: what the consent is about. Source: FHIR R4 consentscope. */
export const scopes: ReadonlyMap<string, 'data' | 'care'> = new Map([
	['http://terminology.hl7.org/CodeSystem/consentscope|patient-privacy', 'data'],
	['http://terminology.hl7.org/CodeSystem/consentscope|research', 'data'],
	['http://terminology.hl7.org/CodeSystem/consentscope|treatment', 'care'],
	['http://terminology.hl7.org/CodeSystem/consentscope|adr', 'care'],
]);

/**
 * Consent.category: `data` classifies a consent to the use of data; `care` is a directive, an acknowledgement or
 * an emergency rule, which cannot permit research.
 */
export const categories: ReadonlyMap<string, 'data' | 'care'> = new Map([
	...table(loinc, '59284-0 57016-8 57017-6 64292-6 64299-1').map((key) => [key, 'data'] as const),
	...table(v3ActCode, 'INFA INFAO INFASO IDSCL RESEARCH RSDID RSREID').map((key) => [key, 'data'] as const),
	...table(categoryCodes, 'research rsdid rsreid').map((key) => [key, 'data'] as const),
	...table(v3ActCode, 'EMRGONLY NPP ACD DNR HCD POLST').map((key) => [key, 'care'] as const),
	...table(categoryCodes, 'acd dnr emrgonly hcd npp polst').map((key) => [key, 'care'] as const),
]);

/**
 * Consent.policyRule, as far as it is itself a decision: `out` contradicts a root that permits. Any other code of
 * v3-ActCode (emergency only, implied, a notice) cannot permit; those of other systems name the laws behind a
 * consent, whose decision its root states.
 */
export function policyOf({ system, code }: Coding): 'in' | 'out' | 'cannot-permit' | 'background' {
	if (system !== v3ActCode) return 'background';
	if (code === 'OPTIN' || code === 'OPTINR') return 'in';
	return code === 'OPTOUT' || code === 'OPTOUTE' ? 'out' : 'cannot-permit';
}

/** provision.purpose: HL7 v3 PurposeOfUse under its own code. */
const purposesOfUse = new Set(
	table(
		v3ActReason,
		'TREAT TREATDS CAREMGT CLINTRL ETREAT BTG POPHLTH HMARKT HOPERAT DONAT FRAUD GOV HACCRED HCOMPL HDECD HDIRECT ' +
			'HDM HLEGAL HOUTCOMS HPRGRP HQUALIMP HSYSADMIN LABELING METAMGT MEMADMIN MILCDM PATADMIN PATSFTY PERFMSR ' +
			'RECORDMGT SYSDEV HTEST TRAIN HPAYMT CLMATTCH COVAUTH COVERAGE ELIGDTRM ELIGVER ENROLLM MILDCRG REMITADV ' +
			'HRESCH BIORCH CLINTRCH CLINTRCHNPC CLINTRCHPC PRECLINTRCH DSRCH POARCH TRANSRCH PATRQT FAMRQT PWATRNY ' +
			'SUPNWK PUBHLTH DISASTER THREAT COC',
	),
);

/** DUO permissions by number; modifiers are conditions on a data set and cannot be judged in one patient's consent. */
const duoPermissions: Readonly<Record<string, string>> = {
	'0000004': 'NRES',
	'0000042': 'GRU',
	'0000006': 'HMB',
	'0000007': 'DS',
	'0000011': 'POA',
	'0000043': 'CC',
};
const duoSystems = new Set([
	'http://purl.obolibrary.org/obo/duo.owl',
	'http://purl.obolibrary.org/obo/duo',
	'http://purl.obolibrary.org/obo/',
	'http://purl.obolibrary.org/obo',
]);

/** The purpose as a rule stores it; null where it is not understood. */
export function purposeOf(coding: Coding): string | null {
	if (purposesOfUse.has(keyOf(coding))) return coding.code;
	if (!duoSystems.has(coding.system)) return null;
	const number = /^DUO[_:](\d{7})$/.exec(coding.code)?.[1];
	const shorthand = number === undefined ? coding.code : duoPermissions[number];
	const isPermission = shorthand !== undefined && Object.values(duoPermissions).includes(shorthand);
	return isPermission ? `DUO:${shorthand}` : null;
}

/** provision.action. Source: FHIR R4 consentaction. */
export const actions: ReadonlySet<string> = new Set(
	table('http://terminology.hl7.org/CodeSystem/consentaction', 'collect access use disclose correct'),
);

/** provision.securityLabel: the confidentiality levels. Source: HL7 v3 Confidentiality. */
export const labels: ReadonlySet<string> = new Set(
	table('http://terminology.hl7.org/CodeSystem/v3-Confidentiality', 'U L M N R V'),
);

/** provision.class: the node's own classes of data. */
export const dataClassSystem = 'https://cordon.example/data-class';
