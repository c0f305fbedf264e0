// What the generator itself knows of a patient, in the form that the reference evaluator reads: the known answer.

import type {
	Dictionary,
	GenomeExam,
	GenotypeFact,
	PatientRecord,
	Plan,
	SeriesFact,
	ValueFact,
} from '@cordon/shared';
import { evaluate } from '@cordon/shared';
import { sequencesOf } from '../dicom/image-instance.ts';
import type { ConsentState, HospitalProfile } from '../hospital-profile.ts';
import type { SynthPatient } from '../patient.ts';
import { ageAt } from '../study-days.ts';
import type { VariantSite } from '../variant-sites.ts';

/** `consent`: whether the class may be counted at all for health research (purpose HRESCH). */
export interface TruthRecord extends PatientRecord {
	readonly hospital: string;
	readonly consent: { readonly image: boolean; readonly genome: boolean; readonly clinical: boolean };
}

export interface TruthTask {
	readonly profile: HospitalProfile;
	readonly sites: readonly VariantSite[];
	/** Indexes of the sites that the hospital's VCF has a record of. */
	readonly written: ReadonlySet<number>;
}

const consents: Readonly<Record<ConsentState, TruthRecord['consent']>> = {
	all: { image: true, genome: true, clinical: true },
	'imaging-only': { image: true, genome: false, clinical: false },
	withdrawn: { image: false, genome: false, clinical: false },
	'withdrawn-by-list': { image: false, genome: false, clinical: false },
	refused: { image: false, genome: false, clinical: false },
	expired: { image: false, genome: false, clinical: false },
	none: { image: false, genome: false, clinical: false },
};

const everyClass = ['image', 'genome', 'clinical'] as const;

/** Made from the model, never from a file: it says what the hospital's files have to say, read rightly. */
export function truthRecord(task: TruthTask, patient: SynthPatient): TruthRecord {
	const exam: GenomeExam = { assembly: 'GRCh38', genes: task.profile.genome.covers, variants: 'all' };
	return {
		hospital: patient.hospital,
		patient: patient.record,
		consent: consents[patient.consent],
		examined: {
			image: patient.scan !== null,
			genomes: patient.sampleName === null ? [] : [exam],
			clinical: true,
		},
		series: seriesOf(patient),
		values: [...imageValues(patient), ...clinicalValues(patient)],
		genotypes: patient.sampleName === null ? [] : genotypesOf(task, patient),
		conditions: [patient.condition],
	};
}

/**
 * The exact answer to a plan, over all hospitals, of the patients who may count for every class it reads.
 *
 * Shape   one integer a cell, in the plan's order.
 * Units   patients.
 */
export function trueAnswer(
	plan: Plan,
	records: readonly TruthRecord[],
	dictionary: Dictionary,
): readonly number[] {
	// Agreeing to nothing is not agreeing: where a plan reads no class, every class must be permitted.
	const classes = plan.dataClasses.length === 0 ? everyClass : plan.dataClasses;
	const mayCount = records.filter(({ consent }) => classes.every((dataClass) => consent[dataClass]));
	return evaluate(plan, mayCount, dictionary);
}

/** A structured report is a series too; it says nothing of body part and contrast. */
function seriesOf({ scan, secondReading }: SynthPatient): readonly SeriesFact[] {
	if (scan === null) return [];
	const images = sequencesOf(scan).map(({ modality, contrast }) => ({
		modality,
		bodyPart: 'BRAIN',
		contrast,
	}));
	const report: SeriesFact = { modality: 'SR', bodyPart: null, contrast: null };
	const reports = [...(scan.report === null ? [] : [report]), ...(secondReading === null ? [] : [report])];
	return [...images, ...reports];
}

function imageValues({ scan, secondReading, radiomics }: SynthPatient): readonly ValueFact[] {
	const values: ValueFact[] = [];
	const volume = (volumeUl: number | null | undefined, day: number): void => {
		if (volumeUl !== null && volumeUl !== undefined)
			values.push({ element: 'tumor-volume', value: volumeUl / 1000, day });
	};
	if (scan !== null) {
		volume(scan.report?.volumeUl, scan.day);
		volume(secondReading?.volumeUl, scan.day);
		if (scan.report !== null)
			values.push({ element: 'enhancement-pattern', value: scan.report.pattern, day: scan.day });
	}
	for (const { day, sphericityE4, volumeUl } of radiomics) {
		values.push({ element: 'sphericity', value: sphericityE4 / 10_000, day });
		volume(volumeUl, day);
	}
	return values;
}

function clinicalValues(patient: SynthPatient): readonly ValueFact[] {
	const { sex, birthDay, diagnosisDay, methylation, followUp } = patient;
	const values: ValueFact[] = [
		{ element: 'sex', value: sex, day: null },
		// Whole years; 90 and over are one group. The birth date gives a later one, and the first counts.
		{ element: 'age', value: Math.min(90, ageAt(birthDay, diagnosisDay)), day: diagnosisDay },
	];
	if (methylation !== null && methylation !== 'inconclusive') {
		values.push({ element: 'mgmt-methylation', value: methylation, day: diagnosisDay + 5 });
	}
	if (followUp !== null) {
		const day = diagnosisDay + followUp.days;
		values.push({ element: 'survival-days', value: followUp.days, day });
		values.push({ element: 'vital-status', value: followUp.status, day });
	}
	return values;
}

function genotypesOf({ sites, written }: TruthTask, { calls }: SynthPatient): readonly GenotypeFact[] {
	return [...calls].flatMap(([index, call]) => {
		const site = sites[index];
		if (site === undefined || !written.has(index)) return [];
		return site.alleles.flatMap((allele, at): readonly GenotypeFact[] => {
			const copies = call === 'missing' ? 0 : call.filter((number) => number === at + 1).length;
			if (call !== 'missing' && copies === 0) return [];
			const { contig, position, ref, gene } = site;
			const { alt, consequence, significance } = allele;
			const zygosity = call === 'missing' ? 'missing' : copies === 2 ? 'hom' : 'het';
			return [{ assembly: 'GRCh38', contig, position, ref, alt, gene, consequence, significance, zygosity }];
		});
	});
}
