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
const notReleased = 'this network does not release by this mechanism; see the policy of its manifest';
/** Of the signed policy alone: it says nothing of what is spent. */
const overCap = 'is more than the policy lets any question spend: ask with a smaller epsilon';

const overlapping =
	'the dictionary names one category twice: how much one patient changes the answer is not known';

/** A question that reads well and that this network's policy cannot bear: which part of it to change. */
function planIssues(code: RefusalCode): readonly InputIssue[] {
	if (code === 'too-many-cells')
		return [
			{ path: '/ask', message: 'the answer would have more cells than the network permits', nearest: [] },
		];
	if (code === 'ask-needs-visible') return [{ path: '/ask', message: existsIsBlind, nearest: ['count'] }];
	if (code === 'receiver-key-wrong') return [{ path: '', message: receiverKeyWrong, nearest: [] }];
	if (code === 'mechanism-not-permitted')
		return [{ path: '/release/mechanism', message: notReleased, nearest: [] }];
	if (code === 'sensitivity-unknown') return [{ path: '/ask', message: overlapping, nearest: [] }];
	if (code === 'epsilon-over-cap') return [{ path: '/release/epsilon', message: overCap, nearest: [] }];
	if (code !== 'noise-too-large') return [];
	const message = 'the noise would be too large: ask with a larger epsilon, or for fewer cells';
	return [{ path: '/release/epsilon', message, nearest: [] }];
}
