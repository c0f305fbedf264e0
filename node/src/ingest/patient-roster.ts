// Knows the patients of this hospital during one ingest: whose facts are kept, and under which pseudonym.

import type { Sensitive } from '@cordon/shared';
import type { Pseudonym } from '../ports.ts';
import { pseudonymOf } from './pseudonym.ts';

export class PatientRoster {
	readonly #matching: RegExp | null;
	readonly #key: Sensitive<Uint8Array>;
	/** Identifiers met so far; null: a patient of another hospital. Forgotten with the ingest. */
	readonly #met = new Map<string, Pseudonym | null>();
	readonly #patients = new Set<Pseudonym>();

	/** `matching` decides which identifiers are this hospital's; null: all are. */
	constructor(matching: RegExp | null, key: Sensitive<Uint8Array>) {
		// The flags g and y make `test` remember where it stopped, so that equal identifiers could differ.
		this.#matching =
			matching === null ? null : new RegExp(matching.source, matching.flags.replace(/[gy]/g, ''));
		this.#key = key;
	}

	get patients(): ReadonlySet<Pseudonym> {
		return this.#patients;
	}

	/** The patient's pseudonym, and from now on a patient; null where the identifier is empty or another hospital's. */
	admit(identifier: string): Pseudonym | null {
		const name = this.find(identifier);
		if (name !== null) this.#patients.add(name);
		return name;
	}

	/** As `admit`, but makes nobody a patient. */
	find(identifier: string): Pseudonym | null {
		const known = this.#met.get(identifier);
		if (known !== undefined) return known;
		const trimmed = identifier.trim();
		const isOurs = trimmed !== '' && (this.#matching === null || this.#matching.test(trimmed));
		const name = isOurs ? pseudonymOf(trimmed, this.#key) : null;
		this.#met.set(identifier, name);
		return name;
	}
}
