// Reads a hospital's FHIR R4 files into facts of patients: clinical ones, and what the patients agreed to.

import { canonicalJson } from '@cordon/shared';
import type { PatientConsent } from '../../consent/patient-consent.ts';
import { readConsent } from '../../consent/read-consent.ts';
import { ReadingRecord } from '../reading-record.ts';
import type { FhirSource, IssueCode, SourceReader, Vocabulary } from '../source-reader.ts';
import { walkFolder } from '../walk-folder.ts';
import { conditionFacts } from './condition-facts.ts';
import { type JsonObject, textOf } from './json-value.ts';
import { observationFacts } from './observation-facts.ts';
import { type Origin, PatientDirectory } from './patient-directory.ts';
import { patientFacts } from './patient-facts.ts';
import type { ResourceFacts } from './resource-facts.ts';
import { type FileItem, resourcesOfFile } from './resources-of-file.ts';

type Resource = Extract<FileItem, { kind: 'resource' }>;
type Taken = 'taken' | 'refused';

interface Place extends Origin {
	readonly file: string;
	readonly place?: string;
}

function placeOf(file: string, item: Resource): Place {
	const { fullUrl, bundle, place } = item;
	return { file, fullUrl, bundle: `${file} ${bundle}`, ...(place === undefined ? {} : { place }) };
}

class FhirReading {
	readonly #record: ReadingRecord;
	readonly #directory: PatientDirectory;
	readonly #vocabulary: Vocabulary;
	readonly #epochDay: number;
	readonly #patients = new Set<string>();
	/** Consents by id, as they first came. */
	readonly #consents = new Map<string, string>();

	constructor(
		record: ReadingRecord,
		directory: PatientDirectory,
		of: { vocabulary: Vocabulary; epochDay: number },
	) {
		this.#record = record;
		this.#directory = directory;
		this.#vocabulary = of.vocabulary;
		this.#epochDay = of.epochDay;
	}

	/** A file is read where it holds at least one resource that was not refused. */
	async takeFile(path: string, file: string): Promise<void> {
		let taken = 0;
		for await (const item of resourcesOfFile(path)) {
			if (item.kind === 'refused') this.#record.refuse(file, item.code, item.place);
			else if ((await this.#takeResource(item.resource, placeOf(file, item))) === 'taken') taken += 1;
		}
		if (taken > 0) this.#record.fileRead();
	}

	#takeResource(resource: JsonObject, at: Place): Promise<Taken> {
		switch (resource['resourceType']) {
			case 'Patient':
				return this.#takePatient(resource, at);
			case 'Consent':
				return this.#takeConsent(resource, at);
			case 'Condition':
			case 'Observation':
				return this.#takeClinical(resource, at);
			default:
				this.#record.warn(at.file, 'resource-not-used', at.place);
				return Promise.resolve('taken');
		}
	}

	async #takePatient(resource: JsonObject, at: Place): Promise<Taken> {
		if (hasModifiers(resource)) return this.#refuse(at, 'modifier-not-understood');
		const identity = this.#directory.identityOf(resource, at);
		if (!identity.ok) return this.#refuse(at, identity.error);
		// A second resource for one patient would give a second age and sex.
		if (this.#patients.has(identity.value)) return this.#refuse(at, 'patient-ambiguous');
		this.#patients.add(identity.value);
		const facts = patientFacts(resource, this.#vocabulary, this.#epochDay);
		return this.#keep(facts, identity.value, at);
	}

	async #takeClinical(resource: JsonObject, at: Place): Promise<Taken> {
		if (hasModifiers(resource)) return this.#refuse(at, 'modifier-not-understood');
		const patient = this.#directory.resolve(resource['subject'], at.bundle);
		if (patient === null) return this.#refuse(at, 'reference-unresolved');
		const isCondition = resource['resourceType'] === 'Condition';
		const factsOf = isCondition ? conditionFacts : observationFacts;
		return this.#keep(factsOf(resource, this.#vocabulary), patient, at);
	}

	/** A consent that is not understood is kept all the same: it denies everything for its patient. */
	async #takeConsent(resource: JsonObject, at: Place): Promise<Taken> {
		const patient = this.#directory.resolve(resource['patient'], at.bundle);
		if (patient === null) return this.#refuse(at, 'consent-unattributed');
		const consent: PatientConsent = this.#isAnotherVersion(resource)
			? { understood: false, doubt: 'repeated' }
			: readConsent(resource);
		if (!consent.understood) this.#record.warn(at.file, 'consent-not-understood', at.place);
		await this.#record.add({ patient, kind: 'consent', consent });
		return 'taken';
	}

	/** Two different resources of one id: an old export beside a new one, and nothing says which is in force. */
	#isAnotherVersion(resource: JsonObject): boolean {
		const id = textOf(resource['id']);
		if (id === null) return false;
		const text = canonicalJson(resource);
		const first = this.#consents.get(id) ?? text;
		this.#consents.set(id, first);
		return first !== text;
	}

	async #keep(found: ResourceFacts, patient: string, at: Place): Promise<Taken> {
		for (const code of found.issues) this.#record.warn(at.file, code, at.place);
		for (const [kind, name] of found.unmapped) this.#record.unmapped(kind, name);
		for (const fact of found.facts) await this.#record.add({ patient, ...fact });
		return 'taken';
	}

	#refuse(at: Place, code: IssueCode): Taken {
		this.#record.refuse(at.file, code, at.place);
		return 'refused';
	}
}

/** FHIR: what has a modifier that is not understood must not be processed as if it had none. */
function hasModifiers(resource: JsonObject): boolean {
	return resource['modifierExtension'] !== undefined || resource['implicitRules'] !== undefined;
}

/** Lines of other resources say `Patient/…` in a reference, not the quoted word of a resourceType. */
function cannotBePatient(line: Buffer): boolean {
	return !line.includes('"Patient"') && !line.includes('"Bundle"');
}

async function gatherPatients(path: string, system: string | null): Promise<PatientDirectory> {
	const directory = new PatientDirectory(system);
	for await (const found of walkFolder(path)) {
		if (found.kind !== 'file') continue;
		for await (const item of resourcesOfFile(found.path, { skipLine: cannotBePatient })) {
			const isPatient = item.kind === 'resource' && textOf(item.resource['resourceType']) === 'Patient';
			if (isPatient) directory.add(item.resource, placeOf(found.relative, item));
		}
	}
	return directory;
}

/**
 * Reads twice: patients first, since a resource may come before the patient it is about.
 *
 * Shape   facts `clinical-exam`, `value` (age, sex, observations), `condition`, `consent`. `path` is the source's
 *         resolved path, a file or a folder.
 * Units   age in whole years on `epochDay`, days from 1970-01-01.
 * Errors  issues by file and line or entry; a consent whose patient cannot be told is `consent-unattributed`.
 */
export function createFhirReader(
	config: FhirSource,
	path: string,
	vocabulary: Vocabulary,
	epochDay: number,
): SourceReader {
	return {
		read: async (emit, progress) => {
			const record = new ReadingRecord(emit);
			const directory = await gatherPatients(path, config.identifier);
			const reading = new FhirReading(record, directory, { vocabulary, epochDay });
			for await (const found of walkFolder(path)) {
				record.fileFound();
				if (found.kind === 'file') await reading.takeFile(found.path, found.relative);
				else record.refuse(found.relative, found.code);
				progress(record.files, null);
			}
			await record.flush();
			progress(record.files, record.files);
			return record.report();
		},
	};
}
