// Codes of the consortium's own dictionary, as a hospital writes them that uses no vocabulary of its own.

import type { Concept, EnhancementPattern, Methylation, VitalStatus } from './hospital-profile.ts';

const own = 'https://cordon.example/dictionary';
/** The designator of the dictionary in DICOM, where a scheme has a short name. */
const ownScheme = '99CORDON';

export const dictionaryConcepts: {
	readonly volume: Concept;
	readonly pattern: Concept;
	readonly patterns: Readonly<Record<EnhancementPattern, Concept>>;
	readonly methylation: Concept;
	readonly methylations: Readonly<Record<Methylation, Concept>>;
	readonly age: Concept;
	readonly survival: Concept;
	readonly vitalStatus: Concept;
	readonly vitalStates: Readonly<Record<VitalStatus, Concept>>;
} = {
	volume: ['118565006', 'SCT', 'Volume'],
	pattern: ['enhancement-pattern', ownScheme, 'Enhancement pattern'],
	patterns: {
		none: ['enhancement-none', ownScheme, 'No enhancement'],
		nodular: ['enhancement-nodular', ownScheme, 'Nodular enhancement'],
		rim: ['enhancement-rim', ownScheme, 'Rim enhancement'],
	},
	methylation: ['mgmt-methylation', own, 'MGMT promoter methylation'],
	methylations: {
		methylated: ['mgmt-methylated', own, 'Methylated'],
		unmethylated: ['mgmt-unmethylated', own, 'Unmethylated'],
	},
	age: ['30525-0', 'http://loinc.org', 'Age'],
	survival: ['survival-days', own, 'Survival from diagnosis'],
	vitalStatus: ['vital-status', own, 'Vital status'],
	vitalStates: {
		alive: ['438949009', 'http://snomed.info/sct', 'Alive'],
		dead: ['419099009', 'http://snomed.info/sct', 'Dead'],
	},
};
