// Which questions are refused, where the mistake is said to be, and what is offered instead.

import { describe, expect, it } from 'vitest';
import { sampleDictionary } from '../dictionary/sample-dictionary.ts';
import { parseQuestion, parseQuestionText } from './parse-question.ts';
import type { InputIssue } from './query.ts';

const fact = { condition: { code: 'C71' } };
const frame = {
	cordon: 1,
	project: 'glioma',
	purpose: 'HMB',
	cohort: fact,
	ask: { count: {} },
	release: { mechanism: 'noised', epsilon: 0.5 },
};

function issuesOf(change: object): readonly InputIssue[] {
	const question = parseQuestion({ ...frame, ...change }, sampleDictionary);
	return question.ok ? [] : question.error;
}

const variant = { assembly: 'GRCh38', contig: '2', position: 1, ref: 'C', alt: 'T' };
const element = (body: object) => ({ element: body });

describe('parseQuestion on a mistaken cohort', () => {
	it.each<[string, unknown, string, string?]>([
		['an unknown kind of fact', { imagin: {} }, '/imagin', 'imaging'],
		['two kinds in one object', { ...fact, gene: { symbol: 'IDH1' } }, ''],
		['an object without a kind', {}, ''],
		['a text', 'C71', ''],
		['null', null, ''],
		['a list', [fact], ''],
		['an empty all', { all: [] }, '/all'],
		['an empty any', { any: [] }, '/any'],
		['an all that is no list', { all: fact }, '/all'],
		['a not of a list', { not: [fact] }, '/not'],
		['an imaging fact without keys', { imaging: {} }, '/imaging'],
		['an unknown imaging key', { imaging: { modality: 'MR', slice: 1 } }, '/imaging/slice'],
		['an unknown modality', { imaging: { modality: 'MRI' } }, '/imaging/modality', 'MR'],
		['an unknown body part', { imaging: { bodyPart: 'Brain' } }, '/imaging/bodyPart', 'BRAIN'],
		['a contrast that is a text', { imaging: { contrast: 'yes' } }, '/imaging/contrast'],
		['an unknown gene', { gene: { symbol: 'IDH' } }, '/gene/symbol', 'IDH1'],
		[
			'an unknown consequence',
			{ gene: { symbol: 'IDH1', consequence: ['missense'] } },
			'/gene/consequence/0',
			'missense_variant',
		],
		['an empty list of consequences', { gene: { symbol: 'IDH1', consequence: [] } }, '/gene/consequence'],
		[
			'an unknown significance',
			{ gene: { symbol: 'IDH1', significance: ['benign', 'pathogen'] } },
			'/gene/significance/1',
			'pathogenic',
		],
		[
			'a significance given twice',
			{ gene: { symbol: 'IDH1', significance: ['benign', 'benign'] } },
			'/gene/significance/1',
		],
		['an unknown condition', { condition: { code: 'C71.99' } }, '/condition/code', 'C71.9'],
		['a condition with a system', { condition: { code: 'C71', system: 'x' } }, '/condition/system'],
		['an unknown assembly', { variant: { ...variant, assembly: 'GRCh39' } }, '/variant/assembly', 'GRCh37'],
		['an unknown contig', { variant: { ...variant, contig: '23' } }, '/variant/contig'],
		['a patch contig', { variant: { ...variant, contig: 'chr1_KI270706v1_random' } }, '/variant/contig'],
		['position 0', { variant: { ...variant, position: 0 } }, '/variant/position'],
		['half a position', { variant: { ...variant, position: 1.5 } }, '/variant/position'],
		['a position as text', { variant: { ...variant, position: '1' } }, '/variant/position'],
		['an allele with N', { variant: { ...variant, alt: 'TN' } }, '/variant/alt'],
		['a symbolic allele', { variant: { ...variant, alt: '<DEL>' } }, '/variant/alt'],
		['an empty allele', { variant: { ...variant, ref: '' } }, '/variant/ref'],
		['an allele that equals the reference', { variant: { ...variant, alt: 'c' } }, '/variant/alt'],
		[
			'a variant without alt',
			{ variant: { assembly: 'GRCh38', contig: '2', position: 1, ref: 'C' } },
			'/variant/alt',
		],
	])('refuses %s', (_, cohort, path, nearest) => {
		const [issue] = issuesOf({ cohort });
		expect(issue?.path).toBe(`/cohort${path}`);
		if (nearest !== undefined) expect(issue?.nearest[0]).toBe(nearest);
	});

	it.each<[string, object, string, string?]>([
		['an unknown element', { id: 'tumour-volume', ge: 1, unit: 'mL' }, '/id', 'tumor-volume'],
		['a number without a unit', { id: 'tumor-volume', ge: 1 }, '/unit'],
		['a number without a comparison', { id: 'tumor-volume', unit: 'mL' }, ''],
		['a number with a list', { id: 'age', in: ['1'], ge: 1, unit: 'a' }, '/in'],
		['a unit of another quantity', { id: 'tumor-volume', ge: 1, unit: 'mm' }, '/unit', 'mL'],
		['a misspelt unit', { id: 'tumor-volume', ge: 1, unit: 'ML' }, '/unit', 'mL'],
		['an unknown comparison', { id: 'age', eq: 1, unit: 'a' }, '/eq'],
		['a limit as text', { id: 'age', ge: '1', unit: 'a' }, '/ge'],
		['a limit above the bounds', { id: 'age', ge: 91, unit: 'a' }, '/ge'],
		['a limit below the bounds', { id: 'age', le: -1, unit: 'a' }, '/le'],
		['a limit that is above the bounds once converted', { id: 'tumor-volume', ge: 1, unit: 'L' }, '/ge'],
		['more than the highest value', { id: 'age', gt: 90, unit: 'a' }, '/gt'],
		['less than the lowest value', { id: 'age', lt: 0, unit: 'a' }, '/lt'],
		['limits that exclude each other', { id: 'age', ge: 60, lt: 50, unit: 'a' }, ''],
		['limits that leave no number between', { id: 'age', ge: 50, lt: 50, unit: 'a' }, ''],
		['a code with a comparison', { id: 'mgmt-methylation', ge: 1, in: ['methylated'] }, '/ge'],
		['a code with a unit', { id: 'mgmt-methylation', unit: '1', in: ['methylated'] }, '/unit'],
		['a code without a list', { id: 'mgmt-methylation' }, ''],
		['an unknown value', { id: 'mgmt-methylation', in: ['methylatd'] }, '/in/0', 'methylated'],
		['the category of the unknown', { id: 'mgmt-methylation', in: ['unknown'] }, '/in/0'],
	])('refuses %s', (_, body, path, nearest) => {
		const [issue] = issuesOf({ cohort: element(body) });
		expect(issue?.path).toBe(`/cohort/element${path}`);
		if (nearest !== undefined) expect(issue?.nearest[0]).toBe(nearest);
	});

	it('reads a tree of 16 levels and 256 nodes, and refuses one more of either', () => {
		const deep = (levels: number): unknown => (levels === 1 ? fact : { not: deep(levels - 1) });
		expect(issuesOf({ cohort: deep(16) })).toEqual([]);
		expect(issuesOf({ cohort: deep(17) })).toHaveLength(1);
		const wide = (nodes: number): unknown => ({ any: Array.from({ length: nodes - 1 }, () => fact) });
		expect(issuesOf({ cohort: wide(256) })).toEqual([]);
		expect(issuesOf({ cohort: wide(257) })).toHaveLength(1);
	});
});

describe('parseQuestion on a mistaken frame', () => {
	it.each<[string, object, string]>([
		['another version', { cordon: 2 }, '/cordon'],
		['an unknown key', { projct: 'x' }, '/projct'],
		['a project that is no id', { project: "x'; drop table" }, '/project'],
		['a purpose that is no term', { purpose: 'because' }, '/purpose'],
		['an unknown ask', { ask: { histgram: { of: 'age' } } }, '/ask/histgram'],
		['two asks', { ask: { count: {}, exists: {} } }, '/ask'],
		['a count with a key', { ask: { count: { of: 'age' } } }, '/ask/count/of'],
		['a histogram of an unknown element', { ask: { histogram: { of: 'ages' } } }, '/ask/histogram/of'],
		[
			'a histogram with its own bins',
			{ ask: { histogram: { of: 'age', bins: [0, 1] } } },
			'/ask/histogram/bins',
		],
		['a table without columns', { ask: { table: { rows: { element: 'age' } } } }, '/ask/table/columns'],
		[
			'a table by a comparison',
			{ ask: { table: { rows: { element: { id: 'age', ge: 1, unit: 'a' } }, columns: { element: 'age' } } } },
			'/ask/table/rows/element',
		],
		[
			'a table by a tree',
			{ ask: { table: { rows: { not: fact }, columns: { element: 'age' } } } },
			'/ask/table/rows/not',
		],
		['an unknown mechanism', { release: { mechanism: 'raw' } }, '/release/mechanism'],
		['a release without a mechanism', { release: { epsilon: 1 } }, '/release/mechanism'],
		['an exact release with epsilon', { release: { mechanism: 'exact', epsilon: 1 } }, '/release/epsilon'],
		['epsilon 0', { release: { mechanism: 'noised', epsilon: 0 } }, '/release/epsilon'],
		['a negative epsilon', { release: { mechanism: 'noised', epsilon: -1 } }, '/release/epsilon'],
		['an epsilon over 10', { release: { mechanism: 'noised', epsilon: 10.000001 } }, '/release/epsilon'],
		['an epsilon under 0.01', { release: { mechanism: 'noised', epsilon: 0.009999 } }, '/release/epsilon'],
		[
			'an epsilon finer than a millionth',
			{ release: { mechanism: 'noised', epsilon: 1e-7 } },
			'/release/epsilon',
		],
		[
			'an epsilon between millionths',
			{ release: { mechanism: 'noised', epsilon: 0.1000005 } },
			'/release/epsilon',
		],
	])('refuses %s', (_, change, path) => {
		expect(issuesOf(change).map((issue) => issue.path)).toEqual([path]);
	});

	it('says what an epsilon may be', () => {
		const [tooSmall] = issuesOf({ release: { mechanism: 'noised', epsilon: 0.000001 } });
		expect(tooSmall?.message).toMatch(/^expected at least 0\.01/);
	});

	it('shows the mistakes of all parts at once', () => {
		const paths = issuesOf({ projct: 1, cohort: {}, ask: {}, release: {} }).map(({ path }) => path);
		expect(paths).toEqual(['/projct', '/cohort', '/ask', '/release/mechanism']);
	});

	it.each([null, 3, 'text', [], [frame]])('refuses %j, which is no question', (input) => {
		expect(parseQuestion(input, sampleDictionary).ok).toBe(false);
	});

	it('refuses names that every object has', () => {
		for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
			expect(issuesOf({ cohort: { gene: { symbol: name } } })).toHaveLength(1);
			expect(issuesOf({ cohort: { [name]: fact } })).not.toHaveLength(0);
			expect(issuesOf({ ask: { histogram: { of: name } } })).toHaveLength(1);
		}
	});
});

describe('parseQuestionText', () => {
	it('refuses a question whose cohort is given twice', () => {
		const text = JSON.stringify(frame).replace('"ask"', '"cohort":{"condition":{"code":"C34"}},"ask"');
		const question = parseQuestionText(text, sampleDictionary);
		expect(question.ok ? [] : question.error.map(({ path }) => path)).toEqual(['/cohort']);
	});
});
