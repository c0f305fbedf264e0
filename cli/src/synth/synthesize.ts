// Writes a whole synthetic network folder from a seed: four (or more) hospitals in real formats, questions, and the truth.

import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { drawPatients } from './draw-patients.ts';
import type { HospitalProfile } from './hospital-profile.ts';
import { hospitalProfiles } from './hospital-profiles.ts';
import { networkFile } from './network-file.ts';
import { questionFiles } from './question-files.ts';
import { truthPath } from './truth/load-truth.ts';
import { truthReadme } from './truth/truth-readme.ts';
import { variantSites } from './variant-sites.ts';
import { type FileCounts, writeHospital } from './write-hospital.ts';

export interface SynthOptions {
	/** Made if absent; must be empty. */
	readonly folder: string;
	/** The same seed (and sizes) gives byte-identical files. */
	readonly seed: number;
	/** 2 to 100; 4 where absent. */
	readonly hospitals?: number;
	/** Of all hospitals together, at least 10 each, at most 200,000; 2,000 where absent. */
	readonly patients?: number;
}

/** One hospital's files of one kind are written; `files` and `patients` are that hospital's. */
export interface SynthProgress {
	readonly hospital: string;
	readonly step: 'dicom' | 'vcf' | 'fhir' | 'csv';
	readonly files: number;
	readonly patients: number;
}

export interface SynthSummary {
	readonly folder: string;
	readonly seed: number;
	readonly patients: number;
	readonly hospitals: readonly {
		readonly id: string;
		readonly name: string;
		readonly patients: number;
		readonly files: FileCounts;
	}[];
	/** All hospitals together. */
	readonly files: FileCounts;
	/** Paths of the question files, relative to the folder. */
	readonly questions: readonly string[];
}

export type SynthFaultCode = 'folder-not-empty' | 'bad-seed' | 'bad-hospitals' | 'bad-patients';

/** The options cannot be met; nothing was written. */
const explanations: Readonly<Record<SynthFaultCode, string>> = {
	'folder-not-empty': 'the folder is not empty: name a new one',
	'bad-seed': 'the seed is a whole number from 0',
	'bad-hospitals': 'from 2 to 100 hospitals',
	'bad-patients': 'at least 10 patients a hospital and at most 200,000 in all',
};

export class SynthFault extends Error {
	readonly code: SynthFaultCode;

	constructor(code: SynthFaultCode) {
		super(explanations[code]);
		this.name = 'SynthFault';
		this.code = code;
	}
}

/** Errors  rejects with SynthFault before anything is written; otherwise only where the disk fails. */
export async function synthesize(
	options: SynthOptions,
	progress: (event: SynthProgress) => void,
): Promise<SynthSummary> {
	const { folder, seed } = options;
	const { hospitals, patients } = checkedSizes(options);
	if ((await entriesOf(folder)).length > 0) throw new SynthFault('folder-not-empty');
	const profiles = hospitalProfiles(hospitals);
	const sites = variantSites(seed);
	const truth: string[] = [];
	const written: SynthSummary['hospitals'][number][] = [];
	for (const [index, count] of sharesOf(profiles, patients).entries()) {
		const profile = profiles[index];
		if (profile === undefined) continue;
		const drawn = drawPatients(profile, count, seed, sites);
		const hospital = await writeHospital({ folder, seed, profile, sites, patients: drawn }, progress);
		truth.push(...hospital.truth);
		written.push({ id: profile.id, name: profile.name, patients: count, files: hospital.files });
	}
	await writeShared(folder, profiles, truth);
	const questions = questionFiles.map(({ name }) => `questions/${name}`);
	return {
		folder,
		seed,
		patients,
		hospitals: written,
		files: total(written.map(({ files }) => files)),
		questions,
	};
}

function checkedSizes({ seed, hospitals = 4, patients = 2000 }: SynthOptions): {
	readonly hospitals: number;
	readonly patients: number;
} {
	if (!Number.isSafeInteger(seed) || seed < 0) throw new SynthFault('bad-seed');
	if (!Number.isInteger(hospitals) || hospitals < 2 || hospitals > 100) throw new SynthFault('bad-hospitals');
	const isEnough = Number.isInteger(patients) && patients >= hospitals * 10 && patients <= 200_000;
	if (!isEnough) throw new SynthFault('bad-patients');
	return { hospitals, patients };
}

async function entriesOf(folder: string): Promise<readonly string[]> {
	await mkdir(folder, { recursive: true });
	return readdir(folder);
}

/** Patients a hospital, by weight; the rounding goes to the first, and none has fewer than one. */
function sharesOf(profiles: readonly HospitalProfile[], patients: number): readonly number[] {
	const total = profiles.reduce((sum, { weight }) => sum + weight, 0);
	const shares = profiles.map(({ weight }) => Math.max(1, Math.floor((patients * weight) / total)));
	const rest = patients - shares.reduce((sum, share) => sum + share, 0);
	return shares.map((share, index) => (index === 0 ? share + rest : share));
}

async function writeShared(
	folder: string,
	profiles: readonly HospitalProfile[],
	truth: readonly string[],
): Promise<void> {
	const files: readonly (readonly [path: string, text: string])[] = [
		['network.yaml', networkFile(profiles)],
		['truth/README.md', truthReadme],
		[truthPath, truth.join('')],
		...questionFiles.map(({ name, text }) => [`questions/${name}`, text] as const),
	];
	for (const [path, text] of files) {
		await mkdir(dirname(join(folder, path)), { recursive: true });
		await writeFile(join(folder, path), text);
	}
}

function total(counts: readonly FileCounts[]): FileCounts {
	const sum = (kind: keyof FileCounts): number => counts.reduce((all, files) => all + files[kind], 0);
	return { dicom: sum('dicom'), vcf: sum('vcf'), fhir: sum('fhir'), csv: sum('csv') };
}
