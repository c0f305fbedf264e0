// One patient with nothing known, and pieces to add to them, for the tests of this folder.

import type { GenotypeFact, PatientRecord, Zygosity } from './patient-record.ts';

export const blank: PatientRecord = {
	patient: 'p',
	examined: { image: false, genomes: [], clinical: false },
	series: [],
	values: [],
	genotypes: [],
	conditions: [],
};

/** A patient whose image and clinic were looked at, and whole genome on GRCh38. */
export const examined: PatientRecord = {
	...blank,
	examined: { image: true, genomes: [{ assembly: 'GRCh38', genes: 'all', variants: 'all' }], clinical: true },
};

/** IDH1 R132H, heterozygous or as told, annotated missense and pathogenic or as told. */
export function r132h(zygosity: Zygosity, change: Partial<GenotypeFact> = {}): GenotypeFact {
	return {
		assembly: 'GRCh38',
		contig: '2',
		position: 208_248_388,
		ref: 'C',
		alt: 'T',
		gene: 'IDH1',
		consequence: 'missense_variant',
		significance: 'pathogenic',
		zygosity,
		...change,
	};
}
