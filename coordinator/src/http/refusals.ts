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

const planMessages: Partial<Readonly<Record<RefusalCode, readonly [path: string, message: string]>>> = {
	'too-many-cells': ['/ask', 'the answer would have more cells than the network permits'],
	'noise-too-large': [
		'/release/epsilon',
		'the noise would be too large: ask with a larger epsilon, or for fewer cells',
	],
	'exact-busy': [
		'/release',
		'another exact question to these hospitals is being answered: ask again after it',
	],
	'exact-limit': ['/release', 'the project has asked exactly of 50 cohorts in this epoch, which is the most'],
	'exact-other-roster': [
		'/release',
		'in this epoch another set of hospitals, with one in common, has answered exactly',
	],
};

/** A question that reads well and that cannot be answered now, by what was asked before or by the policy: its part. */
function planIssues(code: RefusalCode): readonly InputIssue[] {
	const [path, message] = planMessages[code] ?? [];
	return path === undefined || message === undefined ? [] : [{ path, message, nearest: [] }];
}
