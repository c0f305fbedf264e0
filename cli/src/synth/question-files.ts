// The questions that come with a synthetic network: a count, a histogram and a table, each noised and exact.

import { projectId } from './network-file.ts';

export interface QuestionFile {
	/** Below the folder's `questions/`. */
	readonly name: string;
	readonly text: string;
}

const brainTumour = { condition: { code: 'C71' } };
const contrastMr = { imaging: { modality: 'MR', bodyPart: 'BRAIN', contrast: true } };

const harmful = (symbol: string): unknown => ({
	gene: { symbol, significance: ['pathogenic', 'likely_pathogenic'] },
});

const questions = [
	{
		name: 'count',
		title: 'Malignant brain tumours with a contrast-enhanced MR and a pathogenic IDH1 variant',
		cohort: { all: [brainTumour, contrastMr, harmful('IDH1')] },
		ask: { count: {} },
		epsilon: 0.5,
	},
	{
		name: 'histogram',
		title: 'Tumour volume where EGFR is altered',
		cohort: { all: [brainTumour, harmful('EGFR')] },
		ask: { histogram: { of: 'tumor-volume' } },
		epsilon: 1,
	},
	{
		name: 'table',
		title: 'Enhancement pattern by MGMT promoter methylation',
		cohort: { all: [brainTumour, contrastMr] },
		ask: { table: { rows: { element: 'enhancement-pattern' }, columns: { element: 'mgmt-methylation' } } },
		epsilon: 1,
	},
] as const;

export const questionFiles: readonly QuestionFile[] = questions.flatMap(
	({ name, title, cohort, ask, epsilon }) =>
		(['noised', 'exact'] as const).map((mechanism) => {
			const release = mechanism === 'noised' ? { mechanism, epsilon } : { mechanism };
			const question = {
				cordon: 1,
				title: `${title} (${mechanism})`,
				project: projectId,
				purpose: 'HMB',
				cohort,
				ask,
				release,
			};
			return { name: `${name}-${mechanism}.json`, text: `${JSON.stringify(question, null, '\t')}\n` };
		}),
);
