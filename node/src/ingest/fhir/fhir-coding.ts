// Codings of a FHIR CodeableConcept, as far as they have a system and a code.

import type { Code } from '@cordon/shared';
import { asObject, objectsOf, textOf } from './json-value.ts';

/** Codings in the order of the resource; those without system or code are left out. */
export function codingsOf(concept: unknown): readonly Code[] {
	return objectsOf(asObject(concept)?.['coding']).flatMap((coding) => {
		const [system, code] = [textOf(coding['system']), textOf(coding['code'])];
		return system === null || code === null ? [] : [{ system, code }];
	});
}

/** The codes of a concept that is bound to one code system, such as a status. */
export function codesIn(concept: unknown, system: string): readonly string[] {
	return codingsOf(concept).flatMap((coding) => (coding.system === system ? [coding.code] : []));
}
