// A hospital's mapping file: its local names in the words of the data dictionary, as its own IT would write it.

import { stringify } from 'yaml';
import { dictionaryConcepts } from './dictionary-concepts.ts';
import type { Concept, HospitalProfile } from './hospital-profile.ts';

type Entry = Readonly<Record<string, unknown>>;

export function mappingFile(profile: HospitalProfile): string {
	const { imaging, genome } = profile;
	const lists = {
		bodyParts: imaging.bodyPart === 'BRAIN' ? {} : { [imaging.bodyPart]: 'BRAIN' },
		conditions: inverted(profile.clinical.conditions),
		consequences: inverted(genome.consequences),
		significances: inverted(genome.significances),
		genes: inverted(genome.genes),
	};
	const used = Object.entries(lists).filter(([, entries]) => Object.keys(entries).length > 0);
	const mapping = { cordon: 1, elements: elementsOf(profile), ...Object.fromEntries(used) };
	return `# Local names of ${profile.name} in the words of the data dictionary.\n${stringify(mapping, { aliasDuplicateObjects: false })}`;
}

function elementsOf({ imaging, clinical, radiomics }: HospitalProfile): Entry {
	const { inconclusive, methylation, age, survival, vitalStatus } = clinical;
	const noValue = inconclusive === null ? {} : { [inconclusive[0]]: null };
	const entries: Record<string, Entry> = {
		[radiomics.sphericity]: { element: 'sphericity', unit: '1' },
		[imaging.pattern[0]]: { element: 'enhancement-pattern', values: localCodes(imaging.patterns) },
	};
	if (radiomics.volume !== null) entries[radiomics.volume] = { element: 'tumor-volume', unit: 'mm3' };
	if (isLocal(imaging.volume, dictionaryConcepts.volume) && imaging.volumeUnit !== null) {
		entries[imaging.volume[0]] = { element: 'tumor-volume', unit: imaging.volumeUnit };
	}
	if (isLocal(methylation, dictionaryConcepts.methylation)) {
		const values = { ...localCodes(clinical.methylations), ...noValue };
		entries[methylation[0]] = { element: 'mgmt-methylation', values };
	}
	if (isLocal(age, dictionaryConcepts.age)) entries[age[0]] = { element: 'age', unit: 'a' };
	if (isLocal(survival, dictionaryConcepts.survival))
		entries[survival[0]] = { element: 'survival-days', unit: 'd' };
	if (isLocal(vitalStatus, dictionaryConcepts.vitalStatus)) {
		entries[vitalStatus[0]] = { element: 'vital-status', values: localCodes(clinical.vitalStates) };
	}
	return entries;
}

/** A code of the dictionary's own needs no entry. */
function isLocal(concept: Concept, own: Concept): boolean {
	return concept[0] !== own[0] || concept[1] !== own[1];
}

/** Local code of each dictionary value. */
function localCodes(concepts: Readonly<Record<string, Concept>>): Entry {
	return Object.fromEntries(Object.entries(concepts).map(([id, [code]]) => [code, id]));
}

function inverted(names: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
	return Object.fromEntries(Object.entries(names).map(([term, local]) => [local, term]));
}
