// Whether a release that this hospital contributed to is the answer to what another person now asks, for the node.

import { err, ok, type Question, queryHash, type RefusalCode, type Result } from '@cordon/shared';
import type { SessionRecord } from '../session.ts';

/**
 * The right to ask is decided before, as of any question. This binds the permission to one release: a yes to a count
 * must not become a yes to whatever else the coordinator holds, and the log names what was shown.
 *
 * Shape   `released`: what this hospital remembers of the session of that name; null: nothing.
 * Errors  `release-unknown` it took no part in such a session, or the session was about something else: another query
 *         in canonical form, project, purpose, mechanism or epsilon.
 */
export function decideReplay(question: Question, released: SessionRecord | null): Result<null, RefusalCode> {
	if (released === null) return err('release-unknown');
	const { project, purpose, query, release } = question;
	const { plan } = released;
	const isSame =
		released.queryHash === queryHash(query) &&
		released.project === project &&
		released.purpose === purpose &&
		plan.mechanism === release.mechanism &&
		plan.epsilonMicros === (release.epsilonMicros ?? 0);
	return isSame ? ok(null) : err('release-unknown');
}
