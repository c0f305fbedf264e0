// What the coordinator's log says of each decision: codes, ids and hashes, never a question's text or a number.

import type { AuditEntry, Member, PublicCode, RefusalCode, Wire } from '@cordon/shared';
import type { QueryRecord, SessionRecord } from '../session.ts';

export function enrolledEntry({ hospital, identityKey, logKey }: Member): AuditEntry {
	const body = { event: 'enrolled', hospital, identityKey, logKey };
	return { key: `enrolled/${hospital}`, stage: 'audit', decision: 'changed', body };
}

export function manifestEntry(manifest: string, version: number): AuditEntry {
	const body = { event: 'manifest', manifest, version };
	return { key: `manifest/${manifest}`, stage: 'audit', decision: 'changed', body };
}

/** The key is the signed request's digest: a client that sends the same refused request for ever adds one entry. */
export function refusedEntry(requestDigest: string, code: RefusalCode): AuditEntry {
	return {
		key: `refused/${requestDigest}/${code}`,
		stage: 'submit',
		decision: 'refused',
		body: { requestDigest, code },
	};
}

export function openedEntry(query: QueryRecord, record: SessionRecord): AuditEntry {
	const { requestHash, queryHash, manifest, id } = query;
	const { session, roster, project, deadlineMs } = record;
	const body = { query: id, session, requestHash, queryHash, manifest, project, roster, deadlineMs };
	return { key: `dispatch/${session}`, stage: 'dispatch', decision: 'admitted', body };
}

/** `answerHash` is of the answer without hour, receipt and signature, so that a retry after a crash logs the same. */
export function endedEntry(
	record: SessionRecord,
	outcome: 'released' | 'withheld' | 'refused',
	facts: {
		readonly answerHash: string;
		readonly code: PublicCode | null;
		readonly contributors: readonly string[];
	},
): AuditEntry {
	const body: Wire = { session: record.session, query: record.query, ...facts };
	return { key: `${outcome}/${record.session}`, stage: 'release', decision: outcome, body };
}

export function foundedEntry(body: {
	readonly network: string;
	readonly policy: string;
	readonly dictionary: string;
}): AuditEntry {
	return { key: 'founded', stage: 'audit', decision: 'changed', body: { event: 'founded', ...body } };
}
