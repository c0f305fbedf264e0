// What a good question becomes once it is parsed, and that nothing of it is lost.

import { describe, expect, it } from 'vitest';
import { sampleDictionary } from '../dictionary/sample-dictionary.ts';
import { parseQuestion, parseQuestionText } from './parse-question.ts';
import type { Cohort, Question } from './query.ts';
import { toQuestionJson } from './question-json.ts';

const frame = {
	cordon: 1,
	project: 'glioma',
	purpose: 'HMB',
	cohort: { condition: { code: 'C71' } },
	ask: { count: {} },
	release: { mechanism: 'noised', epsilon: 0.5 },
};

function parsed(change: object): Question {
	const question = parseQuestion({ ...frame, ...change }, sampleDictionary);
	if (!question.ok) throw new Error(JSON.stringify(question.error));
	return question.value;
}

function cohortOf(cohort: unknown): Cohort {
	return parsed({ cohort }).query.cohort;
}

describe('parseQuestion', () => {
	it('gives project, purpose, query and release of a good question', () => {
		expect(parsed({ title: 'Brain tumours' })).toEqual({
			project: 'glioma',
			purpose: 'HMB',
			query: { cordon: 1, cohort: { condition: { code: 'C71' } }, ask: { count: {} } },
			release: { mechanism: 'noised', epsilonMicros: 500_000 },
		});
	});

	it('turns limits into the dictionary unit', () => {
		expect(cohortOf({ element: { id: 'tumor-volume', ge: 10_000, lt: 50_000, unit: 'mm3' } })).toEqual({
			element: { id: 'tumor-volume', ge: 10, lt: 50, unit: 'mL' },
		});
		expect(cohortOf({ element: { id: 'age', gt: 18_262.5, unit: 'd' } })).toEqual({
			element: { id: 'age', gt: 50, unit: 'a' },
		});
	});

	it.each([
		['chr2', '2'],
		['CHR2', '2'],
		['chrx', 'X'],
		['chrM', 'MT'],
		['MT', 'MT'],
	])('writes the contig %s as %s and alleles in capitals', (contig, expected) => {
		const variant = { assembly: 'GRCh38', contig, position: 208_248_388, ref: 'c', alt: 'ta' };
		expect(cohortOf({ variant })).toEqual({ variant: { ...variant, contig: expected, ref: 'C', alt: 'TA' } });
	});

	it('reads a tree of every kind of node', () => {
		const cohort = {
			all: [
				{ imaging: { modality: 'MR', bodyPart: 'BRAIN', contrast: true } },
				{
					any: [
						{ gene: { symbol: 'IDH1', consequence: ['missense_variant'], significance: ['pathogenic'] } },
					],
				},
				{ not: { element: { id: 'mgmt-methylation', in: ['methylated'] } } },
				{ element: { id: 'age', ge: 18, le: 90, unit: 'a' } },
			],
		};
		expect(cohortOf(cohort)).toEqual(cohort);
	});

	it.each<[object, number]>([
		[{ exists: {} }, 100_000],
		[{ count: {} }, 100_000],
		[{ histogram: { of: 'age' } }, 500_000],
		[{ table: { rows: { element: 'age' }, columns: { gene: { symbol: 'EGFR' } } } }, 1_000_000],
	])('charges %j by default %d millionths', (ask, epsilonMicros) => {
		expect(parsed({ ask, release: { mechanism: 'noised' } }).release).toEqual({
			mechanism: 'noised',
			epsilonMicros,
		});
		const { release: _, ...unsaid } = frame;
		const question = parseQuestion({ ...unsaid, ask }, sampleDictionary);
		expect(question.ok && question.value.release).toEqual({ mechanism: 'noised', epsilonMicros });
	});

	it.each([
		[0.01, 10_000],
		[0.1, 100_000],
		[0.3, 300_000],
		[1.1, 1_100_000],
		[0.123457, 123_457],
		[10, 10_000_000],
	])('reads epsilon %d as %d millionths', (epsilon, epsilonMicros) => {
		expect(parsed({ release: { mechanism: 'noised', epsilon } }).release.epsilonMicros).toBe(epsilonMicros);
	});

	it('reads an exact release, which has no epsilon', () => {
		expect(parsed({ release: { mechanism: 'exact' } }).release).toEqual({ mechanism: 'exact' });
	});
});

describe('toQuestionJson', () => {
	it.each([
		[{}],
		[{ release: { mechanism: 'exact' } }],
		[{ release: { mechanism: 'noised', epsilon: 0.7 } }],
		[{ cohort: { element: { id: 'tumor-volume', ge: 10_000, unit: 'mm3' } } }],
		[{ ask: { table: { rows: { element: 'age' }, columns: { condition: { code: 'C34' } } } } }],
	])('writes a question that parses to the same one: %j', (change) => {
		const question = parsed(change);
		const text = JSON.stringify(toQuestionJson(question));
		expect(parseQuestionText(text, sampleDictionary)).toEqual({ ok: true, value: question });
	});
});
