// One tiny image a series: MR Image Storage and CT Image Storage instances of a synthetic scan (PS3.3 A.4, A.3).

import type { HospitalProfile } from '../hospital-profile.ts';
import { type DataSet, encodeFile } from './data-set.ts';
import {
	commonModules,
	type DicomFile,
	implementationUid,
	type Series,
	type Study,
	studyUidOf,
} from './study.ts';
import { tumourPixels } from './tumour-pixels.ts';

export const mrImageStorage = '1.2.840.10008.5.1.4.1.1.4';
export const ctImageStorage = '1.2.840.10008.5.1.4.1.1.2';

export interface Sequence extends Series {
	readonly modality: 'MR' | 'CT';
	readonly file: string;
	readonly contrast: boolean;
}

/** The series of a scan: T1 (after contrast, where it was given) and FLAIR, or one CT. */
export function sequencesOf(scan: {
	readonly modality: 'MR' | 'CT';
	readonly contrast: boolean;
}): readonly Sequence[] {
	const { contrast } = scan;
	if (scan.modality === 'CT') {
		return [
			{
				modality: 'CT',
				sopClass: ctImageStorage,
				number: 2,
				description: 'CT axial',
				file: 'ct.dcm',
				contrast,
			},
		];
	}
	const t1 = contrast ? 'T1 post contrast' : 'T1';
	const file = contrast ? 't1-post.dcm' : 't1.dcm';
	return [
		{ modality: 'MR', sopClass: mrImageStorage, number: 2, description: t1, file, contrast },
		{
			modality: 'MR',
			sopClass: mrImageStorage,
			number: 3,
			description: 'FLAIR',
			file: 'flair.dcm',
			contrast: false,
		},
	];
}

export function imageInstance(profile: HospitalProfile, study: Study, sequence: Sequence): DicomFile {
	const { record } = study.patient;
	const sopInstance = studyUidOf(study, `${sequence.description}/1`);
	const dataSet: DataSet = [
		...commonModules(study, sequence),
		...imageModules(profile, study, sequence),
		...(sequence.modality === 'MR' ? mrModules(sequence) : ctModules()),
		...(sequence.contrast ? contrastModule(sequence.modality) : []),
	];
	const meta = { sopClass: sequence.sopClass, sopInstance, implementation: implementationUid };
	return { path: `${record}/${sequence.file}`, bytes: encodeFile(meta, dataSet) };
}

function imageModules(profile: HospitalProfile, study: Study, sequence: Sequence): DataSet {
	return [
		['0018,0015', 'CS', profile.imaging.bodyPart],
		['0018,0050', 'DS', '5'],
		['0018,1030', 'LO', `${sequence.modality} tumour protocol`],
		['0018,5100', 'CS', 'HFS'],
		['0020,0012', 'IS', '1'],
		['0020,0032', 'DS', '-120\\-120\\0'],
		['0020,0037', 'DS', '1\\0\\0\\0\\1\\0'],
		['0020,0052', 'UI', studyUidOf(study, 'frame of reference')],
		// Unpaired: the local name of the body part does not say so by itself.
		['0020,0062', 'CS', 'U'],
		['0020,1040', 'LO', ''],
		['0028,0002', 'US', [1]],
		['0028,0004', 'CS', 'MONOCHROME2'],
		['0028,0010', 'US', [16]],
		['0028,0011', 'US', [16]],
		['0028,0030', 'DS', '15\\15'],
		['0028,0100', 'US', [16]],
		['0028,0101', 'US', [16]],
		['0028,0102', 'US', [15]],
		['0028,0103', 'US', [0]],
		['7FE0,0010', 'OW', tumourPixels(study.patient.scan?.report?.pattern ?? 'none', sequence.contrast)],
	];
}

function mrModules(sequence: Sequence): DataSet {
	const flair = sequence.description === 'FLAIR';
	return [
		['0008,0008', 'CS', 'ORIGINAL\\PRIMARY\\OTHER'],
		['0018,0020', 'CS', flair ? 'SE\\IR' : 'SE'],
		['0018,0021', 'CS', 'SK'],
		['0018,0022', 'CS', ''],
		['0018,0023', 'CS', '2D'],
		['0018,0080', 'DS', flair ? '9000' : '550'],
		['0018,0081', 'DS', flair ? '120' : '12'],
		...(flair ? ([['0018,0082', 'DS', '2500']] as const) : []),
		['0018,0087', 'DS', '3'],
		['0018,0091', 'IS', flair ? '20' : '1'],
	];
}

function ctModules(): DataSet {
	return [
		['0008,0008', 'CS', 'ORIGINAL\\PRIMARY\\AXIAL'],
		['0018,0060', 'DS', '120'],
		['0028,1052', 'DS', '-1024'],
		['0028,1053', 'DS', '1'],
		['0028,1054', 'LO', 'HU'],
	];
}

/** Contrast/Bolus module (PS3.3 C.7.6.4): present only where an agent was given. */
function contrastModule(modality: 'MR' | 'CT'): DataSet {
	return [
		['0018,0010', 'LO', modality === 'MR' ? 'Gadobutrol' : 'Iohexol'],
		['0018,1040', 'LO', 'Intravenous route'],
	];
}
