// Which identifier stands for which FHIR Patient, gathered before any resource that refers to one is read.

import { err, ok, type Result } from '@cordon/shared';
import { asObject, type JsonObject, objectsOf, textOf } from './json-value.ts';

export type IdentityFault = 'patient-missing' | 'patient-ambiguous';

/** Where a resource stands: its entry's fullUrl, and the Bundle (of which file) within which `urn:` links hold. */
export interface Origin {
	readonly fullUrl: string | null;
	readonly bundle: string;
}

const relativePatient = /^Patient\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;
const urnUuid = /^urn:uuid:([0-9a-fA-F-]{36})$/;

/** Values of the configured system; an identifier marked old is somebody's former number. */
function identifiersOf(patient: JsonObject, system: string): ReadonlySet<string> {
	const values = objectsOf(patient['identifier'])
		.filter((identifier) => identifier['system'] === system && identifier['use'] !== 'old')
		.map((identifier) => textOf(identifier['value'])?.trim() ?? '');
	return new Set(values.filter((value) => value !== ''));
}

function urlWithin(bundle: string, url: string): string {
	return url.startsWith('urn:') ? JSON.stringify([bundle, url]) : url;
}

export class PatientDirectory {
	readonly #system: string | null;
	/** null: the resource exists but has no usable identifier, or two resources disagree. */
	readonly #byId = new Map<string, string | null>();
	readonly #byUrl = new Map<string, string | null>();

	/** `system` null: the resource's id is the patient's identifier. */
	constructor(system: string | null) {
		this.#system = system;
	}

	/** The identifier of a Patient resource. */
	identityOf(patient: JsonObject, { fullUrl }: Origin): Result<string, IdentityFault> {
		if (this.#system === null) {
			const id = textOf(patient['id']) ?? urnUuid.exec(fullUrl ?? '')?.[1] ?? null;
			return id === null ? err('patient-missing') : ok(id);
		}
		const [value, ...others] = identifiersOf(patient, this.#system);
		if (value === undefined) return err('patient-missing');
		return others.length > 0 ? err('patient-ambiguous') : ok(value);
	}

	add(patient: JsonObject, origin: Origin): void {
		const identity = this.identityOf(patient, origin);
		const identifier = identity.ok ? identity.value : null;
		const id = textOf(patient['id']);
		if (id !== null) this.#learn(this.#byId, id, identifier);
		const { fullUrl, bundle } = origin;
		if (fullUrl !== null) this.#learn(this.#byUrl, urlWithin(bundle, fullUrl), identifier);
	}

	/**
	 * Shape   the identifier of the patient that a Reference means: by a Bundle's fullUrl, `Patient/<id>`, or a
	 *         logical reference in the configured system; null where it cannot be resolved to exactly one.
	 */
	resolve(value: unknown, bundle: string): string | null {
		const holder = asObject(value);
		if (holder === null) return null;
		const reference = textOf(holder['reference']);
		if (reference === null) return this.#resolveLogical(holder['identifier']);
		const byUrl = this.#byUrl.get(urlWithin(bundle, reference));
		if (byUrl !== undefined) return byUrl;
		const id = relativePatient.exec(reference)?.[1];
		if (id === undefined) return null;
		// Where the id is the identifier, the Patient itself may be in another source.
		return this.#byId.get(id) ?? (this.#system === null ? id : null);
	}

	#resolveLogical(value: unknown): string | null {
		const identifier = asObject(value);
		if (identifier === null || this.#system === null || identifier['system'] !== this.#system) return null;
		return textOf(identifier['value'])?.trim() ?? null;
	}

	#learn(map: Map<string, string | null>, key: string, identifier: string | null): void {
		const known = map.get(key);
		map.set(key, known === undefined || known === identifier ? identifier : null);
	}
}
