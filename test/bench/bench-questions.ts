// What a bench asks a synthetic network: how many patients have a brain tumour and a contrast-enhanced MR.

import { sessionParameters } from '@cordon/shared';

export interface BenchQuestion {
	readonly name: 'noised';
	readonly content: { readonly cohort: unknown; readonly release: object };
}

const question = {
	cordon: 1,
	title: 'Malignant brain tumours with a contrast-enhanced MR and a pathogenic IDH1 variant',
	project: 'glioma',
	purpose: 'HMB',
	cohort: {
		all: [
			{ condition: { code: 'C71' } },
			{ imaging: { modality: 'MR', bodyPart: 'BRAIN', contrast: true } },
			{ gene: { symbol: 'IDH1', significance: ['pathogenic', 'likely_pathogenic'] } },
		],
	},
	ask: { count: {} },
} as const;

/** Noised ones alone: the same patients asked for exactly in other words are withheld from the second time on. */
export const benchQuestions: readonly BenchQuestion[] = [
	{ name: 'noised', content: { ...question, release: { mechanism: 'noised', epsilon: 0.5 } } },
];

/** How many hospitals' last words open the sum. */
export function minimumOf({ name }: BenchQuestion, hospitals: number): number {
	const parameters = sessionParameters(hospitals, { colluders: null }, name);
	if (!parameters.ok) throw new Error('so few hospitals form no session');
	return parameters.value.minimum;
}
