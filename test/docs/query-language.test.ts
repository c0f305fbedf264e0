// Every example of docs/query-language.md parses with the dictionary that comes with Cordon, and fits the JSON Schema.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadDefaultDictionary } from '@cordon/policies';
import { makePlan, parseQuestionText, questionJsonSchema } from '@cordon/shared';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';

const page = readFileSync(join(import.meta.dirname, '../../docs/query-language.md'), 'utf8');
const examples = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text]) => text ?? '');
const dictionary = loadDefaultDictionary();

describe('docs/query-language.md', () => {
	it('has an example of every ask and fact', () => {
		expect(examples.length).toBeGreaterThanOrEqual(6);
		for (const key of [
			'exists',
			'count',
			'histogram',
			'table',
			'imaging',
			'element',
			'gene',
			'variant',
			'condition',
		]) {
			expect(
				examples.some((text) => text.includes(`"${key}"`)),
				key,
			).toBe(true);
		}
	});

	it.each(examples)('has an example that can be asked: %#', (text) => {
		const question = parseQuestionText(text, dictionary);
		expect(question.ok ? [] : question.error).toEqual([]);
		expect(question.ok && makePlan(question.value, dictionary, 256).ok).toBe(true);
	});

	it.each(examples)('has an example that editors accept: %#', (text) => {
		const validate = new Ajv2020({ strict: false }).compile(questionJsonSchema() as object);
		expect(validate(JSON.parse(text)) ? [] : validate.errors).toEqual([]);
	});
});

describe('questionJsonSchema', () => {
	const validate = new Ajv2020({ strict: false }).compile(questionJsonSchema() as object);
	const good: unknown = JSON.parse(examples[0] ?? '{}');

	it.each([
		{ colour: 1 },
		{ cordon: 2 },
		{ cohort: { all: [] } },
		{ cohort: { gene: { symbol: 'IDH1', effect: 'x' } } },
		{ ask: { histogram: { of: 'age', bins: [1] } } },
		{ release: { mechanism: 'raw' } },
		{ release: { mechanism: 'noised', epsilon: 0.009 } },
		{ release: { mechanism: 'noised', epsilon: 10.1 } },
	])('refuses what the parser refuses for its shape: %j', (change) => {
		expect(validate({ ...(good as object), ...change })).toBe(false);
	});
});
