// A snapshot store that keeps what was written, so that a test can see what an ingest would have stored.

import type { PatientRecord } from '@cordon/shared';
import type { FactRow, SnapshotStore } from '../../node/src/ports.ts';

export interface MemoryStore extends SnapshotStore {
	/** Rows of the committed snapshot. */
	readonly committed: readonly FactRow[];
	/** How each snapshot that was begun ended. */
	readonly ends: readonly ('commit' | 'discard')[];
	/** The largest number of rows of one write. */
	readonly largestWrite: number;
}

export function memoryStore(): MemoryStore {
	const committed: FactRow[] = [];
	const ends: ('commit' | 'discard')[] = [];
	let epochNow: string | null = null;
	let largestWrite = 0;
	return {
		committed,
		ends,
		get largestWrite() {
			return largestWrite;
		},
		currentEpoch: async () => epochNow,
		currentSnapshot: async () => null,
		begin: async (epoch) => {
			const written: FactRow[] = [];
			return {
				write: async (rows) => {
					largestWrite = Math.max(largestWrite, rows.length);
					for (const row of rows) written.push(row);
				},
				commit: async () => {
					ends.push('commit');
					epochNow = epoch;
					committed.length = 0;
					for (const row of written) committed.push(row);
				},
				discard: async () => {
					ends.push('discard');
				},
			};
		},
	};
}

/** The rows as the reference evaluator wants them. */
export function recordsOf(rows: readonly FactRow[]): readonly PatientRecord[] {
	return [...Map.groupBy(rows, ({ patient }) => patient)].map(([patient, own]) => ({
		patient,
		examined: {
			image: own.some(({ kind }) => kind === 'image-exam'),
			genomes: own.flatMap((row) => (row.kind === 'genome-exam' ? [row.exam] : [])),
			clinical: own.some(({ kind }) => kind === 'clinical-exam'),
		},
		series: own.flatMap((row) => (row.kind === 'series' ? [row.series] : [])),
		values: own.flatMap((row) => (row.kind === 'value' ? [row.value] : [])),
		genotypes: own.flatMap((row) => (row.kind === 'genotype' ? [row.genotype] : [])),
		conditions: own.flatMap((row) => (row.kind === 'condition' ? [row.code] : [])),
	}));
}
