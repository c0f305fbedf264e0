// Reads one FHIR R4 Consent; what it cannot understand whole becomes a consent that denies everything.

import { categories, keyOf, scopes } from './consent-codes.ts';
import { spanOfDate } from './partial-date.ts';
import type { ConsentRule, PatientConsent } from './patient-consent.ts';
import {
	closedObject,
	type JsonObject,
	listOf,
	NotUnderstood,
	readConcept,
	readExceptions,
	readRule,
} from './read-provision.ts';

/** Elements of a Consent. Those without a reader below describe its making and limit nothing. */
const consentKeys: readonly string[] = [
	'resourceType',
	'id',
	'meta',
	'language',
	'text',
	'contained',
	'extension',
	'identifier',
	'status',
	'scope',
	'category',
	'patient',
	'dateTime',
	'performer',
	'organization',
	'sourceAttachment',
	'sourceReference',
	'policy',
	'policyRule',
	'verification',
	'provision',
];

const otherStatuses = new Set(['draft', 'proposed', 'rejected', 'inactive', 'entered-in-error']);

/** Where a consent has no provision at all its root decision is absent, which denies. */
const noProvision: ConsentRule = {
	decision: 'absent',
	period: null,
	namesActors: false,
	namesLabels: false,
	purposes: null,
	actions: null,
	dataClasses: null,
};

function readScope(consent: JsonObject): 'data' | 'care' {
	const scope = readConcept(consent['scope'], 'scope').map((coding) => scopes.get(keyOf(coding)));
	const [first] = scope;
	// Two codings that say different things leave open which was meant.
	if (first === undefined || scope.some((one) => one !== first)) throw new NotUnderstood('scope');
	return first;
}

function readCategories(consent: JsonObject): 'data' | 'care' {
	const concepts = listOf(consent['category'], 'category').map((concept) => readConcept(concept, 'category'));
	if (concepts.length === 0) throw new NotUnderstood('category');
	const kinds = concepts.map((codings) => codings.map((coding) => categories.get(keyOf(coding))));
	const isUnknown = kinds.some((ofOne) => ofOne.every((kind) => kind === undefined));
	if (isUnknown) throw new NotUnderstood('category');
	return kinds.flat().includes('care') ? 'care' : 'data';
}

function checkVerification(consent: JsonObject): void {
	for (const value of listOf(consent['verification'], 'not-verified')) {
		const known = ['id', 'extension', 'verified', 'verifiedWith', 'verificationDate'];
		if (closedObject(value, known, 'not-verified')['verified'] !== true)
			throw new NotUnderstood('not-verified');
	}
}

function checkPatient(consent: JsonObject): void {
	const known = ['id', 'extension', 'reference', 'type', 'identifier', 'display'];
	const { reference, identifier } = closedObject(consent['patient'], known, 'reference');
	if (typeof reference !== 'string' && identifier === undefined) throw new NotUnderstood('reference');
}

function read(resource: unknown): PatientConsent {
	const consent = closedObject(resource, consentKeys, 'not-a-consent');
	if (consent['resourceType'] !== 'Consent') throw new NotUnderstood('not-a-consent');
	checkPatient(consent);
	const { status } = consent;
	if (typeof status === 'string' && otherStatuses.has(status)) return { understood: true, active: false };
	if (status !== 'active') throw new NotUnderstood('status');
	const given = spanOfDate(consent['dateTime']);
	// Without a date nothing shows that the consent is not of the future.
	if (given === null) throw new NotUnderstood('date');
	checkVerification(consent);
	const scope = readScope(consent);
	const canPermit = readCategories(consent) === 'data' && scope === 'data';
	const { provision } = consent;
	return {
		understood: true,
		active: true,
		scope,
		canPermit,
		givenMs: given.firstMs,
		root: provision === undefined ? noProvision : readRule(provision),
		exceptions: provision === undefined ? [] : readExceptions(provision),
	};
}

/**
 * Never throws for any JSON value. That the consent is this patient's is the caller's to establish.
 *
 * Shape   the normalised consent, or `understood: false` with the first thing that was not understood: an
 *         unknown element (also a primitive's extension), a modifierExtension anywhere in what is read, a code
 *         outside consent-codes.ts, nesting below one level, a date that is none, a missing dateTime, or a
 *         verification that is not `verified`.
 * Units   milliseconds since 1970-01-01 UTC; a partial end runs through its last day.
 * Source  FHIR R4 Consent; IHE Privacy Consent on FHIR (the root decision stands in `provision.type`).
 */
export function readConsent(resource: unknown): PatientConsent {
	try {
		return read(resource);
	} catch (cause) {
		if (cause instanceof NotUnderstood) return { understood: false, doubt: cause.doubt };
		throw cause;
	}
}
