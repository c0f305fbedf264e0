// Turns plain patient records into the rows that ingest would write of them, in an order that means nothing.

import type { PatientRecord } from '@cordon/shared';
import { withdrawal } from '../../node/src/consent/patient-consent.ts';
import type { FactRow, Pseudonym, SnapshotStore } from '../../node/src/ports.ts';

/**
 * Writes the records as a new snapshot. The patients' ordinals follow the order of the records; everything else comes
 * column-wise from the last patient to the first, in two batches, and the second repeats part of the first.
 */
export async function writeRecords(store: SnapshotStore, records: readonly PatientRecord[]): Promise<void> {
	const writer = await store.begin('2026-11');
	await writer.write(
		records.map((record) => ({ patient: nameOf(record), kind: 'consent', consent: withdrawal })),
	);
	const rows = records.flatMap(rowsOfRecord).reverse();
	const middle = Math.floor(rows.length / 2);
	await writer.write(rows.slice(0, middle));
	await writer.write(rows.slice(Math.floor(middle / 2)));
	await writer.commit();
}

function nameOf({ patient }: PatientRecord): Pseudonym {
	return patient as Pseudonym;
}

export function rowsOfRecord(record: PatientRecord): readonly FactRow[] {
	const patient = nameOf(record);
	const { image, clinical, genomes } = record.examined;
	const rows: FactRow[] = [
		...genomes.map((exam) => ({ patient, kind: 'genome-exam', exam }) as const),
		...record.series.map((series) => ({ patient, kind: 'series', series }) as const),
		...record.values.map((value) => ({ patient, kind: 'value', value }) as const),
		...record.genotypes.map((genotype) => ({ patient, kind: 'genotype', genotype }) as const),
		...record.conditions.map((code) => ({ patient, kind: 'condition', code }) as const),
	];
	if (image) rows.push({ patient, kind: 'image-exam' });
	if (clinical) rows.push({ patient, kind: 'clinical-exam' });
	return rows;
}
