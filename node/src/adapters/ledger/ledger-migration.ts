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

/** zCDP beside pure epsilon, and refunds: reserved becomes committed or refunded, once; nothing else changes. */
export const rhoAndRefundMigration: Migration = {
	id: '0006-rho-and-refund',
	statements: [
		// Millionths of rho, charged as epsilon is. charged_delta: 1e-12; 0 until a Gaussian ask is charged.
		'alter table ledger_entry add column charged_rho_micros bigint not null default 0 check (charged_rho_micros >= 0)',
		'alter table ledger_entry add column charged_delta bigint not null default 0 check (charged_delta >= 0)',
		`update ledger_entry set charged_rho_micros =
			ceil(charged_micros::numeric * charged_micros::numeric / 2000000)::bigint`,
		// The names that both PostgreSQL and PGlite gave to the checks of 0002.
		'alter table ledger_entry drop constraint ledger_entry_state_check',
		'alter table ledger_entry drop constraint ledger_entry_check2',
		`alter table ledger_entry add constraint ledger_entry_state
			check (state in ('reserved', 'committed', 'exhausted', 'refunded'))`,
		`alter table ledger_entry add constraint ledger_entry_charged check (case
			when state in ('exhausted', 'refunded') then (charged_micros, charged_rho_micros, charged_delta) = (0, 0, 0)
			else mechanism <> 'noised' or charged_micros = asked_micros end)`,
	],
};
