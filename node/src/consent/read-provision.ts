// Reads one provision of a FHIR Consent into a rule; whatever it does not understand stops the reading.

import type { DataClass } from '@cordon/shared';
import { actions, type Coding, dataClassSystem, keyOf, labels, purposeOf } from './consent-codes.ts';
import { beginningOf, endOf, spanOfDate } from './partial-date.ts';
import type { ConsentDoubt, ConsentPeriod, ConsentRule } from './patient-consent.ts';

/** Carries the reason out of the depths of a resource to `readConsent`, which alone catches it. */
export class NotUnderstood extends Error {
	readonly doubt: ConsentDoubt;

	constructor(doubt: ConsentDoubt) {
		super(doubt);
		this.name = 'NotUnderstood';
		this.doubt = doubt;
	}
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** Own keys only, all of them known; a modifier extension is told apart since it may turn the meaning around. */
export function closedObject(value: unknown, known: readonly string[], doubt: ConsentDoubt): JsonObject {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new NotUnderstood(doubt);
	for (const key of Object.keys(value)) {
		if (key === 'modifierExtension') throw new NotUnderstood('modifier-extension');
		if (!known.includes(key)) throw new NotUnderstood('unknown-element');
	}
	return value as JsonObject;
}

export function listOf(value: unknown, doubt: ConsentDoubt): readonly unknown[] {
	if (value === undefined) return [];
	if (!Array.isArray(value)) throw new NotUnderstood(doubt);
	return value;
}

export function readCoding(value: unknown, doubt: ConsentDoubt): Coding {
	const coding = closedObject(
		value,
		['id', 'extension', 'system', 'version', 'code', 'display', 'userSelected'],
		doubt,
	);
	const { system, code } = coding;
	if (typeof system !== 'string' || typeof code !== 'string') throw new NotUnderstood(doubt);
	return { system, code };
}

/** The codings of a CodeableConcept; one that is text only is not understood. */
export function readConcept(value: unknown, doubt: ConsentDoubt): readonly Coding[] {
	const concept = closedObject(value, ['id', 'extension', 'coding', 'text'], doubt);
	const codings = listOf(concept['coding'], doubt).map((coding) => readCoding(coding, doubt));
	if (codings.length === 0) throw new NotUnderstood(doubt);
	return codings;
}

function readPeriod(value: unknown): ConsentPeriod | null {
	if (value === undefined) return null;
	const period = closedObject(value, ['id', 'extension', 'start', 'end'], 'date');
	const start = beginningOf(period['start']);
	const end = endOf(period['end']);
	const isUnread =
		(period['start'] !== undefined && start === null) || (period['end'] !== undefined && end === null);
	// A period that tells neither is not one without limits, but one whose limits were left out.
	if (isUnread || (start === null && end === null)) throw new NotUnderstood('date');
	if (isBackwards(period)) throw new NotUnderstood('date');
	return { start, end };
}

/** Both dates are taken as of one zone here: whoever wrote the start wrote the end. */
function isBackwards(period: JsonObject): boolean {
	const [start, end] = [spanOfDate(period['start']), spanOfDate(period['end'])];
	return start !== null && end !== null && start.firstMs > end.lastMs;
}

function readDecision(value: unknown): ConsentRule['decision'] {
	if (value === undefined) return 'absent';
	if (value !== 'permit' && value !== 'deny') throw new NotUnderstood('decision');
	return value;
}

/** Absent and empty differ: FHIR has no empty lists, and one would match nothing. */
function readDimension<T>(
	value: unknown,
	doubt: ConsentDoubt,
	read: (one: unknown) => T,
): readonly T[] | null {
	if (value === undefined) return null;
	const list = listOf(value, doubt);
	if (list.length === 0) throw new NotUnderstood(doubt);
	return list.map(read);
}

function readActor(value: unknown): void {
	const actor = closedObject(value, ['id', 'extension', 'role', 'reference'], 'actor');
	readConcept(actor['role'], 'actor');
	closedObject(
		actor['reference'],
		['id', 'extension', 'reference', 'type', 'identifier', 'display'],
		'actor',
	);
}

function readPurpose(value: unknown): string {
	const purpose = purposeOf(readCoding(value, 'purpose'));
	if (purpose === null) throw new NotUnderstood('purpose');
	return purpose;
}

/** A coding that is not known stays as one of the names, since it may be the one that was meant. */
function readAction(value: unknown): readonly (string | null)[] {
	const names = readConcept(value, 'action').map((coding) =>
		actions.has(keyOf(coding)) ? coding.code : null,
	);
	if (names.every((name) => name === null)) throw new NotUnderstood('action');
	return names;
}

function readLabel(value: unknown): void {
	if (!labels.has(keyOf(readCoding(value, 'label')))) throw new NotUnderstood('label');
}

function readDataClass(value: unknown): DataClass {
	const { system, code } = readCoding(value, 'data-class');
	const isKnown = code === 'image' || code === 'genome' || code === 'clinical';
	if (system !== dataClassSystem || !isKnown) throw new NotUnderstood('data-class');
	return code;
}

/** What a provision may hold; `code`, `dataPeriod` and `data` limit it in ways the node cannot evaluate. */
const provisionKeys: readonly string[] = [
	'id',
	'extension',
	'type',
	'period',
	'actor',
	'action',
	'securityLabel',
	'purpose',
	'class',
	'provision',
];

/** The rule of one provision without those nested in it. Throws NotUnderstood. */
export function readRule(value: unknown): ConsentRule {
	const provision = closedObject(value, provisionKeys, 'unknown-element');
	return {
		decision: readDecision(provision['type']),
		period: readPeriod(provision['period']),
		namesActors: readDimension(provision['actor'], 'actor', readActor) !== null,
		namesLabels: readDimension(provision['securityLabel'], 'label', readLabel) !== null,
		purposes: readDimension(provision['purpose'], 'purpose', readPurpose),
		actions: readDimension(provision['action'], 'action', readAction),
		dataClasses: readDimension(provision['class'], 'data-class', readDataClass),
	};
}

/** The rules nested one level down, each with a decision of its own. Throws NotUnderstood where they nest further. */
export function readExceptions(value: unknown): readonly ConsentRule[] {
	const provision = closedObject(value, provisionKeys, 'unknown-element');
	return listOf(provision['provision'], 'nesting').map((nested) => {
		const inner = closedObject(nested, provisionKeys, 'unknown-element');
		if (inner['provision'] !== undefined) throw new NotUnderstood('nesting');
		const rule = readRule(nested);
		// FHIR requires a type in every nested provision.
		if (rule.decision === 'absent') throw new NotUnderstood('decision');
		return rule;
	});
}
