// The table of the privacy ledger: what each session was charged. Rows are never deleted.

import type { Migration } from '@cordon/shared';

export const ledgerMigration: Migration = {
	id: '0002-ledger',
	statements: [
		// asked_micros, charged_micros: millionths of epsilon; charged is 0 where exhausted and where exact.
		// asked_at_ms: milliseconds since 1970-01-01T00:00:00Z. state: reserved becomes committed once; nothing else changes.
		`create table ledger_entry (
			session text primary key,
			project text not null,
			person text not null,
			epoch text not null,
			mechanism text not null check (mechanism in ('noised', 'exact')),
			asked_micros bigint not null check (asked_micros >= 0),
			charged_micros bigint not null check (charged_micros in (0, asked_micros)),
			state text not null check (state in ('reserved', 'committed', 'exhausted')),
			asked_at_ms bigint not null,
			check (state <> 'exhausted' or charged_micros = 0),
			check (mechanism <> 'noised' or state = 'exhausted' or charged_micros = asked_micros))`,
		'create index ledger_entry_by_epoch on ledger_entry (epoch)',
	],
};
