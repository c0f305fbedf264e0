// The tables of patients and facts, as the database makes them. Units and what may change: see tables.ts.
// Facts carry no foreign key: the writer checks its snapshot once a batch, and a check a row would cost more than the row.

import type { Migration } from '@cordon/shared';

export const factsMigration: Migration = {
	id: '0001-facts',
	statements: [
		`create table snapshot (
			id integer generated always as identity primary key,
			epoch text not null,
			state text not null check (state in ('writing', 'current')),
			first_ordinal integer not null check (first_ordinal >= 0))`,
		'create unique index snapshot_one_a_state on snapshot (state)',
		`create table patient (
			shard smallint not null default 0,
			snapshot integer not null,
			ordinal integer not null,
			pseudonym text not null,
			image_examined boolean not null,
			clinical_examined boolean not null,
			primary key (snapshot, ordinal),
			unique (snapshot, pseudonym))`,
		`create table panel (
			snapshot integer not null,
			id integer not null,
			assembly text not null,
			genes text[],
			variants text not null check (variants in ('all', 'substitutions')),
			primary key (snapshot, id))`,
		`create table genome_exam (
			shard smallint not null default 0,
			snapshot integer not null,
			ordinal integer not null,
			panel integer not null,
			primary key (snapshot, ordinal, panel))`,
		`create table series (
			shard smallint not null default 0,
			snapshot integer not null,
			ordinal integer not null,
			modality text not null,
			body_part text,
			contrast boolean,
			unique nulls not distinct (snapshot, ordinal, modality, body_part, contrast))`,
		`create table value (
			shard smallint not null default 0,
			snapshot integer not null,
			ordinal integer not null,
			element text not null,
			number double precision,
			code text,
			day integer,
			check (num_nonnulls(number, code) = 1),
			unique nulls not distinct (snapshot, ordinal, element, day, number, code))`,
		`create table variant (
			snapshot integer not null,
			id integer not null,
			assembly text not null,
			contig text not null,
			position integer not null check (position >= 0),
			ref text not null,
			alt text not null,
			gene text,
			consequence text,
			significance text,
			primary key (snapshot, id))`,
		'create index variant_by_gene on variant (snapshot, gene)',
		'create index variant_by_place on variant (snapshot, position, contig, assembly)',
		`create table genotype (
			shard smallint not null default 0,
			snapshot integer not null,
			variant integer not null,
			ordinal integer not null,
			zygosity smallint not null check (zygosity in (0, 1, 2)),
			primary key (snapshot, variant, ordinal, zygosity))`,
		`create table condition (
			shard smallint not null default 0,
			snapshot integer not null,
			ordinal integer not null,
			code text not null,
			primary key (snapshot, ordinal, code))`,
		`create table consent (
			shard smallint not null default 0,
			snapshot integer not null,
			ordinal integer not null,
			consent jsonb not null)`,
		'create unique index consent_once on consent (snapshot, ordinal, md5(consent::text))',
	],
};
