// The coordinator's schema. Steps are never changed once merged. JSON is kept as text, in the form it was signed or sent.
// No column holds a number of one hospital: a secure session's state is masked, a plain one's is deleted at its end.

import type { Migration } from '@cordon/shared';

export const coordinatorMigrations: readonly Migration[] = [
	{
		id: '0001-coordinator',
		statements: [
			// Written once at the founding.
			'create table founding (one integer primary key check (one = 1), document text not null)',
			// secret_hash: SHA-256, hex. expires_ms: milliseconds since 1970. Deleted when it is used.
			`create table invitation (hospital text primary key, secret_hash text not null, expires_ms bigint not null)`,
			// Written once a hospital.
			'create table member (hospital text primary key, document text not null)',
			// state: draft, then current. hash: SHA-256 of the canonical manifest, hex.
			`create table manifest (version integer primary key, hash text not null unique, state text not null
				check (state in ('draft', 'current', 'past')), document text not null)`,
			`create table manifest_signature (hash text not null references manifest (hash), signer text not null,
				signature text not null, primary key (hash, signer))`,
			// answer: the signed final answer, written once. request_digest: SHA-256 of the signed request, hex.
			`create table query (id text primary key, person text not null, request_digest text not null unique,
				request_hash text not null, query_hash text not null, manifest text not null, question text not null,
				session text not null unique, answer text)`,
			// record: the session without its merge state. merge: null once it has ended. version: optimistic lock.
			`create table session (session text primary key, query text not null references query (id),
				record text not null, merge text, version integer not null)`,
			'create index session_running on session (session) where merge is not null',
			// One accepted message a hospital and step; digest: SHA-256 of its canonical form, hex.
			`create table taken (session text not null references session (session), hospital text not null,
				step text not null, digest text not null, primary key (session, hospital, step))`,
			// last_seq: grows for ever, also over deleted messages, so that no seq is used twice.
			'create table mailbox (hospital text primary key, last_seq bigint not null)',
			// Deleted when acknowledged, or when the session ends.
			`create table outgoing (hospital text not null, seq bigint not null, session text not null,
				message text not null, primary key (hospital, seq))`,
		],
	},
	{
		id: '0002-releases',
		statements: [
			// key: hash of manifest, project, purpose, canonical query, mechanism, epsilon and calendar month, hex. query:
			// who computes it; a row whose query ended without a release is deleted. answer: written once, then never changed.
			'create table release (key text primary key, query text not null unique, answer text)',
		],
	},
];
