// What each column of the store of facts means: its unit, and whether it may change. Mirrors facts-migration.ts.
// Every row of a fact is written once and deleted with its snapshot; `shard` is 0 until a hospital needs several.

import type { Zygosity } from '@cordon/shared';
import { getTableColumns, getTableName } from 'drizzle-orm';
import {
	boolean,
	doublePrecision,
	integer,
	jsonb,
	type PgTable,
	pgTable,
	smallint,
	text,
} from 'drizzle-orm/pg-core';

/** One data epoch. */
export const snapshotTable: PgTable = pgTable('snapshot', {
	/** Grows by one a snapshot; never changes. */
	id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
	/** Label of the public calendar, for example 2026-11; never changes. */
	epoch: text('epoch').notNull(),
	/** `writing` becomes `current` once, at commit; at most one row of each. */
	state: text('state', { enum: ['writing', 'current'] }).notNull(),
	/** The least ordinal of its patients; never changes. See `firstOrdinalAfter` in snapshot-store.ts for the reason. */
	firstOrdinal: integer('first_ordinal').notNull(),
});

const shard = smallint('shard').notNull().default(0);
const snapshot = integer('snapshot').notNull();
const ordinal = integer('ordinal').notNull();

/** One row a patient. */
export const patientTable: PgTable = pgTable('patient', {
	/** Range of patients; 0 until the store is distributed, then changed only by moving the patient. */
	shard,
	/** `snapshot.id`; never changes. */
	snapshot,
	/** Counts up from the snapshot's first ordinal without a gap; never changes and never leaves the node. */
	ordinal,
	/** HMAC-SHA256 of the hospital's identifier, hex; never changes. */
	pseudonym: text('pseudonym').notNull(),
	/** Whether images were looked for; may turn true while the snapshot is written. */
	imageExamined: boolean('image_examined').notNull(),
	/** Whether clinical records were looked for; may turn true while the snapshot is written. */
	clinicalExamined: boolean('clinical_examined').notNull(),
});

/** One kind of genome examination; many patients share one. */
export const panelTable: PgTable = pgTable('panel', {
	snapshot,
	/** Counts up from 0 within the snapshot; never changes. */
	id: integer('id').notNull(),
	/** Dictionary name, for example GRCh38; never changes. */
	assembly: text('assembly').notNull(),
	/** HGNC symbols, sorted; null where every gene was looked at. Never changes. */
	genes: text('genes').array(),
	/** Which alleles it can rule out by position: `GenomeExam.variants`. Never changes. */
	variants: text('variants', { enum: ['all', 'substitutions'] }).notNull(),
});

export const genomeExamTable: PgTable = pgTable('genome_exam', {
	shard,
	snapshot,
	ordinal,
	/** `panel.id`; never changes. */
	panel: integer('panel').notNull(),
});

/** One row a kind of series that a patient has, however many there are of it. None of it changes. */
export const seriesTable: PgTable = pgTable('series', {
	shard,
	snapshot,
	ordinal,
	/** DICOM Modality, a dictionary name. */
	modality: text('modality').notNull(),
	/** DICOM Body Part Examined, a dictionary name; null where the file does not say. */
	bodyPart: text('body_part'),
	/** Whether a contrast agent was given; null where the file does not say. */
	contrast: boolean('contrast'),
});

/** One value of a dictionary element: a number or a code, never both. None of it changes. */
export const valueTable: PgTable = pgTable('value', {
	shard,
	snapshot,
	ordinal,
	/** Dictionary id. */
	element: text('element').notNull(),
	/** In the element's unit, as the source gave it: not yet clipped to its bounds. */
	number: doublePrecision('number'),
	/** Id of one of the element's values. */
	code: text('code'),
	/** Days since 1970-01-01; null undated. */
	day: integer('day'),
});

/** The dictionary of variants: an allele as one source annotates it. None of it changes. */
export const variantTable: PgTable = pgTable('variant', {
	snapshot,
	/** Counts up from 0 within the snapshot. */
	id: integer('id').notNull(),
	assembly: text('assembly').notNull(),
	contig: text('contig').notNull(),
	/** 1-based, as in VCF. */
	position: integer('position').notNull(),
	ref: text('ref').notNull(),
	/** One alternate allele. */
	alt: text('alt').notNull(),
	/** HGNC symbol; null outside genes. */
	gene: text('gene'),
	/** Sequence Ontology term; null where the source does not say. */
	consequence: text('consequence'),
	/** ClinVar term; null where the source does not say. */
	significance: text('significance'),
});

/** Who carries a variant, or was not called at it; a reference call has no row. None of it changes. */
export const genotypeTable: PgTable = pgTable('genotype', {
	shard,
	snapshot,
	/** `variant.id`. */
	variant: integer('variant').notNull(),
	ordinal,
	/** One of `zygosityCodes`. */
	zygosity: smallint('zygosity').notNull(),
});

/** As stored in `genotype.zygosity`; `missing`: the site was not called. */
export const zygosityCodes: Readonly<Record<Zygosity, number>> = { missing: 0, het: 1, hom: 2 };

export const conditionTable: PgTable = pgTable('condition', {
	shard,
	snapshot,
	ordinal,
	/** Dictionary id; never changes. */
	code: text('code').notNull(),
});

export const consentTable: PgTable = pgTable('consent', {
	shard,
	snapshot,
	ordinal,
	/** A `PatientConsent` as the reader gave it; never changes. */
	consent: jsonb('consent').notNull(),
});

/** Every table whose rows belong to one snapshot. */
export const tablesOfSnapshot: readonly PgTable[] = [
	patientTable,
	panelTable,
	genomeExamTable,
	seriesTable,
	valueTable,
	variantTable,
	genotypeTable,
	conditionTable,
	consentTable,
];

/** `table.column type [not null]` of every column described here: a test holds it against the database's own account. */
export function describedColumns(): readonly string[] {
	return [snapshotTable, ...tablesOfSnapshot].flatMap((table) =>
		Object.values(getTableColumns(table)).map(
			(column) =>
				`${getTableName(table)}.${column.name} ${column.getSQLType()}${column.notNull ? ' not null' : ''}`,
		),
	);
}
