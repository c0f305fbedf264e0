// Puts an answer together as the researcher receives it, and signs it with the coordinator's identity key.

import {
	canonicalJson,
	hashParts,
	type PublicCode,
	type PublicKeyText,
	type SigningSeed,
	signBytes,
	toBase64Url,
	toHex,
	verifyBytes,
	type Wire,
} from '@cordon/shared';
import type { AnswerBody, Participation, QueryRecord, SessionRecord } from '../session.ts';
import type { Released } from './decide-release.ts';
import type { SealedRelease } from './seal-release.ts';

const coarseReasons: Readonly<Record<Participation['state'], string>> = {
	waiting: 'no-answer',
	absent: 'no-answer',
	answering: 'left',
	left: 'left',
	refused: 'refused',
};

const failureMessages: Readonly<Record<PublicCode, string>> = {
	malformed: 'The hospitals could not read the question.',
	'not-authenticated': 'The hospitals did not accept the proof of who asks.',
	'not-permitted': 'The hospitals do not permit this question for this person, project and purpose.',
	'no-budget':
		"What is left of the privacy budget does not cover this question: a smaller epsilon may pass. An exact question is refused so where the month's number of cohorts is used up.",
	'too-few-hospitals': 'Too few hospitals took part for anything to be released.',
	subtraction:
		'Together with earlier exact answers it could tell of too few patients, so it is withheld. Which answers, and how many patients, is not said; a noised question is answered.',
	'took-too-long':
		'Which cells to hide was not found in the time that one answer may take. Ask for fewer cells, or a noised answer.',
	unavailable: 'The session could not be completed; asking again opens a new one.',
};

export function releasedBody(
	query: QueryRecord,
	record: SessionRecord,
	release: {
		readonly released: Released;
		readonly contributors: readonly string[];
		readonly epochs: Readonly<Record<string, string>>;
		readonly variables: readonly Wire[];
	},
): AnswerBody {
	const { released, contributors, epochs, variables } = release;
	const { cells, margins, claims, noise, hiddenSums, ...rest } = released;
	return {
		...headOf(query, 'released'),
		...rest,
		variables,
		cells: cells.map((cell) => ({ ...cell })),
		margins: margins.map((margin) => ({ ...margin })),
		...(rest.mechanism === 'exact' ? { hiddenSums } : {}),
		noise: noise === null ? null : { ...noise },
		claims,
		hospitals: { contributed: contributors, absent: absentOf(record, contributors) },
		epochs: { ...epochs },
	};
}

/** As `releasedBody`, with the sealed sum in the place of cells and margins. */
export function sealedBody(
	query: QueryRecord,
	record: SessionRecord,
	release: {
		readonly released: SealedRelease;
		readonly contributors: readonly string[];
		readonly epochs: Readonly<Record<string, string>>;
		readonly variables: readonly Wire[];
	},
): AnswerBody {
	const { released, contributors, epochs, variables } = release;
	const { sealed, claims, noise, ...rest } = released;
	return {
		...headOf(query, 'released'),
		...rest,
		variables,
		sealed: { ...sealed, adverts: sealed.adverts.map((advert) => ({ ...advert })) },
		noise: { ...noise },
		claims,
		hospitals: { contributed: contributors, absent: absentOf(record, contributors) },
		epochs: { ...epochs },
	};
}

export function failedBody(
	query: QueryRecord,
	record: SessionRecord,
	failure: { readonly status: 'withheld' | 'refused'; readonly code: PublicCode },
): AnswerBody {
	return {
		...headOf(query, failure.status),
		code: failure.code,
		message: failureMessages[failure.code],
		hospitals: { contributed: [], absent: absentOf(record, []) },
	};
}

export function answerHashOf(body: AnswerBody): string {
	return subjectOfAnswer(body);
}

/** What an answer's log entry must name as its subject: the hash of all of it that existed when it was logged. */
export function subjectOfAnswer(answer: Readonly<Record<string, unknown>>): string {
	const { releasedAtHour: _hour, receipt: _receipt, signature: _signature, ...body } = answer;
	return toHex(hashParts('cordon-answer-body/1', canonicalJson(body)));
}

/** The hour, not the moment: an exact time would tell how long hospitals took. */
export function signAnswer(
	body: AnswerBody,
	facts: { readonly nowMs: number; readonly receipt: Wire },
	seed: SigningSeed,
): AnswerBody {
	const hour = new Date(Math.floor(facts.nowMs / 3_600_000) * 3_600_000).toISOString();
	const unsigned = { ...body, releasedAtHour: hour, receipt: facts.receipt };
	return { ...unsigned, signature: toBase64Url(signBytes(seed, digestOf(unsigned))) };
}

/** For whoever holds the coordinator's key from the manifest: whether every part of the answer is the coordinator's. */
export function verifyAnswer(
	answer: Readonly<Record<string, unknown>>,
	coordinatorKey: PublicKeyText,
): boolean {
	const { signature, ...unsigned } = answer;
	if (typeof signature !== 'string') return false;
	return verifyBytes(coordinatorKey, digestOf(unsigned), Buffer.from(signature, 'base64url'));
}

function headOf(query: QueryRecord, status: string): AnswerBody {
	const { id, queryHash, requestHash, manifest } = query;
	const { project, purpose } = query.question;
	return { cordon: 1, id, status, project, purpose, queryHash, requestHash, manifest };
}

function absentOf(record: SessionRecord, contributors: readonly string[]): readonly Wire[] {
	return record.roster
		.filter((hospital) => !contributors.includes(hospital))
		.map((hospital) => ({
			hospital,
			reason: coarseReasons[record.participation[hospital]?.state ?? 'waiting'],
		}));
}

function digestOf(unsigned: Readonly<Record<string, unknown>>): Uint8Array {
	return hashParts('cordon-answer/1', canonicalJson(unsigned));
}
