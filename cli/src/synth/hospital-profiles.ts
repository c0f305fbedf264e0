// The four hospitals that a synthetic network is built of, and their repetition where more are wanted.

import { dictionaryConcepts } from './dictionary-concepts.ts';
import type { Concept, HospitalProfile } from './hospital-profile.ts';

const icd10 = 'http://hl7.org/fhir/sid/icd-10';

/** Keeps its records in the codes of the consortium's own dictionary: almost nothing to map. */
const north: HospitalProfile = {
	id: 'north',
	name: 'North University Hospital',
	weight: 34,
	recordPrefix: 'N',
	imaging: {
		share: 0.97,
		ct: 0,
		contrast: 0.93,
		bodyPart: 'BRAIN',
		reported: 0.96,
		volumeUnit: 'mL',
		volume: dictionaryConcepts.volume,
		pattern: dictionaryConcepts.pattern,
		patterns: dictionaryConcepts.patterns,
	},
	genome: {
		share: 0.9,
		contigPrefix: 'chr',
		laboratoryNumbers: false,
		info: { gene: 'GENE', consequence: 'CSQ_TERM', significance: 'CLNSIG' },
		consequences: {},
		significances: {},
		genes: {},
		covers: 'all',
		depths: false,
	},
	clinical: {
		identifierSystem: 'urn:oid:2.16.840.1.113883.3.9621.1.1',
		conditionSystem: icd10,
		conditions: {},
		methylation: dictionaryConcepts.methylation,
		methylations: dictionaryConcepts.methylations,
		inconclusive: null,
		methylationShare: 0.86,
		age: dictionaryConcepts.age,
		survival: dictionaryConcepts.survival,
		survivalShare: 0.9,
		vitalStatus: dictionaryConcepts.vitalStatus,
		vitalStates: dictionaryConcepts.vitalStates,
	},
	radiomics: {
		file: 'radiomics.csv',
		separator: ',',
		patient: 'patient_id',
		day: 'scan_date',
		sphericity: 'original_shape_Sphericity',
		volume: null,
	},
	consents: [
		['all', 78],
		['imaging-only', 7],
		['withdrawn', 4],
		['refused', 3],
		['expired', 2],
		['none', 6],
	],
};

const southLaboratory = 'https://south.example/laboratory';
const southRadiology = '99SOUTH';

/** Records in German, with house codes for diagnoses, assays and findings, and laboratory numbers in its genomes. */
const south: HospitalProfile = {
	id: 'south',
	name: 'Klinikum South',
	weight: 28,
	recordPrefix: 'S-',
	imaging: {
		share: 0.94,
		ct: 0,
		contrast: 0.9,
		bodyPart: 'KOPF',
		reported: 0.93,
		volumeUnit: 'cm3',
		volume: ['TU-VOL', southRadiology, 'Tumorvolumen'],
		pattern: ['KM-MUSTER', southRadiology, 'Muster der Kontrastmittelaufnahme'],
		patterns: {
			none: ['KM-0', southRadiology, 'keine'],
			nodular: ['KM-K', southRadiology, 'knotig'],
			rim: ['KM-R', southRadiology, 'randstaendig'],
		},
	},
	genome: {
		share: 0.84,
		contigPrefix: '',
		laboratoryNumbers: true,
		info: { gene: 'SYMBOL', consequence: 'EFFEKT', significance: 'CLIN' },
		consequences: { missense_variant: 'Missense', stop_gained: 'Nonsense', synonymous_variant: 'Stumm' },
		significances: { pathogenic: 'Klasse5', likely_pathogenic: 'Klasse4', uncertain_significance: 'Klasse3' },
		genes: {},
		covers: 'all',
		depths: true,
	},
	clinical: {
		identifierSystem: 'https://south.example/patientennummer',
		conditionSystem: 'https://south.example/diagnosen',
		conditions: {
			'C71.9': 'GBM-LOC',
			'C71.1': 'GLIOM-FR',
			'C71.2': 'GLIOM-TE',
			'D32.0': 'MENINGEOM',
			'C79.3': 'HIRNMET',
		},
		methylation: ['MGMT', southLaboratory, 'MGMT-Promotor'],
		methylations: {
			methylated: ['M', southLaboratory, 'methyliert'],
			unmethylated: ['U', southLaboratory, 'nicht methyliert'],
		},
		inconclusive: ['?', southLaboratory, 'nicht beurteilbar'],
		methylationShare: 0.8,
		age: ['ALTER', southLaboratory, 'Alter bei Diagnose'],
		survival: ['UEBERLEBEN', southLaboratory, 'Ueberleben in Tagen'],
		survivalShare: 0.84,
		vitalStatus: ['STATUS', southLaboratory, 'Status'],
		vitalStates: { alive: ['LEBT', southLaboratory, 'lebt'], dead: ['TOT', southLaboratory, 'verstorben'] },
	},
	radiomics: {
		file: 'radiomik.tsv',
		separator: '\t',
		patient: 'Patientennummer',
		day: 'Datum',
		sphericity: 'Sphaerizitaet',
		volume: null,
	},
	consents: [
		['all', 70],
		['imaging-only', 10],
		['withdrawn', 5],
		['refused', 3],
		['expired', 3],
		['none', 9],
	],
};

const eastCodes = 'https://east.example/codes';
const scanResults = '99EAST';

/** An older scanner park: some patients have a CT alone; volumes in mm3, variant terms in MAF and old gene names. */
const east: HospitalProfile = {
	id: 'east',
	name: 'East Community Hospital',
	weight: 22,
	recordPrefix: 'E',
	imaging: {
		share: 0.92,
		ct: 0.22,
		contrast: 0.85,
		bodyPart: 'NEURO',
		reported: 0.9,
		volumeUnit: 'mm3',
		volume: dictionaryConcepts.volume,
		pattern: ['ENH', scanResults, 'Enhancement'],
		patterns: {
			none: ['E0', scanResults, 'No enhancement'],
			nodular: ['E1', scanResults, 'Nodular enhancement'],
			rim: ['E2', scanResults, 'Ring enhancement'],
		},
	},
	genome: {
		share: 0.72,
		contigPrefix: 'chr',
		laboratoryNumbers: false,
		info: { gene: 'GENE', consequence: 'CSQ_TERM', significance: 'CLNSIG' },
		consequences: { missense_variant: 'Missense_Mutation', stop_gained: 'Nonsense_Mutation' },
		significances: { pathogenic: 'Pathogenic', likely_pathogenic: 'Likely_pathogenic' },
		genes: { EGFR: 'ERBB1', CDKN2A: 'P16' },
		covers: 'all',
		depths: true,
	},
	clinical: {
		identifierSystem: null,
		conditionSystem: icd10,
		conditions: {},
		methylation: ['LAB-4471', eastCodes, 'MGMT promoter'],
		methylations: {
			methylated: ['POS', eastCodes, 'Positive'],
			unmethylated: ['NEG', eastCodes, 'Negative'],
		},
		inconclusive: ['IND', eastCodes, 'Indeterminate'],
		methylationShare: 0.7,
		age: ['AGE_DX', eastCodes, 'Age at diagnosis'],
		survival: ['OS_DAYS', eastCodes, 'Overall survival'],
		survivalShare: 0.8,
		vitalStatus: ['VITAL', eastCodes, 'Vital status'],
		vitalStates: { alive: ['A', eastCodes, 'Alive'], dead: ['D', eastCodes, 'Deceased'] },
	},
	radiomics: {
		file: 'features.csv',
		separator: ',',
		patient: 'MRN',
		day: 'StudyDate',
		sphericity: 'SHAPE_SPHER',
		volume: null,
	},
	consents: [
		['all', 68],
		['imaging-only', 8],
		['withdrawn-by-list', 8],
		['refused', 3],
		['expired', 3],
		['none', 10],
	],
};

const westFindings: Concept = ['W-ENH', '99WEST', 'Contrast enhancement'];

/** A small centre: a gene panel instead of genomes, and tumour volumes from the radiomics table alone. */
const west: HospitalProfile = {
	id: 'west',
	name: 'West Cancer Centre',
	weight: 16,
	recordPrefix: 'W',
	imaging: {
		...north.imaging,
		share: 0.9,
		contrast: 0.88,
		reported: 0.88,
		volumeUnit: null,
		pattern: westFindings,
		patterns: dictionaryConcepts.patterns,
	},
	genome: {
		share: 0.88,
		contigPrefix: '',
		laboratoryNumbers: false,
		info: north.genome.info,
		consequences: {},
		significances: {},
		genes: {},
		covers: ['IDH1', 'IDH2', 'EGFR', 'TP53', 'PTEN', 'TERT', 'ATRX', 'BRAF'],
		depths: false,
	},
	clinical: {
		...north.clinical,
		identifierSystem: 'urn:oid:2.16.840.1.113883.3.9621.1.4',
		methylationShare: 0.75,
	},
	radiomics: {
		file: 'shape-features.csv',
		separator: ',',
		patient: 'pid',
		day: 'date',
		sphericity: 'Sph',
		volume: 'Vol_mm3',
	},
	consents: [
		['all', 73],
		['imaging-only', 9],
		['withdrawn', 5],
		['refused', 2],
		['expired', 4],
		['none', 7],
	],
};

/** The first `count` hospitals; beyond four they repeat, with a number to their name. */
export function hospitalProfiles(count: number): readonly HospitalProfile[] {
	const kinds = [north, south, east, west];
	return Array.from({ length: count }, (_, index) => {
		const kind = kinds[index % kinds.length] ?? north;
		const round = Math.floor(index / kinds.length);
		if (round === 0) return kind;
		return { ...kind, id: `${kind.id}-${round + 1}`, name: `${kind.name} ${round + 1}` };
	});
}
