// The tables of earlier exact answers: who was counted in which cell, so that a later answer can be compared.

import type { Migration } from '@cordon/shared';

export const exactHistoryMigration: Migration = {
	id: '0007-exact-history',
	statements: [
		// number: given once, so that a patient keeps it over every ingest; ordinals of snapshots do not. Deleted with
		// the last answer kept. pseudonym: as in patient.
		`create table exact_patient (
			number integer generated always as identity primary key,
			pseudonym text not null unique)`,
		// state: held (answered, its end not heard of), then released or dropped. roster: sorted, joined by commas.
		// cohort: SHA-256, hex. asked: cohort and variables, JSON; shown: its own cells of a plain network, JSON.
		// members: one 16-bit number a patient number, from 1 on: 0 outside, else cell + 1; deflated, base64. Null where
		// dropped. Only state, shown and members ever change.
		`create table exact_answer (
			session text primary key,
			project text not null,
			epoch text not null,
			roster text not null,
			cohort text not null,
			asked text not null,
			cells integer not null check (cells between 1 and 65534),
			shown text,
			state text not null check (state in ('held', 'released', 'dropped')),
			members text,
			check ((state = 'dropped') = (members is null)))`,
	],
};
