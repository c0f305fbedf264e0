// Reads a folder of DICOM files into facts: which series a patient has, and what structured reports measured.

import { setImmediate } from 'node:timers/promises';
import { ReadingRecord } from '../reading-record.ts';
import type { DicomSource } from '../source-config.ts';
import type { SourceReader, Vocabulary } from '../source-reader.ts';
import { walkFolder } from '../walk-folder.ts';
import { contrastOfInstance } from './contrast-of-instance.ts';
import { dayOfDate } from './day-of-date.ts';
import { type DataSet, textOf } from './parse-dicom.ts';
import { patientOfInstance } from './patient-of-instance.ts';
import { type DicomHeader, readHeader } from './read-header.ts';
import { reportValues } from './report-values.ts';
import { SeriesFold } from './series-fold.ts';

/** Files are read synchronously, which is several times faster; between so many the node serves others. */
const filesBetweenPauses = 32;

/** A patient in hand: everything read so far of one source. */
class DicomReading {
	readonly #record: ReadingRecord;
	readonly #vocabulary: Vocabulary;
	readonly #series = new SeriesFold();
	readonly #examined = new Set<string>();

	constructor(record: ReadingRecord, vocabulary: Vocabulary) {
		this.#record = record;
		this.#vocabulary = vocabulary;
	}

	async takeFile(path: string, name: string): Promise<void> {
		const header = readHeader(path);
		if (!header.ok) return this.#record.refuse(name, header.error);
		const patient = patientOfInstance(header.value.dataSet);
		if (!patient.ok) return this.#record.refuse(name, patient.error);
		const modality = this.#modality(header.value.dataSet, name);
		if (modality === null) return;
		this.#takeSeries(header.value.dataSet, name, { patient: patient.value, modality });
		if (header.value.content === 'cut') this.#record.warn(name, 'truncated');
		if (header.value.isReport) await this.#takeReport(header.value, name, patient.value);
		this.#record.fileRead();
	}

	async finish(): Promise<void> {
		for (const patient of this.#examined) await this.#record.add({ patient, kind: 'image-exam' });
		for (const folded of this.#series.all()) await this.#record.add({ kind: 'series', ...folded });
		await this.#record.flush();
	}

	/** A file whose modality is unknown is refused: its patient would count as examined without a known series. */
	#modality(dataSet: DataSet, name: string): string | null {
		const raw = textOf(dataSet, 'x00080060');
		const modality = raw === '' ? null : this.#vocabulary.modality(raw);
		if (modality !== null) return modality;
		this.#record.refuse(name, raw === '' ? 'modality-missing' : 'modality-unmapped');
		if (raw !== '') this.#record.unmapped('modality', raw);
		return null;
	}

	#takeSeries(dataSet: DataSet, name: string, of: { patient: string; modality: string }): void {
		const rawPart = textOf(dataSet, 'x00180015');
		const bodyPart = rawPart === '' ? null : this.#vocabulary.bodyPart(rawPart);
		if (rawPart !== '' && bodyPart === null) this.#record.unmapped('bodyPart', rawPart);
		const uid = textOf(dataSet, 'x0020000e');
		if (uid === '') this.#record.warn(name, 'series-uid-missing');
		const contrast = contrastOfInstance(dataSet);
		this.#series.add(uid === '' ? null : uid, of.patient, { modality: of.modality, bodyPart, contrast });
		this.#examined.add(of.patient);
	}

	async #takeReport(header: DicomHeader, name: string, patient: string): Promise<void> {
		const { dataSet } = header;
		if (header.content !== 'whole') return this.#record.warn(name, 'report-malformed');
		// The study's date dates what was measured; the content date only when it was written down.
		const day = dayOfDate(textOf(dataSet, 'x00080020')) ?? dayOfDate(textOf(dataSet, 'x00080023'));
		const report = reportValues(dataSet, this.#vocabulary, day);
		if (!report.ok) return this.#record.warn(name, report.error);
		if (textOf(dataSet, 'x0040a496') === 'PRELIMINARY') this.#record.warn(name, 'report-preliminary');
		for (const doubt of report.value.doubts) this.#record.warn(name, doubt);
		for (const [kind, unknown] of report.value.unmapped) this.#record.unmapped(kind, unknown);
		for (const value of report.value.values) await this.#record.add({ patient, kind: 'value', value });
	}
}

/**
 * Shape   facts `image-exam` once a patient that has a readable file, `series` once a series, `value` from
 *         structured reports. `folder` is the source's resolved path. Age and sex of the files are not read:
 *         they are clinical, and come from FHIR or tables.
 * Errors  every file that is not read is an issue of severity `refused` with its code; `warning`: the file was
 *         read, and what the code names was left out.
 */
export function createDicomReader(
	_config: DicomSource,
	folder: string,
	vocabulary: Vocabulary,
): SourceReader {
	return {
		read: async (emit, progress) => {
			const record = new ReadingRecord(emit);
			const reading = new DicomReading(record, vocabulary);
			for await (const found of walkFolder(folder)) {
				record.fileFound();
				if (found.kind === 'file') await reading.takeFile(found.path, found.relative);
				else record.refuse(found.relative, found.code);
				if (record.files % filesBetweenPauses !== 0) continue;
				progress(record.files, null);
				await setImmediate();
			}
			await reading.finish();
			progress(record.files, record.files);
			return record.report();
		},
	};
}
