// The radiologist's report of a synthetic scan: Comprehensive 3D SR by template TID 1500 (PS3.16), one measurement group.

import type { Concept, EnhancementPattern, HospitalProfile } from '../hospital-profile.ts';
import { dicomDate } from '../study-days.ts';
import {
	codeItem,
	codeSequence,
	container,
	imageItem,
	numberItem,
	personItem,
	textItem,
	uidItem,
} from './content-items.ts';
import { type DataSet, encodeFile } from './data-set.ts';
import type { Sequence } from './image-instance.ts';
import { commonModules, type DicomFile, implementationUid, type Study, studyUidOf } from './study.ts';

export interface Finding {
	/** Microlitres; null where the report gives no volume. */
	readonly volumeUl: number | null;
	/** Null where the report does not describe enhancement. */
	readonly pattern: EnhancementPattern | null;
	/** The image that was read. */
	readonly source: Sequence;
	/** 1, or 2 for another reader's opinion on the same scan. */
	readonly reading: 1 | 2;
}

const comprehensive3dSr = '1.2.840.10008.5.1.4.1.1.88.34';

const units: Readonly<Record<'mL' | 'cm3' | 'mm3', Concept>> = {
	mL: ['mL', 'UCUM', 'milliliter'],
	cm3: ['cm3', 'UCUM', 'cubic centimeter'],
	mm3: ['mm3', 'UCUM', 'cubic millimeter'],
};

export function measurementReport(profile: HospitalProfile, study: Study, finding: Finding): DicomFile {
	const { reading } = finding;
	const description = `Tumour report ${reading}`;
	const series = { modality: 'SR', sopClass: comprehensive3dSr, number: 8 + reading, description } as const;
	const sopInstance = studyUidOf(study, `${description}/1`);
	const dataSet: DataSet = [
		...commonModules(study, series),
		['0008,1111', 'SQ', []],
		['0040,A372', 'SQ', []],
		['0040,A375', 'SQ', [evidence(study, finding)]],
		['0040,A491', 'CS', 'COMPLETE'],
		['0040,A493', 'CS', 'VERIFIED'],
		['0040,A496', 'CS', 'FINAL'],
		['0040,A073', 'SQ', [verification(study)]],
		...rootContainer(profile, study, finding),
	];
	const meta = { sopClass: comprehensive3dSr, sopInstance, implementation: implementationUid };
	return { path: `${study.patient.record}/report-${reading}.dcm`, bytes: encodeFile(meta, dataSet) };
}

function verification(study: Study): DataSet {
	return [
		['0040,A027', 'LO', `Synthetic hospital ${study.patient.hospital}`],
		['0040,A030', 'DT', `${dicomDate(study.day)}180000`],
		['0040,A075', 'PN', 'Synthetic^Radiologist'],
		['0040,A088', 'SQ', []],
	];
}

/** Every object that the content refers to, by study and series (PS3.3 C.17.2.3). */
function evidence(study: Study, { source }: Finding): DataSet {
	const instance: DataSet = [
		['0008,1150', 'UI', source.sopClass],
		['0008,1155', 'UI', studyUidOf(study, `${source.description}/1`)],
	];
	const series: DataSet = [
		['0008,1199', 'SQ', [instance]],
		['0020,000E', 'UI', studyUidOf(study, source.description)],
	];
	return [
		['0008,1115', 'SQ', [series]],
		['0020,000D', 'UI', study.studyUid],
	];
}

function rootContainer(profile: HospitalProfile, study: Study, finding: Finding): DataSet {
	const image = imageOf(study, finding);
	const procedure: Concept =
		finding.source.modality === 'CT'
			? ['303653007', 'SCT', 'CT of head']
			: ['241601008', 'SCT', 'MRI of head'];
	const children: readonly DataSet[] = [
		codeItem(
			'HAS CONCEPT MOD',
			['121049', 'DCM', 'Language of Content Item and Descendants'],
			['en', 'RFC5646', 'English'],
		),
		codeItem('HAS OBS CONTEXT', ['121005', 'DCM', 'Observer Type'], ['121006', 'DCM', 'Person']),
		personItem('HAS OBS CONTEXT', ['121008', 'DCM', 'Person Observer Name'], 'Synthetic^Radiologist'),
		codeItem('HAS CONCEPT MOD', ['121058', 'DCM', 'Procedure reported'], procedure),
		container(
			'CONTAINS',
			['111028', 'DCM', 'Image Library'],
			[container('CONTAINS', ['126200', 'DCM', 'Image Library Group'], [imageItem('CONTAINS', null, image)])],
		),
		container(
			'CONTAINS',
			['126010', 'DCM', 'Imaging Measurements'],
			[measurementGroup(profile, study, finding)],
		),
	];
	return [
		['0040,A040', 'CS', 'CONTAINER'],
		codeSequence('0040,A043', ['126000', 'DCM', 'Imaging Measurement Report']),
		['0040,A050', 'CS', 'SEPARATE'],
		[
			'0040,A504',
			'SQ',
			[
				[
					['0008,0105', 'CS', 'DCMR'],
					['0040,DB00', 'CS', '1500'],
				],
			],
		],
		['0040,A730', 'SQ', children],
	];
}

/** TID 1501: measurements and qualitative evaluations of one lesion, with no outline drawn. */
function measurementGroup(profile: HospitalProfile, study: Study, finding: Finding): DataSet {
	const { imaging } = profile;
	const items: DataSet[] = [
		textItem('HAS OBS CONTEXT', ['112039', 'DCM', 'Tracking Identifier'], 'Lesion 1'),
		uidItem(
			'HAS OBS CONTEXT',
			['112040', 'DCM', 'Tracking Unique Identifier'],
			studyUidOf(study, 'lesion 1'),
		),
		codeItem('CONTAINS', ['121071', 'DCM', 'Finding'], ['108369006', 'SCT', 'Neoplasm']),
		codeItem('HAS CONCEPT MOD', ['363698007', 'SCT', 'Finding Site'], ['12738006', 'SCT', 'Brain']),
	];
	if (finding.volumeUl !== null && imaging.volumeUnit !== null) {
		const source = imageItem(
			'INFERRED FROM',
			['121112', 'DCM', 'Source of Measurement'],
			imageOf(study, finding),
		);
		const value = volumeText(finding.volumeUl, imaging.volumeUnit);
		items.push(numberItem(imaging.volume, value, units[imaging.volumeUnit], [source]));
	}
	if (finding.pattern !== null)
		items.push(codeItem('CONTAINS', imaging.pattern, imaging.patterns[finding.pattern]));
	return container('CONTAINS', ['125007', 'DCM', 'Measurement Group'], items);
}

function volumeText(volumeUl: number, unit: 'mL' | 'cm3' | 'mm3'): string {
	return unit === 'mm3' ? String(volumeUl) : (volumeUl / 1000).toFixed(3);
}

function imageOf(
	study: Study,
	{ source }: Finding,
): { readonly sopClass: string; readonly sopInstance: string } {
	return { sopClass: source.sopClass, sopInstance: studyUidOf(study, `${source.description}/1`) };
}
