// Puts one batch of facts into a snapshot, one statement a table, and keeps the same fact once however often it comes.

import {
	arrayLiteral,
	type GenomeExam,
	type GenotypeFact,
	type Tx,
	unreachable,
	type ValueFact,
} from '@cordon/shared';
import { sql } from 'drizzle-orm';
import type { FactRow } from '../../ports.ts';
import { insertRows, type Row } from './insert-rows.ts';
import {
	conditionTable,
	consentTable,
	genomeExamTable,
	genotypeTable,
	panelTable,
	patientTable,
	seriesTable,
	valueTable,
	variantTable,
	zygosityCodes,
} from './tables.ts';

export interface BatchWriter {
	readonly write: (tx: Tx, rows: readonly FactRow[]) => Promise<void>;
}

interface Patient {
	readonly pseudonym: string;
	imageExamined: boolean;
	clinicalExamined: boolean;
}

/** What one batch adds, by table. */
interface Batch {
	readonly patients: Map<number, Patient>;
	readonly panels: Row[];
	readonly exams: Row[];
	readonly series: Row[];
	readonly values: Row[];
	readonly variants: Row[];
	readonly genotypes: Row[];
	readonly conditions: Row[];
	readonly consents: Row[];
}

/** Dense numbers given in the order of first appearance; some 200 bytes of memory an entry while a snapshot is written. */
class Numbering {
	readonly #numbers = new Map<string, number>();
	readonly #first: number;

	constructor(first: number) {
		this.#first = first;
	}

	/** Calls `onNew` where the key had no number yet. */
	numberOf(key: string, onNew: (number: number) => void): number {
		const known = this.#numbers.get(key);
		if (known !== undefined) return known;
		const number = this.#first + this.#numbers.size;
		this.#numbers.set(key, number);
		onNew(number);
		return number;
	}
}

interface Target {
	readonly snapshot: number;
	readonly patients: Numbering;
	readonly panels: Numbering;
	readonly variants: Numbering;
}

export function createBatchWriter(snapshot: number, firstOrdinal: number): BatchWriter {
	const target: Target = {
		snapshot,
		patients: new Numbering(firstOrdinal),
		panels: new Numbering(0),
		variants: new Numbering(0),
	};
	return {
		write: async (tx, rows) => {
			const batch = emptyBatch();
			for (const row of rows) addRow(target, batch, row);
			await insertBatch(tx, target.snapshot, batch);
		},
	};
}

function emptyBatch(): Batch {
	return {
		patients: new Map(),
		panels: [],
		exams: [],
		series: [],
		values: [],
		variants: [],
		genotypes: [],
		conditions: [],
		consents: [],
	};
}

function addRow(target: Target, batch: Batch, row: FactRow): void {
	const ordinal = target.patients.numberOf(row.patient, () => undefined);
	const patient = batch.patients.get(ordinal) ?? {
		pseudonym: row.patient,
		imageExamined: false,
		clinicalExamined: false,
	};
	batch.patients.set(ordinal, patient);
	const owner = { snapshot: target.snapshot, ordinal };
	switch (row.kind) {
		case 'image-exam':
			patient.imageExamined = true;
			return;
		case 'clinical-exam':
			patient.clinicalExamined = true;
			return;
		case 'genome-exam':
			batch.exams.push({ ...owner, panel: panelOf(target, batch, row.exam) });
			return;
		case 'series':
			batch.series.push({ ...owner, ...row.series });
			return;
		case 'value':
			if (isValue(row.value)) batch.values.push({ ...owner, ...valueColumns(row.value) });
			return;
		case 'genotype': {
			const zygosity = zygosityCodes[row.genotype.zygosity];
			batch.genotypes.push({ ...owner, variant: variantOf(target, batch, row.genotype), zygosity });
			return;
		}
		case 'condition':
			batch.conditions.push({ ...owner, code: row.code });
			return;
		case 'consent':
			batch.consents.push({ ...owner, consent: JSON.stringify(row.consent) });
			return;
		default:
			unreachable(row);
	}
}

/** What is a number but not a finite one is no value, as the reference evaluator has it. */
function isValue({ value }: ValueFact): boolean {
	return typeof value === 'string' || Number.isFinite(value);
}

function valueColumns({ element, value, day }: ValueFact): Row {
	const number = typeof value === 'number' ? value : null;
	const code = typeof value === 'string' ? value : null;
	return { element, number, code, day };
}

function panelOf(target: Target, batch: Batch, exam: GenomeExam): number {
	const genes = exam.genes === 'all' ? null : arrayLiteral([...new Set(exam.genes)].sort());
	const { assembly, variants } = exam;
	return target.panels.numberOf(JSON.stringify([assembly, genes, variants]), (id) => {
		batch.panels.push({ snapshot: target.snapshot, id, assembly, genes, variants });
	});
}

/** The annotation is part of the key: two sources may annotate the same allele differently, and both are kept. */
function variantOf(target: Target, batch: Batch, genotype: GenotypeFact): number {
	const { assembly, contig, position, ref, alt, gene, consequence, significance } = genotype;
	const key = JSON.stringify([assembly, contig, position, ref, alt, gene, consequence, significance]);
	return target.variants.numberOf(key, (id) => {
		const allele = { assembly, contig, position, ref, alt, gene, consequence, significance };
		batch.variants.push({ snapshot: target.snapshot, id, ...allele });
	});
}

async function insertBatch(tx: Tx, snapshot: number, batch: Batch): Promise<void> {
	const patients = [...batch.patients].map(([ordinal, patient]) => ({ snapshot, ordinal, ...patient }));
	await insertRows(tx, patientTable, patients, examinedGrows);
	await insertRows(tx, panelTable, batch.panels);
	await insertRows(tx, genomeExamTable, batch.exams);
	await insertRows(tx, seriesTable, batch.series);
	await insertRows(tx, valueTable, batch.values);
	await insertRows(tx, variantTable, batch.variants);
	await insertRows(tx, genotypeTable, batch.genotypes);
	await insertRows(tx, conditionTable, batch.conditions);
	await insertRows(tx, consentTable, batch.consents);
}

/** A later batch may add that a patient was examined; it never takes that back. */
const examinedGrows = sql`(snapshot, ordinal) do update set
	image_examined = patient.image_examined or excluded.image_examined,
	clinical_examined = patient.clinical_examined or excluded.clinical_examined`;
