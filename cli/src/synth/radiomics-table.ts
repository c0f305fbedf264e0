// The table of shape features that a hospital's radiomics software wrote, with its own column names.

import type { RadiomicsHabits } from './hospital-profile.ts';
import type { SynthPatient } from './patient.ts';
import { isoDate } from './study-days.ts';

/** One row a scan; volumes in mm3, sphericity without unit. */
export function radiomicsTable(habits: RadiomicsHabits, patients: readonly SynthPatient[]): string {
	const { separator, patient, day, sphericity, volume } = habits;
	const header = [patient, day, sphericity, ...(volume === null ? [] : [volume]), 'software'];
	const rows = patients.flatMap((person) =>
		person.radiomics.map((row) => [
			person.record,
			isoDate(row.day),
			(row.sphericityE4 / 10_000).toFixed(4),
			...(volume === null ? [] : [row.volumeUl === null ? '' : String(row.volumeUl)]),
			'shape-tool 3.1',
		]),
	);
	return [header, ...rows].map((cells) => `${cells.join(separator)}\n`).join('');
}
