// Decides whether a question from outside is one that every hospital will understand alike, for researcher and node.

import type { Dictionary } from '../dictionary/dictionary.ts';
import { dictionaryLookup } from '../dictionary/dictionary-lookup.ts';
import { err, ok, type Result } from '../result.ts';
import { Issues } from './input-issues.ts';
import { askKindOf, parseAsk } from './parse-ask.ts';
import { parseCohort } from './parse-cohort.ts';
import { parseRelease } from './parse-release.ts';
import type { InputIssue, Question } from './query.ts';
import { questionSchema } from './question-schema.ts';
import { readObject } from './read-object.ts';
import { checkJsonValue, parseStrictJson } from './strict-json.ts';

/**
 * Reads a question that is already a JSON value. Use `parseQuestionText` where the text is at hand: duplicate keys
 * can only be seen there.
 *
 * Shape   the question in the dictionary's units, contigs without `chr`, alleles in capitals, epsilon in millionths.
 * Units   `epsilonMicros` is there if and only if the mechanism is noised.
 * Errors  every mistake found, at most 32, each with its JSON pointer and the nearest valid names.
 */
export function parseQuestion(
	input: unknown,
	dictionary: Dictionary,
): Result<Question, readonly InputIssue[]> {
	const issues = new Issues();
	checkJsonValue(input, issues);
	if (issues.list.length > 0) return err(issues.list);
	const reading = { dictionary, lookup: dictionaryLookup(dictionary), issues };
	const file = readObject(questionSchema, input, [], issues);
	// The trees are read even where the frame is wrong, so that one run shows all mistakes.
	const { cohort: cohortInput, ask: askInput, release: releaseInput } = file ?? partsOf(input);
	const cohort = parseCohort(cohortInput, ['cohort'], reading);
	const ask = parseAsk(askInput, ['ask'], reading);
	const release = parseRelease(releaseInput, ask === null ? 'count' : askKindOf(ask), ['release'], reading);
	if (issues.list.length > 0 || file === null || cohort === null || ask === null || release === null) {
		return err(issues.list);
	}
	const { project, purpose } = file;
	return ok({ project, purpose, query: { cordon: 1, cohort, ask }, release });
}

/** Reads a question file: as `parseQuestion`, and refuses texts that two readers could understand differently. */
export function parseQuestionText(
	text: string,
	dictionary: Dictionary,
): Result<Question, readonly InputIssue[]> {
	const json = parseStrictJson(text);
	return json.ok ? parseQuestion(json.value, dictionary) : json;
}

function partsOf(input: unknown): {
	readonly cohort?: unknown;
	readonly ask?: unknown;
	readonly release?: unknown;
} {
	return typeof input === 'object' && input !== null ? input : {};
}
