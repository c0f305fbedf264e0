// Reads tables of measurements, one row a patient or several: only columns that the dictionary knows are kept.

import { FactBuffer } from '../fact-buffer.ts';
import { type FoundFile, listFiles } from '../list-files.ts';
import { ReaderTally } from '../reader-tally.ts';
import type { CsvSource } from '../source-config.ts';
import type { EmitFacts, SourceReader } from '../source-reader.ts';
import type { MappedVocabulary } from '../vocabulary.ts';
import { conditionsOf } from './condition-cells.ts';
import { type CellReading, type MappedColumn, readCell } from './csv-value.ts';
import { openTable, type Table, TableError, type TableRow } from './read-table.ts';

interface Run {
	readonly config: CsvSource;
	readonly vocabulary: MappedVocabulary;
	readonly tally: ReaderTally;
}

interface OpenTable {
	readonly table: Table;
	readonly columns: readonly MappedColumn[];
	/** Columns to ask for: patient, day where there is one, those of conditions, then the mapped ones. */
	readonly wanted: readonly string[];
}

/**
 * A reader of one table or of a folder of them (`.csv`, `.tsv`, either gzipped). Each file is checked to its end
 * before anything of it is kept.
 *
 * Shape   per row an examination of the configured class (`image-exam` or `clinical-exam`), and a value for each
 *         cell that holds one. `genome` gives no examination: a table of biomarkers does not say which genes
 *         of which assembly were sequenced; its values count by themselves. A condition for each code in a column
 *         of conditions that mapping or dictionary knows; the others are counted by name.
 * Errors  never rejects but for `emit`. Refused files: a code of `openTable`, `decimal-comma`. Rows without a
 *         patient or with a day that is no ISO date are left out whole, cells that cannot be read one by one;
 *         both are counted, and no cell is quoted.
 */
export function createCsvReader(config: CsvSource, path: string, vocabulary: MappedVocabulary): SourceReader {
	return {
		read: async (emit, progress) => {
			const run = { config, vocabulary, tally: new ReaderTally() };
			const files = (await listFiles(path, /\.(csv|tsv)(\.gz|\.bgz)?$/i)) ?? [];
			if (files.length === 0) run.tally.issue('', 'path-missing', 'refused');
			run.tally.files = files.length;
			for (const [at, file] of files.entries()) {
				progress(at, files.length);
				if (await readFile(file, run, emit)) run.tally.read += 1;
			}
			progress(files.length, files.length);
			return run.tally.report();
		},
	};
}

/** Whether the file was kept. */
async function readFile(file: FoundFile, run: Run, emit: EmitFacts): Promise<boolean> {
	let open: OpenTable;
	try {
		open = await openMapped(file, run);
		await check(open, run);
	} catch (cause) {
		if (!(cause instanceof TableError)) throw cause;
		run.tally.issue(file.name, cause.code, 'refused', cause.line === null ? undefined : `line ${cause.line}`);
		return false;
	}
	const buffer = new FactBuffer(emit);
	for await (const row of open.table.rows(open.wanted)) {
		takeRow(row, file.name, { run, open, buffer });
		await buffer.flowOn();
	}
	await buffer.flush();
	run.tally.facts += buffer.total;
	return true;
}

async function openMapped(file: FoundFile, { config, vocabulary, tally }: Run): Promise<OpenTable> {
	const conditions = config.conditions ?? [];
	const keys = [config.patient, ...(config.day === null ? [] : [config.day]), ...conditions];
	const table = await openTable(file.path, [...keys, ...(config.columns ?? [])]);
	const names = config.columns ?? table.columns.filter((name) => !keys.includes(name));
	const columns = names.flatMap((name) => {
		const found = vocabulary.element({ name });
		if (found === null) tally.unmapped('column', name);
		return found === null ? [] : [{ name, ...found }];
	});
	return { table, columns, wanted: [...keys, ...columns.map(({ name }) => name)] };
}

/** A decimal comma is a trait of the file, so that the file is refused; anything else is a trait of a cell. */
async function check({ table, columns, wanted }: OpenTable, { vocabulary }: Run): Promise<void> {
	const firstValue = wanted.length - columns.length;
	for await (const { cells, line } of table.rows(wanted)) {
		for (const [at, column] of columns.entries()) {
			const reading = readCell(cells[firstValue + at] ?? '', column, vocabulary);
			if (reading.kind === 'bad' && reading.code === 'decimal-comma')
				throw new TableError('decimal-comma', line);
		}
	}
}

/** Days since 1970-01-01 of `YYYY-MM-DD`, null where the text is no such date. */
function dayOf(text: string): number | null {
	const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
	// Date.parse takes 30 February for 2 March in some engines: the way back must give the same text.
	if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== text) return null;
	return ms / 86_400_000;
}

interface Taking {
	readonly run: Run;
	readonly open: OpenTable;
	readonly buffer: FactBuffer;
}

function takeRow(row: TableRow, file: string, { run, open, buffer }: Taking): void {
	const { config, tally, vocabulary } = run;
	const place = `line ${row.line}`;
	const [patient = '', dayText = ''] = row.cells;
	if (patient === '') {
		tally.issue(file, 'patient-missing', 'warning', place);
		return;
	}
	const day = config.day === null || dayText === '' ? null : dayOf(dayText);
	if (config.day !== null && dayText !== '' && day === null) {
		tally.issue(file, 'date-invalid', 'warning', place);
		return;
	}
	if (config.dataClass === 'image') buffer.add({ patient, kind: 'image-exam' });
	if (config.dataClass === 'clinical') buffer.add({ patient, kind: 'clinical-exam' });
	const firstValue = open.wanted.length - open.columns.length;
	const diagnoses = row.cells.slice(firstValue - (config.conditions?.length ?? 0), firstValue);
	for (const code of conditionsOf(diagnoses, vocabulary, tally))
		buffer.add({ patient, kind: 'condition', code });
	for (const [at, column] of open.columns.entries()) {
		const reading: CellReading = readCell(row.cells[firstValue + at] ?? '', column, vocabulary);
		if (reading.kind === 'bad') {
			tally.issue(file, reading.code, 'warning', place);
			tally.unmapped(`${reading.code} in column`, column.name);
		} else if (reading.kind === 'value') {
			const { value } = reading;
			buffer.add({ patient, kind: 'value', value: { element: column.element.id, value, day } });
		}
	}
}
