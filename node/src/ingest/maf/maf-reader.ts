// Reads somatic mutations from MAF files. Who was examined a MAF does not say: the configuration does.

import type { GenotypeFact } from '@cordon/shared';
import { FactBuffer } from '../fact-buffer.ts';
import { genesByPosition } from '../genes-by-position.ts';
import { type FoundFile, listFiles } from '../list-files.ts';
import { ReaderTally } from '../reader-tally.ts';
import type { MafSource } from '../source-config.ts';
import type { EmitFacts, SourceReader, Vocabulary } from '../source-reader.ts';
import { normalizeContig } from '../vcf/normalize-allele.ts';
import { mafAllele, mafContig } from './maf-allele.ts';
import { MafError, type MafRow, readMaf } from './maf-file.ts';

interface Run {
	readonly config: MafSource;
	readonly vocabulary: Vocabulary;
	readonly tally: ReaderTally;
}

/**
 * A reader of one MAF file or of a folder of them (`.maf`, `.maf.gz`). Each file is checked to its end before
 * anything of it is kept.
 *
 * Shape   one genotype a row and altered tumour allele: `hom` where both tumour alleles are it, else `het`;
 *         no examination: ingest adds it as `examined` says. Alleles as in `mafAllele`. A row whose gene the
 *         dictionary does not know counts for the genes it lies in (`genesByPosition`), with a count.
 * Errors  never rejects but for `emit`; a refused file is in the report with its code and line:
 *         `assembly-mismatch` NCBI_Build is another one, `row-malformed` a position, strand or allele is
 *         not one, `patient-missing` a row names no patient.
 */
export function createMafReader(config: MafSource, path: string, vocabulary: Vocabulary): SourceReader {
	return {
		read: async (emit, progress) => {
			const run = { config, vocabulary, tally: new ReaderTally() };
			const files = (await listFiles(path, /\.maf(\.gz|\.bgz)?$/i)) ?? [];
			if (files.length === 0) run.tally.issue('', 'path-missing', 'refused');
			run.tally.files = files.length;
			for (const [at, file] of files.entries()) {
				progress(at, files.length);
				if (await readFile(file, run, emit)) run.tally.read += 1;
			}
			progress(files.length, files.length);
			return run.tally.report();
		},
	};
}

/** Whether the file was kept. */
async function readFile(file: FoundFile, run: Run, emit: EmitFacts): Promise<boolean> {
	const { config, vocabulary, tally } = run;
	try {
		for await (const rows of readMaf(file.path, config.patient)) {
			for (const row of rows) allelesOf(row, config);
		}
	} catch (cause) {
		if (!(cause instanceof MafError)) throw cause;
		tally.issue(file.name, cause.code, 'refused', cause.line === null ? undefined : `line ${cause.line}`);
		return false;
	}
	const buffer = new FactBuffer(emit);
	for await (const rows of readMaf(file.path, config.patient)) {
		for (const row of rows) {
			const genotypes = genotypesOf(row, run);
			for (const genotype of genotypes) buffer.add({ patient: row.patient, kind: 'genotype', genotype });
			countUnmapped(row, vocabulary, tally);
			if (genotypes.some(({ gene }) => gene !== null) && vocabulary.gene(row.cell('Hugo_Symbol')) === null)
				tally.issue(file.name, 'gene-by-position', 'warning', `line ${row.line}`);
		}
		await buffer.flowOn();
	}
	await buffer.flush();
	tally.facts += buffer.total;
	return true;
}

function isAssembly(build: string, assembly: string): boolean {
	const names: Readonly<Record<string, string>> = { '36': 'GRCh36', '37': 'GRCh37', '38': 'GRCh38' };
	const name = build.replace(/^(grch|ncbi|b)/i, '').replace(/(-lite|\.p\d+)$/i, '');
	const ucsc: Readonly<Record<string, string>> = { hg18: 'GRCh36', hg19: 'GRCh37', hg38: 'GRCh38' };
	return (
		build === '' || build === assembly || names[name] === assembly || ucsc[build.toLowerCase()] === assembly
	);
}

type Call = Pick<GenotypeFact, 'position' | 'ref' | 'alt' | 'zygosity'>;

function positionsOf(row: MafRow): { readonly start: number; readonly end: number } {
	const [start, end] = [row.cell('Start_Position'), row.cell('End_Position')];
	const isNumber = /^\d{1,9}$/.test(start) && /^\d{1,9}$/.test(end);
	if (!isNumber || Number(start) < 1 || Number(end) < Number(start))
		throw new MafError('row-malformed', row.line);
	return { start: Number(start), end: Number(end) };
}

function allelesOf(row: MafRow, config: MafSource): readonly Call[] {
	if (row.patient === '') throw new MafError('patient-missing', row.line);
	if (!isAssembly(row.cell('NCBI_Build'), config.assembly)) throw new MafError('assembly-mismatch', row.line);
	const strand = row.cell('Strand');
	const contig = row.cell('Chromosome');
	if ((strand !== '' && strand !== '+') || !/^[0-9A-Za-z_.]+$/.test(contig))
		throw new MafError('row-malformed', row.line);
	const { start } = positionsOf(row);
	const reference = row.cell('Reference_Allele');
	const tumor = [row.cell('Tumor_Seq_Allele1'), row.cell('Tumor_Seq_Allele2')].filter(
		(allele) => allele !== '',
	);
	const altered = [...new Set(tumor)].filter((allele) => allele !== reference);
	const calls = altered.map((allele) => {
		const call = mafAllele(start, reference, allele);
		if (call === null) throw new MafError('row-malformed', row.line);
		return {
			...call,
			zygosity: tumor.length === 2 && tumor[0] === tumor[1] ? ('hom' as const) : ('het' as const),
		};
	});
	// A row that changes nothing is no mutation: something in it is not what its header says.
	if (calls.length === 0) throw new MafError('row-malformed', row.line);
	return calls;
}

function genotypesOf(row: MafRow, { config, vocabulary }: Run): readonly GenotypeFact[] {
	const shared = {
		assembly: config.assembly,
		contig: normalizeContig(mafContig(row.cell('Chromosome'))),
		gene: vocabulary.gene(row.cell('Hugo_Symbol')),
		consequence: vocabulary.consequence(row.cell('Variant_Classification')),
		significance: null,
	};
	return allelesOf(row, config).flatMap((call) => {
		const genotype: GenotypeFact = { ...shared, ...call };
		const byPosition = genotype.gene === null ? genesByPosition(genotype, vocabulary) : [];
		return byPosition.length > 0 ? byPosition : [genotype];
	});
}

function countUnmapped(row: MafRow, vocabulary: Vocabulary, tally: ReaderTally): void {
	const [gene, consequence] = [row.cell('Hugo_Symbol'), row.cell('Variant_Classification')];
	if (gene !== '' && vocabulary.gene(gene) === null) tally.unmapped('gene', gene);
	if (consequence !== '' && vocabulary.consequence(consequence) === null)
		tally.unmapped('consequence', consequence);
}
