// Writes one synthetic hospital's own files: images and reports, genomes, clinical records, radiomics, mapping.

import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { compressBlocks } from './bgzf.ts';
import { patientFiles } from './dicom/patient-files.ts';
import { conditionResources, patientResource, type Resource } from './fhir/clinical-resources.ts';
import { consentResources } from './fhir/consent-resources.ts';
import { observationResources } from './fhir/observation-resources.ts';
import { genomeFile, writtenSites } from './genome-file.ts';
import type { HospitalProfile } from './hospital-profile.ts';
import { mappingFile } from './mapping-file.ts';
import { keepsWithdrawals } from './network-file.ts';
import type { SynthPatient } from './patient.ts';
import { radiomicsTable } from './radiomics-table.ts';
import { truthRecord } from './truth/truth-record.ts';
import type { VariantSite } from './variant-sites.ts';

/** Source files by kind; samples, withdrawals and mapping are not sources. */
export interface FileCounts {
	readonly dicom: number;
	readonly vcf: number;
	readonly fhir: number;
	readonly csv: number;
}

export interface HospitalTask {
	/** Of the whole network. */
	readonly folder: string;
	readonly seed: number;
	readonly profile: HospitalProfile;
	readonly sites: readonly VariantSite[];
	readonly patients: readonly SynthPatient[];
}

export interface WrittenHospital {
	readonly files: FileCounts;
	/** One line of JSON a patient. */
	readonly truth: readonly string[];
}

type Step = keyof FileCounts;

export async function writeHospital(
	task: HospitalTask,
	progress: (event: {
		readonly hospital: string;
		readonly step: Step;
		readonly files: number;
		readonly patients: number;
	}) => void,
): Promise<WrittenHospital> {
	const { profile, sites, patients } = task;
	const tell = (step: Step, files: number): number => {
		progress({ hospital: profile.id, step, files, patients: patients.length });
		return files;
	};
	const files = {
		dicom: tell('dicom', await writeImages(task)),
		vcf: tell('vcf', await writeGenomes(task)),
		fhir: tell('fhir', await writeClinical(task)),
		csv: tell('csv', await writeTables(task)),
	};
	const about = { profile, sites, written: writtenSites(patients) };
	return { files, truth: patients.map((patient) => `${JSON.stringify(truthRecord(about, patient))}\n`) };
}

/** Synchronous, which is several times faster for thousands of small files; others run between patients. */
async function writeImages({ folder, seed, profile, patients }: HospitalTask): Promise<number> {
	let count = 0;
	for (const patient of patients) {
		const files = patientFiles(profile, patient, seed);
		if (files.length === 0) continue;
		const place = join(folder, profile.id, 'dicom');
		mkdirSync(join(place, patient.record), { recursive: true });
		for (const { path, bytes } of files) writeFileSync(join(place, path), bytes);
		count += files.length;
		if (patient.index % 16 === 0) await setImmediate();
	}
	return count;
}

async function writeGenomes({ folder, seed, profile, sites, patients }: HospitalTask): Promise<number> {
	const { vcf, samples } = genomeFile({
		seed,
		hospital: profile.id,
		habits: profile.genome,
		sites,
		patients,
	});
	await write(join(folder, profile.id, 'genomes.vcf.gz'), compressBlocks(Buffer.from(vcf)));
	if (samples !== null) await write(join(folder, profile.id, 'samples.csv'), samples);
	return 1;
}

async function writeClinical({ folder, profile, patients }: HospitalTask): Promise<number> {
	const kinds: readonly (readonly [name: string, of: (patient: SynthPatient) => readonly Resource[]])[] = [
		['Patient', (patient) => [patientResource(profile, patient)]],
		['Condition', (patient) => conditionResources(profile, patient)],
		['Observation', (patient) => observationResources(profile, patient)],
		['Consent', (patient) => consentResources(profile, patient)],
	];
	for (const [name, resourcesOf] of kinds) {
		const lines = patients.flatMap(resourcesOf).map((resource) => `${JSON.stringify(resource)}\n`);
		await write(join(folder, profile.id, 'fhir', `${name}.ndjson`), lines.join(''));
	}
	return kinds.length;
}

async function writeTables({ folder, profile, patients }: HospitalTask): Promise<number> {
	const place = join(folder, profile.id);
	await write(join(place, profile.radiomics.file), radiomicsTable(profile.radiomics, patients));
	await write(join(place, 'mapping.yaml'), mappingFile(profile));
	if (!keepsWithdrawals(profile)) return 1;
	const withdrawn = patients.filter(({ consent }) => consent === 'withdrawn-by-list');
	await write(
		join(place, 'withdrawals.csv'),
		`patient\n${withdrawn.map(({ record }) => `${record}\n`).join('')}`,
	);
	return 1;
}

async function write(path: string, content: string | Uint8Array): Promise<void> {
	await mkdir(dirname(path), { recursive: true });
	await writeFile(path, content);
}
