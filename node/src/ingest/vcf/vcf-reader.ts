// Reads genotypes from multi-sample VCF files: who was examined, who carries which allele, where a call is missing.

import type { GenomeExam } from '@cordon/shared';
import { openTable, TableError } from '../csv/read-table.ts';
import { FactBuffer } from '../fact-buffer.ts';
import { type FoundFile, listFiles } from '../list-files.ts';
import { LineError } from '../read-lines.ts';
import { ReaderTally } from '../reader-tally.ts';
import type { VcfSource } from '../source-config.ts';
import type { EmitFacts, IssueCode, SourceReader, Vocabulary } from '../source-reader.ts';
import { type AlleleFacts, annotateAlleles, asNotCalled } from './allele-facts.ts';
import type { GenotypeScan } from './scan-genotype.ts';
import { VcfError, type VcfVisitor, visitVcf } from './vcf-file.ts';
import { isSequence, type VcfRow } from './vcf-row.ts';

interface Run {
	readonly config: VcfSource;
	readonly vocabulary: Vocabulary;
	readonly tally: ReaderTally;
	/** Sample name to patient identifier; null where the name is the identifier. */
	readonly patients: ReadonlyMap<string, string> | null;
	readonly exam: GenomeExam;
}

/**
 * A reader of one VCF file or of a folder of them (`.vcf`, `.vcf.gz`, `.vcf.bgz`). `config.samples.file` is
 * already absolute. Each file is read twice: checked to its end, then kept, so that a file with a fault
 * leaves no half of itself behind, and its patients stay unexamined.
 *
 * Shape   a genome exam a sample column; per alternate allele `hom` where every copy is it, `het` where one of
 *         several is, `missing` where none is and a copy is unknown; a reference call gives no fact.
 *         A row whose INFO names no gene of the dictionary counts for the genes it lies in (`genesByPosition`),
 *         with a count as `gene-by-position`. What a file does not settle is `missing`, with a count: for carriers
 *         where FILTER is neither PASS nor `.` or the allele is symbolic, for every sample of a row without GT.
 * Errors  never rejects but for `emit`; a refused file is in the report with its code and line.
 */
export function createVcfReader(config: VcfSource, path: string, vocabulary: Vocabulary): SourceReader {
	return {
		read: async (emit, progress) => {
			const tally = new ReaderTally();
			const files = await listFiles(path, /\.vcf(\.gz|\.bgz)?$/i);
			const patients = files === null ? null : await patientsOfSamples(config);
			if (files === null || files.length === 0) tally.issue('', 'path-missing', 'refused');
			else if (typeof patients === 'string') tally.issue('', patients, 'refused');
			else {
				const run = { config, vocabulary, tally, patients, exam: examOf(config, vocabulary, tally) };
				tally.files = files.length;
				for (const [at, file] of files.entries()) {
					progress(at, files.length);
					if (await readFile(file, run, emit)) tally.read += 1;
				}
				progress(files.length, files.length);
			}
			return tally.report();
		},
	};
}

async function patientsOfSamples({
	samples,
}: VcfSource): Promise<ReadonlyMap<string, string> | null | IssueCode> {
	if (samples === null) return null;
	try {
		const patients = new Map<string, string>();
		const table = await openTable(samples.file, [samples.sample, samples.patient]);
		for await (const { cells } of table.rows([samples.sample, samples.patient])) {
			const [sample = '', patient = ''] = cells;
			// Two patients for one sample would give one the other's genome.
			if (patients.has(sample) && patients.get(sample) !== patient) return 'patient-ambiguous';
			if (sample !== '' && patient !== '') patients.set(sample, patient);
		}
		return patients;
	} catch (cause) {
		if (cause instanceof TableError) return cause.code;
		throw cause;
	}
}

function examOf(config: VcfSource, vocabulary: Vocabulary, tally: ReaderTally): GenomeExam {
	if (config.genes === 'all') return { assembly: config.assembly, genes: 'all', variants: 'all' };
	const genes = config.genes.map((name) => {
		const gene = vocabulary.gene(name);
		if (gene === null) tally.unmapped('gene', name);
		return gene;
	});
	return { assembly: config.assembly, genes: genes.filter((gene) => gene !== null), variants: 'all' };
}

/** Whether the file was kept. */
async function readFile(file: FoundFile, run: Run, emit: EmitFacts): Promise<boolean> {
	const { assembly } = run.config;
	try {
		await visitVcf(file.path, assembly, checkingVisitor(run));
	} catch (cause) {
		if (cause instanceof VcfError) run.tally.issue(file.name, cause.code, 'refused', `line ${cause.line}`);
		else if (cause instanceof LineError) run.tally.issue(file.name, cause.code, 'refused');
		else throw cause;
		return false;
	}
	const buffer = new FactBuffer(emit);
	await visitVcf(file.path, assembly, keepingVisitor(file.name, run, buffer));
	await buffer.flush();
	run.tally.facts += buffer.total;
	return true;
}

function checkingVisitor({ config, vocabulary }: Run): VcfVisitor {
	let perAlternate: ReadonlySet<string> = new Set();
	return {
		header: (header) => {
			perAlternate = header.perAlternate;
		},
		row: (row, line) => {
			if (annotateAlleles(row, { config, perAlternate, vocabulary }) === null)
				throw new VcfError('info-malformed', line);
			return false;
		},
		genotype: () => undefined,
		block: () => Promise.resolve(),
	};
}

function keepingVisitor(file: string, run: Run, buffer: FactBuffer): VcfVisitor {
	const { config, vocabulary, tally } = run;
	let perAlternate: ReadonlySet<string> = new Set();
	let patients: readonly (string | null)[] = [];
	let facts: readonly (AlleleFacts | null)[] = [];
	return {
		header: (header) => {
			perAlternate = header.perAlternate;
			patients = header.samples.map((sample) => patientOf(sample, file, run));
			for (const patient of patients)
				if (patient !== null) buffer.add({ patient, kind: 'genome-exam', exam: run.exam });
		},
		row: (row, line) => {
			const skipped = whyLeftOut(row);
			if (skipped !== null) {
				tally.issue(file, skipped, 'warning', `line ${line}`);
				return false;
			}
			const alleles = annotateAlleles(row, { config, perAlternate, vocabulary });
			for (const [kind, name] of alleles?.unmapped ?? []) tally.unmapped(kind, name);
			const isSettled = row.passed && row.hasGenotypes;
			facts = (alleles?.facts ?? []).map((one) => (one === null || isSettled ? one : asNotCalled(one)));
			for (const code of doubtsOf(row)) tally.issue(file, code, 'warning', `line ${line}`);
			if (alleles?.hasGeneByPosition === true)
				tally.issue(file, 'gene-by-position', 'warning', `line ${line}`);
			if (row.formatFields > 0 && !row.hasGenotypes) addUncalled(patients, facts, buffer);
			return facts.length > 0;
		},
		genotype: (sample, scan) => {
			const patient = patients[sample];
			if (patient !== null && patient !== undefined) addGenotypes(patient, scan, facts, buffer);
		},
		block: () => buffer.flowOn(),
	};
}

function patientOf(sample: string, file: string, { patients, tally }: Run): string | null {
	if (patients === null) return sample;
	const patient = patients.get(sample.trim());
	if (patient === undefined) tally.issue(file, 'sample-unmapped', 'warning');
	return patient ?? null;
}

function whyLeftOut(row: VcfRow): IssueCode | null {
	if (row.contig.startsWith('<') || row.contig.startsWith('HLA-')) return 'contig-not-sequence';
	return row.position === 0 ? 'allele-not-sequence' : null;
}

function doubtsOf(row: VcfRow): readonly IssueCode[] {
	const doubts: IssueCode[] = row.alternates.every(isSequence) ? [] : ['allele-not-sequence'];
	if (!row.passed) doubts.push('row-filtered');
	if (row.formatFields > 0 && !row.hasGenotypes) doubts.push('row-without-genotypes');
	return doubts;
}

function addUncalled(
	patients: readonly (string | null)[],
	facts: readonly (AlleleFacts | null)[],
	buffer: FactBuffer,
): void {
	for (const patient of patients) {
		if (patient === null) continue;
		for (const genotype of facts.flatMap((allele) => allele?.missing ?? []))
			buffer.add({ patient, kind: 'genotype', genotype });
	}
}

function addGenotypes(
	patient: string,
	scan: GenotypeScan,
	facts: readonly (AlleleFacts | null)[],
	buffer: FactBuffer,
): void {
	for (let at = 0; at < facts.length; at += 1) {
		const allele = facts[at];
		const copies = scan.copies[at + 1] ?? 0;
		if (allele === null || allele === undefined || (copies === 0 && scan.missing === 0)) continue;
		const zygosity = copies === 0 ? 'missing' : copies === scan.ploidy ? 'hom' : 'het';
		for (const genotype of allele[zygosity]) buffer.add({ patient, kind: 'genotype', genotype });
	}
}
