// The biology that is planted in a synthetic network: which traits of a tumour and a patient go together.

import type { EnhancementPattern, Methylation } from './hospital-profile.ts';
import type { SeededStream, Weighted } from './seeded-stream.ts';

export type Diagnosis = 'glioblastoma' | 'astrocytoma' | 'meningioma' | 'metastasis';

export interface Tumour {
	readonly diagnosis: Diagnosis;
	/** ICD-10. */
	readonly condition: string;
	readonly idh1: boolean;
	readonly egfr: boolean;
	readonly methylation: Methylation;
	readonly pattern: EnhancementPattern;
	/** Microlitres, odd: no volume lies on an edge of a bin, whatever unit it travels in. */
	readonly volumeUl: number;
	readonly sphericityE4: number;
	readonly ageYears: number;
	readonly survivalDays: number;
}

const diagnoses: readonly Weighted<Diagnosis>[] = [
	['glioblastoma', 64],
	['astrocytoma', 14],
	['meningioma', 13],
	['metastasis', 9],
];

const conditions: Readonly<Record<Diagnosis, readonly Weighted<string>[]>> = {
	glioblastoma: [
		['C71.9', 50],
		['C71.1', 28],
		['C71.2', 22],
	],
	astrocytoma: [
		['C71.1', 45],
		['C71.2', 35],
		['C71.9', 20],
	],
	meningioma: [['D32.0', 1]],
	metastasis: [['C79.3', 1]],
};

const idh1Share: Readonly<Record<Diagnosis, number>> = {
	glioblastoma: 0.1,
	astrocytoma: 0.75,
	meningioma: 0.002,
	metastasis: 0.01,
};

/**
 * Planted: unmethylated MGMT with rim enhancement, EGFR alteration with volume, IDH1 mutation with youth,
 * methylation and long survival. The strengths are in the order of what is published on glioblastoma.
 */
export function drawTumour(stream: SeededStream): Tumour {
	const diagnosis = stream.pick(diagnoses);
	const idh1 = stream.chance(idh1Share[diagnosis]);
	const egfr = stream.chance(diagnosis === 'glioblastoma' && !idh1 ? 0.42 : 0.04);
	const methylation = stream.chance(idh1 ? 0.8 : 0.42) ? 'methylated' : 'unmethylated';
	const pattern = stream.pick(patternsOf(methylation));
	const ageYears = clamp(Math.round(stream.normal(idh1 ? 42 : 61, 11)), 18, 94);
	return {
		diagnosis,
		condition: stream.pick(conditions[diagnosis]),
		idh1,
		egfr,
		methylation,
		pattern,
		volumeUl: drawVolume(stream, egfr ? 58 : 30),
		sphericityE4: clamp(Math.round(stream.normal(pattern === 'rim' ? 5600 : 6500, 900)), 1500, 9800),
		ageYears,
		survivalDays: drawSurvival(stream, { diagnosis, idh1, ageYears }),
	};
}

function patternsOf(methylation: Methylation): readonly Weighted<EnhancementPattern>[] {
	if (methylation === 'unmethylated') {
		return [
			['rim', 70],
			['nodular', 18],
			['none', 12],
		];
	}
	return [
		['rim', 34],
		['nodular', 40],
		['none', 26],
	];
}

/** Around the median in mL, skewed to the right, below 195 mL. */
function drawVolume(stream: SeededStream, medianMl: number): number {
	const spread = stream.normal(0, 0.55);
	const factor = spread >= 0 ? 1 + spread + spread * spread : 1 / (1 - spread + spread * spread);
	return clamp(Math.round(medianMl * factor * 1000), 301, 194_999) | 1;
}

function drawSurvival(
	stream: SeededStream,
	tumour: { readonly diagnosis: Diagnosis; readonly idh1: boolean; readonly ageYears: number },
): number {
	const medianDays = { glioblastoma: 430, astrocytoma: 900, meningioma: 2600, metastasis: 300 }[
		tumour.diagnosis
	];
	const prognosis = (tumour.idh1 ? 2.4 : 1) * (1 + (60 - tumour.ageYears) * 0.008);
	// A sum of two uniforms, skewed, with median near 1: no exponential, hence the same bits in every engine.
	const luck = 0.05 + (stream.unit() + stream.unit()) ** 2;
	return clamp(Math.round(medianDays * prognosis * luck), 3, 3600);
}

function clamp(value: number, low: number, high: number): number {
	return Math.min(high, Math.max(low, value));
}
