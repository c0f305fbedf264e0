// The data of the network under test: a few hundred invented patients a hospital, drawn from a fixed seed, as the
// files that a hospital would have; and the truth of every question that a schedule asks of them.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type SeededStream, seededStream } from '../../cli/src/synth/seeded-stream.ts';

export interface MadePatient {
	readonly age: number;
	/** Category of enhancement; `unknown` where it was not assessed. */
	readonly pattern: string;
	/** Whether IDH1 is mutated: `true`, `false`, or `unknown` where there is no genome. */
	readonly mutated: string;
}

export type MadeHospitals = Readonly<Record<string, readonly MadePatient[]>>;

/** Sizes of which no two sums are near each other: a share that is missing or counted twice shows through the noise. */
const sizes = { east: 130, north: 230, south: 390, west: 620 } as const;
/** The unknown are many, so that an exact answer has no small cell to hide. */
const patterns = ['none', 'nodular', 'rim', 'unknown'] as const;
const findings = ['true', 'false', 'unknown'] as const;

export const hospitals: readonly string[] = Object.keys(sizes);

export function makeHospitals(): MadeHospitals {
	return Object.fromEntries(
		Object.entries(sizes).map(([hospital, size]) => {
			const stream = seededStream(1, `faults/${hospital}`);
			return [hospital, Array.from({ length: size }, () => drawPatient(stream))];
		}),
	);
}

function drawPatient(stream: SeededStream): MadePatient {
	return {
		age: 30 + stream.below(60),
		pattern: patterns[stream.below(patterns.length)] ?? 'none',
		mutated: findings[stream.below(findings.length)] ?? 'false',
	};
}

/** Writes the network folder: network.yaml and each hospital's tables and genomes. */
export async function writeNetworkFolder(
	folder: string,
	made: MadeHospitals,
	sessionDeadline: number,
): Promise<void> {
	await mkdir(folder, { recursive: true });
	for (const [hospital, patients] of Object.entries(made)) {
		await mkdir(join(folder, hospital));
		await writeFile(join(folder, hospital, 'clinical.csv'), clinicalTable(patients));
		await writeFile(join(folder, hospital, 'imaging.csv'), imagingTable(patients));
		await writeFile(join(folder, hospital, 'genomes.vcf'), genomes(patients));
	}
	await writeFile(join(folder, 'network.yaml'), stringify(networkFile(sessionDeadline)));
}

function networkFile(sessionDeadline: number): unknown {
	const sourcesOf = (hospital: string): unknown => [
		{ kind: 'csv', path: `${hospital}/clinical.csv`, patient: 'patient', dataClass: 'clinical' },
		{ kind: 'csv', path: `${hospital}/imaging.csv`, patient: 'patient', dataClass: 'image', day: 'scanned' },
		{ kind: 'vcf', path: `${hospital}/genomes.vcf`, assembly: 'GRCh38' },
	];
	return {
		cordon: 1,
		name: 'Faults',
		policy: {
			aggregation: 'secure',
			visibility: 'visible',
			mechanisms: ['noised', 'exact'],
			k: 5,
			publicData: true,
			epsilonPerEpoch: 1000,
			epsilonForLife: 1000,
			sessionDeadline,
			replyTime: 0,
		},
		hospitals: hospitals.map((id) => ({ id, name: id, sources: sourcesOf(id) })),
		people: [{ id: 'ada', name: 'Ada Researcher' }],
		projects: [
			{
				id: 'glioma',
				title: 'Questions under faults',
				hospitals,
				purposes: ['HMB'],
				members: ['ada'],
				asks: ['exists', 'count', 'histogram', 'table'],
				exact: true,
				until: '2036-12-31',
			},
		],
	};
}

function clinicalTable(patients: readonly MadePatient[]): string {
	return table(
		'patient,age,sex',
		patients.map(({ age }, at) => `P${at},${age},F`),
	);
}

function imagingTable(patients: readonly MadePatient[]): string {
	return table(
		'patient,scanned,enhancement-pattern',
		patients.map(({ pattern }, at) => `P${at},2023-02-22,${pattern === 'unknown' ? '' : pattern}`),
	);
}

function genomes(patients: readonly MadePatient[]): string {
	const header = [
		'##fileformat=VCFv4.3',
		'##reference=GRCh38',
		'##contig=<ID=chr2,assembly=GRCh38>',
		'##INFO=<ID=GENE,Number=1,Type=String,Description="Gene symbol">',
		'##INFO=<ID=CSQ_TERM,Number=A,Type=String,Description="Consequence">',
		'##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
	];
	const columns = '#CHROM POS ID REF ALT QUAL FILTER INFO FORMAT'.split(' ');
	const variant = 'chr2 208248388 . C T . PASS GENE=IDH1;CSQ_TERM=missense_variant GT'.split(' ');
	const sequenced = patients.flatMap(({ mutated }, at) => (mutated === 'unknown' ? [] : [{ mutated, at }]));
	return [
		...header,
		[...columns, ...sequenced.map(({ at }) => `P${at}`)].join('\t'),
		[...variant, ...sequenced.map(({ mutated }) => (mutated === 'true' ? '0/1' : '0/0'))].join('\t'),
		'',
	].join('\n');
}

function table(header: string, rows: readonly string[]): string {
	return [header, ...rows, ''].join('\n');
}
