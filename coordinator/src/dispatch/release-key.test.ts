import type { Question } from '@cordon/shared';
import { describe, expect, it } from 'vitest';
import { type KeyFacts, releaseKeyOf } from './release-key.ts';

const [a, b] = [{ gene: { symbol: 'IDH1' } }, { condition: { code: 'C71' } }] as const;
const question: Question = {
	project: 'glioma',
	purpose: 'HMB',
	query: { cordon: 1, cohort: { all: [a, b] }, ask: { count: {} } },
	release: { mechanism: 'noised', epsilonMicros: 500_000 },
};
const facts: KeyFacts = { manifest: 'a'.repeat(64), nowMs: Date.UTC(2026, 10, 1), receiverKey: null };
const key = releaseKeyOf(question, facts);
const lastMs = Date.UTC(2026, 11, 1) - 1;

describe('releaseKeyOf', () => {
	it.each<[string, Question]>([
		['operands in another order', { ...question, query: { ...question.query, cohort: { all: [b, a] } } }],
		[
			'doubled and nested operands',
			{ ...question, query: { ...question.query, cohort: { all: [b, { all: [a, b] }] } } },
		],
	])('is one for %s', (_what, other) => {
		expect(releaseKeyOf(other, facts)).toBe(key);
	});

	it('is one from the first to the last moment of a month', () => {
		expect(releaseKeyOf(question, { ...facts, nowMs: lastMs })).toBe(key);
	});

	it.each<[string, Question, Partial<typeof facts>]>([
		['manifest', question, { manifest: 'b'.repeat(64) }],
		['receiver of a blind network', question, { receiverKey: 'R' }],
		['month', question, { nowMs: lastMs + 1 }],
		['year', question, { nowMs: Date.UTC(2027, 10, 1) }],
		['project', { ...question, project: 'lung' }, {}],
		['purpose', { ...question, purpose: 'GRU' }, {}],
		['epsilon', { ...question, release: { mechanism: 'noised', epsilonMicros: 500_001 } }, {}],
		['mechanism', { ...question, release: { mechanism: 'exact' } }, {}],
		['cohort', { ...question, query: { ...question.query, cohort: { any: [a, b] } } }, {}],
		['ask', { ...question, query: { ...question.query, ask: { exists: {} } } }, {}],
	])('is another for another %s', (_what, other, change) => {
		expect(releaseKeyOf(other, { ...facts, ...change })).not.toBe(key);
	});
});
