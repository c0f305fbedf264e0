// Draws the patients of one hospital: their tumours, and which examinations and forms the hospital has of them.

import { genomeDrawer } from './draw-genome.ts';
import type { HospitalProfile } from './hospital-profile.ts';
import type { Call, RadiomicsRow, Scan, SynthPatient } from './patient.ts';
import { type SeededStream, seededStream } from './seeded-stream.ts';
import { diagnosisPeriod, lastContactDay } from './study-days.ts';
import { drawTumour, type Tumour } from './tumour.ts';
import type { VariantSite } from './variant-sites.ts';

export function drawPatients(
	profile: HospitalProfile,
	count: number,
	seed: number,
	sites: readonly VariantSite[],
): readonly SynthPatient[] {
	const stream = seededStream(seed, `patients/${profile.id}`);
	const drawGenome = genomeDrawer(sites, profile.genome.covers);
	return Array.from({ length: count }, (_, index) => {
		const tumour = drawTumour(stream);
		const person = drawPerson(profile, tumour, index, stream);
		const sequenced = stream.chance(profile.genome.share);
		const calls: ReadonlyMap<number, Call> = sequenced ? drawGenome(tumour, stream) : new Map();
		return { ...person, calls, sampleName: sequenced ? sampleName(profile, person.record, index) : null };
	});
}

/** Laboratory numbers run against the order of the records, so that no join by position goes unnoticed. */
function sampleName(profile: HospitalProfile, record: string, index: number): string {
	return profile.genome.laboratoryNumbers ? `LAB${String(900_000 - index * 7)}` : record;
}

function drawPerson(
	profile: HospitalProfile,
	tumour: Tumour,
	index: number,
	stream: SeededStream,
): Omit<SynthPatient, 'calls' | 'sampleName'> {
	const { first, last } = diagnosisPeriod;
	const diagnosisDay = first + stream.below(last - first + 1);
	const scan = drawScan(profile, tumour, diagnosisDay, stream);
	const measured = scan?.report?.volumeUl ?? null;
	return {
		hospital: profile.id,
		record: `${profile.recordPrefix}${String(100_000 + index * 13)}`,
		index,
		sex: stream.pick([
			['male', 57],
			['female', 42.7],
			['other', 0.3],
		]),
		birthDay: diagnosisDay - Math.floor(tumour.ageYears * 365.25) - 30 - stream.below(300),
		diagnosisDay,
		condition: tumour.condition,
		ruledOut: stream.chance(0.04) ? (tumour.condition === 'C79.3' ? 'C71.9' : 'C79.3') : null,
		scan,
		secondReading:
			measured === null || !stream.chance(0.08) ? null : { volumeUl: changed(measured, 0.8, 1.2, stream) },
		radiomics: drawRadiomics(profile, tumour, scan, stream),
		methylation: drawMethylation(profile, tumour, stream),
		assayMixedUp: stream.chance(0.02),
		followUp: drawFollowUp(profile, tumour, diagnosisDay, stream),
		consent: stream.pick(profile.consents),
	};
}

/** One scan of a patient within three weeks of the diagnosis; enhancement is seen only where contrast was given. */
function drawScan(
	profile: HospitalProfile,
	tumour: Tumour,
	diagnosisDay: number,
	stream: SeededStream,
): Scan | null {
	const { imaging } = profile;
	if (!stream.chance(imaging.share)) return null;
	const modality = stream.chance(imaging.ct) ? 'CT' : 'MR';
	const contrast = stream.chance(imaging.contrast);
	const reported = contrast && stream.chance(imaging.reported);
	const volumeUl = imaging.volumeUnit === null ? null : tumour.volumeUl;
	const report = reported ? { pattern: tumour.pattern, volumeUl } : null;
	return { modality, day: diagnosisDay + stream.below(21) - 7, contrast, report };
}

/** Between `low` and `high` times the volume; odd, as all volumes here. */
function changed(volumeUl: number, low: number, high: number, stream: SeededStream): number {
	const next = Math.round(volumeUl * (low + (high - low) * stream.unit()));
	return Math.min(194_999, Math.max(301, next)) | 1;
}

function drawRadiomics(
	profile: HospitalProfile,
	tumour: Tumour,
	scan: Scan | null,
	stream: SeededStream,
): readonly RadiomicsRow[] {
	if (scan === null || scan.modality !== 'MR' || !stream.chance(0.88)) return [];
	const withVolume = profile.radiomics.volume !== null;
	const row = {
		day: scan.day,
		sphericityE4: tumour.sphericityE4,
		volumeUl: withVolume ? tumour.volumeUl : null,
	};
	if (!stream.chance(0.05)) return [row];
	const day = scan.day + 60 + stream.below(120);
	const volumeUl = withVolume ? changed(tumour.volumeUl, 0.4, 1.3, stream) : null;
	const sphericityE4 = Math.min(9800, Math.max(1500, tumour.sphericityE4 + stream.below(600) - 300));
	return [row, { day, sphericityE4, volumeUl }];
}

function drawMethylation(
	profile: HospitalProfile,
	tumour: Tumour,
	stream: SeededStream,
): SynthPatient['methylation'] {
	if (!stream.chance(profile.clinical.methylationShare)) return null;
	if (profile.clinical.inconclusive !== null && stream.chance(0.04)) return 'inconclusive';
	return tumour.methylation;
}

/** Who lives long is more often alive at the last contact, and who outlives the study surely is. */
function drawFollowUp(
	profile: HospitalProfile,
	tumour: Tumour,
	diagnosisDay: number,
	stream: SeededStream,
): SynthPatient['followUp'] {
	if (!stream.chance(profile.clinical.survivalShare)) return null;
	const dead = stream.chance(tumour.survivalDays < 1200 ? 0.85 : 0.45);
	const observed = lastContactDay - diagnosisDay;
	if (tumour.survivalDays > observed) return { days: observed, status: 'alive' };
	return { days: tumour.survivalDays, status: dead ? 'dead' : 'alive' };
}
