// Decides whether the answer to another query answers this question too, for the researcher who is shown it in its place.

import {
	dictionaryHash,
	epochOf,
	manifestHash,
	parseDictionary,
	parseQuestion,
	parseSignedManifest,
	queryHash,
	verifySignedManifest,
} from '@cordon/shared';

export interface ReplayFacts {
	/** As it was asked, not yet known to mean anything. */
	readonly question: unknown;
	readonly askedMs: number;
	/** Of the profile: the manifest that it signed is the network's. */
	readonly coordinatorKey: string;
	/** What the coordinator serves as its signed manifest and its dictionary; neither is believed unseen. */
	readonly manifest: unknown;
	readonly dictionary: unknown;
}

/**
 * The coordinator could show any answer that it has signed before. So what ours means is computed here, with the
 * dictionary that all members signed, and must be what the answer says it is an answer to.
 *
 * Shape   null: it is ours; else why not. The answer's signature and receipt are checked elsewhere.
 */
export function whyNoReplay(answer: Readonly<Record<string, unknown>>, facts: ReplayFacts): string | null {
	const signed = parseSignedManifest(facts.manifest);
	const manifest = signed.ok ? verifySignedManifest(signed.value, facts.coordinatorKey) : signed;
	if (!manifest.ok) return 'the manifest is not one that all members signed';
	const dictionary = parseDictionary(facts.dictionary);
	if (!dictionary.ok || dictionaryHash(dictionary.value) !== manifest.value.dictionary)
		return "the dictionary is not the manifest's";
	const question = parseQuestion(facts.question, dictionary.value);
	if (!question.ok) return 'the question cannot be read';
	const { project, purpose, query, release } = question.value;
	const wanted: Readonly<Record<string, unknown>> = {
		status: 'released',
		manifest: manifestHash(manifest.value),
		project,
		purpose,
		queryHash: queryHash(query),
		mechanism: release.mechanism,
		epsilon: release.epsilonMicros === undefined ? null : release.epsilonMicros / 1e6,
	};
	const other = Object.keys(wanted).find((key) => answer[key] !== wanted[key]);
	if (other !== undefined) return `it has another ${other}`;
	return isOfMonth(answer['releasedAtHour'], facts.askedMs) ? null : 'it is of an earlier month';
}

/** One that was asked for at the end of a month may have been released at the beginning of the next. */
function isOfMonth(hour: unknown, askedMs: number): boolean {
	const releasedMs = typeof hour === 'string' ? Date.parse(hour) : Number.NaN;
	return Number.isFinite(releasedMs) && epochOf(releasedMs).label >= epochOf(askedMs).label;
}
