// Why a question may be refused: exact codes for the hospital's own audit, coarse ones for the researcher.

import { unreachable } from './result.ts';

/** The exact reason; it stays in the log of the party that decided. */
export type RefusalCode =
	| 'malformed-request'
	| 'malformed-query'
	| 'token-invalid'
	| 'token-expired'
	| 'token-wrong-issuer'
	| 'token-wrong-audience'
	| 'request-altered'
	| 'request-stale'
	| 'request-replayed'
	| 'unknown-project'
	| 'not-a-member'
	| 'ask-not-permitted'
	| 'dataset-not-approved'
	| 'exact-not-granted'
	| 'purpose-not-permitted'
	| 'mechanism-not-permitted'
	| 'policy-unavailable'
	| 'consent-unavailable'
	| 'ledger-unavailable'
	| 'budget-exhausted'
	| 'too-many-cells'
	| 'noise-too-large'
	| 'ask-needs-visible'
	| 'receiver-key-wrong'
	| 'sensitivity-unknown'
	| 'epsilon-over-cap'
	| 'manifest-outdated'
	| 'no-data'
	| 'paused'
	/** Counting took longer than the time after which the policy has hospitals reply. */
	| 'reply-overdue'
	| 'too-few-hospitals'
	| 'exact-other-roster'
	| 'exact-limit'
	| 'exact-busy'
	| 'exact-unlisted'
	| 'session-aborted'
	| 'release-unknown';

/** What the researcher is told: no more than the public policy allows. */
export type PublicCode =
	| 'malformed'
	| 'not-authenticated'
	| 'not-permitted'
	| 'no-budget'
	| 'too-few-hospitals'
	/** Exact: together with an earlier exact answer it could tell of too few patients; never which, or how many. */
	| 'subtraction'
	/** Exact: which cells to hide was not found in the time that one answer may take. */
	| 'took-too-long'
	| 'unavailable';

/** Coarsens an exact refusal; it never tells which rule of a hospital's own policy said no. */
export function publicCodeOf(code: RefusalCode): PublicCode {
	switch (code) {
		case 'malformed-request':
		case 'malformed-query':
		case 'too-many-cells':
		case 'noise-too-large':
		case 'ask-needs-visible':
		case 'receiver-key-wrong':
		case 'sensitivity-unknown':
			return 'malformed';
		case 'token-invalid':
		case 'token-expired':
		case 'token-wrong-issuer':
		case 'token-wrong-audience':
		case 'request-altered':
		case 'request-stale':
		case 'request-replayed':
			return 'not-authenticated';
		case 'unknown-project':
		case 'not-a-member':
		case 'ask-not-permitted':
		case 'dataset-not-approved':
		case 'exact-not-granted':
		case 'purpose-not-permitted':
		case 'mechanism-not-permitted':
			return 'not-permitted';
		case 'budget-exhausted':
		case 'exact-limit':
		case 'epsilon-over-cap':
			return 'no-budget';
		case 'too-few-hospitals':
			return 'too-few-hospitals';
		case 'exact-other-roster':
			return 'subtraction';
		case 'policy-unavailable':
		case 'consent-unavailable':
		case 'ledger-unavailable':
		case 'manifest-outdated':
		case 'no-data':
		case 'paused':
		case 'exact-busy':
		case 'exact-unlisted':
		case 'reply-overdue':
		case 'session-aborted':
		case 'release-unknown':
			return 'unavailable';
		default:
			return unreachable(code);
	}
}
