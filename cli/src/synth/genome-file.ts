// One hospital's multi-sample VCF 4.3 on GRCh38: its header, and a record for every site at which someone differs.

import { contigLengths } from './glioma-genes.ts';
import type { GenomeHabits } from './hospital-profile.ts';
import type { Call, SynthPatient } from './patient.ts';
import { seededStream } from './seeded-stream.ts';
import type { VariantSite } from './variant-sites.ts';

export interface GenomeFile {
	/** Plain text, to be compressed. */
	readonly vcf: string;
	/** Of samples.csv; null where the sample names are the record numbers. */
	readonly samples: string | null;
}

export interface GenomeTask {
	readonly seed: number;
	readonly hospital: string;
	readonly habits: GenomeHabits;
	readonly sites: readonly VariantSite[];
	readonly patients: readonly SynthPatient[];
}

export function genomeFile(task: GenomeTask): GenomeFile {
	const sequenced = task.patients.filter((patient) => patient.sampleName !== null);
	// Laboratories order their columns by sample name.
	const columns = sequenced.toSorted((a, b) => order(a.sampleName ?? '', b.sampleName ?? ''));
	const lines = [...header(task, columns), ...records(task, columns)];
	const rows = sequenced.map((patient) => `${patient.sampleName},${patient.record}\n`);
	const samples = task.habits.laboratoryNumbers ? `sample,patient\n${rows.join('')}` : null;
	return { vcf: `${lines.join('\n')}\n`, samples };
}

function order(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}

function header({ habits }: GenomeTask, columns: readonly SynthPatient[]): readonly string[] {
	const { info, contigPrefix } = habits;
	const contigs = contigLengths.map(
		([id, length]) => `##contig=<ID=${contigPrefix}${id},length=${length},assembly=GRCh38>`,
	);
	const depth = '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Read depth">';
	const fixed = ['#CHROM', 'POS', 'ID', 'REF', 'ALT', 'QUAL', 'FILTER', 'INFO', 'FORMAT'];
	return [
		'##fileformat=VCFv4.3',
		'##source=cordon-synth-1',
		'##reference=GRCh38',
		'##synthetic=Sites with an ID starting "hotspot" have the true GRCh38 reference allele; at all others REF is invented',
		'##FILTER=<ID=PASS,Description="All filters passed">',
		...contigs,
		`##INFO=<ID=${info.gene},Number=1,Type=String,Description="Gene symbol">`,
		`##INFO=<ID=${info.consequence},Number=A,Type=String,Description="Consequence of each alternate allele">`,
		`##INFO=<ID=${info.significance},Number=A,Type=String,Description="Clinical significance of each alternate allele">`,
		'##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
		...(habits.depths ? [depth] : []),
		[...fixed, ...columns.map((patient) => patient.sampleName)].join('\t'),
	];
}

function records(
	{ seed, hospital, habits, sites }: GenomeTask,
	columns: readonly SynthPatient[],
): readonly string[] {
	const depths = habits.depths ? seededStream(seed, `depths/${hospital}`) : null;
	const written = writtenSites(columns);
	const lines: string[] = [];
	for (const [index, site] of sites.entries()) {
		if (!written.has(index)) continue;
		const calls = columns.map((patient) => patient.calls.get(index));
		const cells = calls.map(
			(call) => genotype(call) + (depths === null ? '' : `:${depthOf(call, depths.below(60))}`),
		);
		lines.push(`${fixedFields(site, habits)}\t${depths === null ? 'GT' : 'GT:DP'}\t${cells.join('\t')}`);
	}
	return lines;
}

/** Indexes of the sites that get a record: a call set lists a site only where someone differs. */
export function writtenSites(patients: readonly SynthPatient[]): ReadonlySet<number> {
	const written = new Set<number>();
	for (const { calls } of patients)
		for (const [index, call] of calls) if (call !== 'missing') written.add(index);
	return written;
}

function genotype(call: Call | undefined): string {
	if (call === undefined) return '0/0';
	return call === 'missing' ? './.' : `${call[0]}/${call[1]}`;
}

function depthOf(call: Call | undefined, above: number): string {
	return call === 'missing' ? '.' : String(20 + above);
}

function fixedFields(site: VariantSite, habits: GenomeHabits): string {
	const { info, contigPrefix, consequences, significances, genes } = habits;
	const each = (text: (index: number) => string): string =>
		site.alleles.map((_, index) => text(index)).join(',');
	const consequence = (index: number): string =>
		local(consequences, site.alleles[index]?.consequence ?? null);
	const significance = (index: number): string =>
		local(significances, site.alleles[index]?.significance ?? null);
	const fields = [
		`${info.gene}=${local(genes, site.gene)}`,
		`${info.consequence}=${each(consequence)}`,
		`${info.significance}=${each(significance)}`,
	];
	const alts = each((index) => site.alleles[index]?.alt ?? '.');
	const id = site.alleles.some(({ hotspot }) => hotspot) ? `hotspot_${site.gene}_${site.position}` : '.';
	return [
		`${contigPrefix}${site.contig}`,
		site.position,
		id,
		site.ref,
		alts,
		'.',
		'PASS',
		fields.join(';'),
	].join('\t');
}

function local(names: Readonly<Record<string, string>>, term: string | null): string {
	return term === null ? '.' : (names[term] ?? term);
}
