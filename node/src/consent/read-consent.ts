// Reads one FHIR R4 Consent; what it cannot understand whole becomes a consent that denies everything.

import { categories, keyOf, policyOf, scopes } from './consent-codes.ts';
import { beginningOf } from './partial-date.ts';
import type { ConsentRule, PatientConsent } from './patient-consent.ts';
import {
	closedObject,
	type JsonObject,
	listOf,
	NotUnderstood,
	readCoding,
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

/** A coding that is not known beside one that is may say `emergency only`, so that such a category cannot permit. */
function categoriesCanPermit(consent: JsonObject): boolean {
	const concepts = listOf(consent['category'], 'category').map((concept) => readConcept(concept, 'category'));
	if (concepts.length === 0) throw new NotUnderstood('category');
	const kinds = concepts.map((codings) => codings.map((coding) => categories.get(keyOf(coding))));
	const isUnknown = kinds.some((ofOne) => ofOne.every((kind) => kind === undefined));
	if (isUnknown) throw new NotUnderstood('category');
	return kinds.flat().every((kind) => kind === 'data');
}

/** A text without codes describes the policy, and a policy by its address is behind a consent, not in it. */
function policyCanPermit(consent: JsonObject, root: ConsentRule): boolean {
	if (consent['policyRule'] === undefined) return true;
	const concept = closedObject(consent['policyRule'], ['id', 'extension', 'coding', 'text'], 'policy');
	const codings = listOf(concept['coding'], 'policy').map((coding) => readCoding(coding, 'policy'));
	const policies = codings.map(policyOf);
	// Older forms put exceptions to the policy at the root: whether this permits or refuses cannot be told.
	if (policies.includes('out') && root.decision === 'permit') throw new NotUnderstood('policy');
	return !policies.includes('cannot-permit');
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
	const given = beginningOf(consent['dateTime']);
	// Without a date nothing shows that the consent is not of the future.
	if (given === null) throw new NotUnderstood('date');
	checkVerification(consent);
	const scope = readScope(consent);
	const isOfData = categoriesCanPermit(consent) && scope === 'data';
	const { provision } = consent;
	const root = provision === undefined ? noProvision : readRule(provision);
	return {
		understood: true,
		active: true,
		scope,
		canPermit: policyCanPermit(consent, root) && isOfData,
		given,
		root,
		exceptions: provision === undefined ? [] : readExceptions(provision),
	};
}

/**
 * Never throws for any JSON value. That the consent is this patient's is the caller's to establish.
 *
 * Shape   the normalised consent, or `understood: false` with the first thing that was not understood: an
 *         unknown element (also a primitive's extension), a modifierExtension anywhere in what is read, a code
 *         outside consent-codes.ts, nesting below one level, a date that is none, a missing dateTime, a policy
 *         that the root contradicts, or a verification that is not `verified`. Beside a known code of the same
 *         concept an unknown one of an action or category is kept: it withholds the permit, not the refusal.
 * Units   milliseconds since 1970-01-01 UTC; partial dates and dates without a zone as in partial-date.ts.
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
