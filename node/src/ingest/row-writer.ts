// Writes facts to the new snapshot in portions, each examination of a patient once.

import type { FactRow, SnapshotWriter } from '../ports.ts';

/** Rows a write: few enough for one statement, many enough that the way to the database costs little. */
const portion = 2000;

/** What makes two examinations the same; null for any other fact. */
function examKey(row: FactRow): string | null {
	if (row.kind === 'image-exam' || row.kind === 'clinical-exam') return `${row.patient} ${row.kind}`;
	if (row.kind !== 'genome-exam') return null;
	const genes = row.exam.genes === 'all' ? 'all' : [...row.exam.genes].sort().join(',');
	return `${row.patient} ${row.exam.assembly} ${row.exam.variants} ${genes}`;
}

export class RowWriter {
	readonly #snapshot: SnapshotWriter;
	readonly #exams = new Set<string>();
	#rows: FactRow[] = [];

	constructor(snapshot: SnapshotWriter) {
		this.#snapshot = snapshot;
	}

	async write(row: FactRow): Promise<void> {
		const key = examKey(row);
		if (key !== null && this.#exams.has(key)) return;
		if (key !== null) this.#exams.add(key);
		this.#rows.push(row);
		if (this.#rows.length >= portion) await this.flush();
	}

	async flush(): Promise<void> {
		const rows = this.#rows;
		this.#rows = [];
		if (rows.length > 0) await this.#snapshot.write(rows);
	}
}
