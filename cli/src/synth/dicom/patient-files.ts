// All image files of one synthetic patient: the images of his scan, its report, and a second reading of it.

import type { HospitalProfile } from '../hospital-profile.ts';
import type { SynthPatient } from '../patient.ts';
import { imageInstance, sequencesOf } from './image-instance.ts';
import { measurementReport } from './measurement-report.ts';
import { type DicomFile, studyOf } from './study.ts';

export function patientFiles(
	profile: HospitalProfile,
	patient: SynthPatient,
	seed: number,
): readonly DicomFile[] {
	const { scan, secondReading } = patient;
	if (scan === null) return [];
	const study = studyOf(seed, patient, scan.day);
	const sequences = sequencesOf(scan);
	const files = sequences.map((sequence) => imageInstance(profile, study, sequence));
	const [source] = sequences;
	if (scan.report === null || source === undefined) return files;
	files.push(measurementReport(profile, study, { source, ...scan.report, reading: 1 }));
	if (secondReading === null) return files;
	const { volumeUl } = secondReading;
	return [...files, measurementReport(profile, study, { source, volumeUl, pattern: null, reading: 2 })];
}
