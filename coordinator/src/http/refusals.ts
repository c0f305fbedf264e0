// How a refusal looks from outside: one closed form, one HTTP status a code, and no more than the public code says.

import { type InputIssue, type PublicCode, publicCodeOf, type RefusalCode } from '@cordon/shared';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Rejection } from '../pipeline.ts';

export type HttpCode = PublicCode | 'not-found' | 'conflict' | 'too-large' | 'internal';

const refusals: Readonly<Record<HttpCode, readonly [ContentfulStatusCode, string]>> = {
	malformed: [400, 'The request could not be read; see issues.'],
	'not-authenticated': [401, 'The proof of who asks was not accepted.'],
	'not-permitted': [403, 'This is not permitted here.'],
	'no-budget': [403, 'The privacy budget is used up.'],
	'not-found': [404, 'There is no such thing here.'],
	conflict: [409, 'This does not belong where the session stands; do not send it again.'],
	'too-few-hospitals': [409, 'The project has too few hospitals for a session.'],
	subtraction: [409, 'Other hospitals have answered exactly in this epoch; the two could be subtracted.'],
	'took-too-long': [503, 'It took longer than one answer may take.'],
	'too-large': [413, 'The body is larger than 1 MiB.'],
	internal: [500, 'Something is wrong with the coordinator.'],
	unavailable: [503, 'The network cannot answer yet; try again later.'],
};

export function refuse(context: Context, code: HttpCode, issues: readonly InputIssue[] = []): Response {
	const [status, message] = refusals[code];
	const detail = issues.length === 0 ? {} : { issues };
	return context.json({ cordon: 1, status: 'refused', code, message, ...detail }, status);
}

/** Issues are about the question's own text; everything else stays coarse. */
export function refuseRejection(context: Context, { code, issues }: Rejection): Response {
	return refuse(context, publicCodeOf(code), [...issues, ...planIssues(code)]);
}

const existsIsBlind =
	'this network is blind: whoever asks opens the sum, and `exists` would show the count that it is to hide; ask for a count';
const receiverKeyWrong =
	"the request needs a fresh key of the researcher's where the network is blind, and none where it is visible; write the network's `visibility` into your profile";

interface PlanIssue {
	readonly path: string;
	readonly message: string;
	readonly nearest?: readonly string[];
}

/** A question that reads well and that cannot be answered: what to change of it, by the policy or by what was asked before. */
const issueOf: Partial<Readonly<Record<RefusalCode, PlanIssue>>> = {
	'too-many-cells': { path: '/ask', message: 'the answer would have more cells than the network permits' },
	'ask-needs-visible': { path: '/ask', message: existsIsBlind, nearest: ['count'] },
	'receiver-key-wrong': { path: '', message: receiverKeyWrong },
	'mechanism-not-permitted': {
		path: '/release/mechanism',
		message: 'this network does not release by this mechanism; see the policy of its manifest',
	},
	'sensitivity-unknown': {
		path: '/ask',
		message: 'the dictionary names one category twice: how much one patient changes the answer is not known',
	},
	// Of the signed policy alone: it says nothing of what is spent.
	'epsilon-over-cap': {
		path: '/release/epsilon',
		message: 'is more than the policy lets any question spend: ask with a smaller epsilon',
	},
	'noise-too-large': {
		path: '/release/epsilon',
		message: 'the noise would be too large: ask with a larger epsilon, or for fewer cells',
	},
	'exact-busy': {
		path: '/release',
		message: 'another exact question to these hospitals is being answered: ask again after it',
	},
	'exact-limit': {
		path: '/release',
		message: 'the project has asked exactly of 50 cohorts in this epoch, which is the most',
	},
	'exact-other-roster': {
		path: '/release',
		message: 'in this epoch another set of hospitals, with one in common, has answered exactly',
	},
};

function planIssues(code: RefusalCode): readonly InputIssue[] {
	const issue = issueOf[code];
	return issue === undefined ? [] : [{ nearest: [], ...issue }];
}
