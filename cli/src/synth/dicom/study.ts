// The modules that every object of a synthetic study shares: patient, study, series, equipment, SOP common.

import type { SynthPatient } from '../patient.ts';
import { dicomDate } from '../study-days.ts';
import type { DataSet } from './data-set.ts';
import { uidOf } from './uid.ts';

/** One visit of a patient to the scanner. */
export interface Study {
	readonly seed: number;
	readonly patient: SynthPatient;
	/** Days since 1970-01-01. */
	readonly day: number;
	readonly studyUid: string;
	readonly description: string;
}

export interface Series {
	readonly modality: 'MR' | 'CT' | 'SR';
	readonly sopClass: string;
	readonly number: number;
	readonly description: string;
}

/** A file of a hospital's image archive; `path` is relative to its dicom folder. */
export interface DicomFile {
	readonly path: string;
	readonly bytes: Buffer;
}

/** Of the generator: implementation class UID of every file. */
export const implementationUid: string = uidOf('cordon-synth', 1);

const sexCodes = { female: 'F', male: 'M', other: 'O' } as const;

export function studyOf(seed: number, patient: SynthPatient, day: number): Study {
	const studyUid = uidOf(seed, patient.hospital, patient.record, 'study', day);
	const description = patient.scan?.modality === 'CT' ? 'CT head' : 'MRI head';
	return { seed, patient, day, studyUid, description };
}

/** UID of an object of the study; `what` names the series or the object, uniquely within the study. */
export function studyUidOf(study: Study, what: string): string {
	return uidOf(study.studyUid, what);
}

/** Names are numbers and birth dates follow the model: nothing here resembles a person. */
export function commonModules(study: Study, series: Series): DataSet {
	const { patient, day } = study;
	return [
		['0008,0005', 'CS', 'ISO_IR 100'],
		['0008,0016', 'UI', series.sopClass],
		['0008,0018', 'UI', studyUidOf(study, `${series.description}/1`)],
		['0008,0020', 'DA', dicomDate(day)],
		['0008,0023', 'DA', dicomDate(day)],
		['0008,0030', 'TM', timeOf(patient.index, 0)],
		['0008,0033', 'TM', timeOf(patient.index, series.number)],
		['0008,0050', 'SH', `A${patient.index}-${day}`],
		['0008,0060', 'CS', series.modality],
		['0008,0070', 'LO', 'Synthetic'],
		['0008,0080', 'LO', `Synthetic hospital ${patient.hospital}`],
		['0008,0090', 'PN', ''],
		['0008,1030', 'LO', study.description],
		['0008,103E', 'LO', series.description],
		['0008,1090', 'LO', 'Generator'],
		['0010,0010', 'PN', `Synthetic^${patient.record}`],
		['0010,0020', 'LO', patient.record],
		['0010,0030', 'DA', dicomDate(patient.birthDay)],
		['0010,0040', 'CS', sexCodes[patient.sex]],
		['0018,1000', 'LO', '0'],
		['0018,1020', 'LO', '1'],
		['0020,000D', 'UI', study.studyUid],
		['0020,000E', 'UI', studyUidOf(study, series.description)],
		['0020,0010', 'SH', `${day}`],
		['0020,0011', 'IS', `${series.number}`],
		['0020,0013', 'IS', '1'],
	];
}

/** Working hours, by the patient's number. */
function timeOf(index: number, minutes: number): string {
	const hour = 8 + (index % 9);
	return `${String(hour).padStart(2, '0')}${String((index * 7 + minutes * 5) % 60).padStart(2, '0')}00`;
}
