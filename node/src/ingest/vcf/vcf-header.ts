// Decides whether a VCF header can be relied on, and takes from it what the rows need: samples, INFO, assembly.

import { err, ok, type Result } from '@cordon/shared';
import VCF from '@gmod/vcf';
import type { IssueCode } from '../source-reader.ts';
import { claimedAssemblies } from './claimed-assemblies.ts';
import { isWellFormedMeta } from './meta-line.ts';

export interface VcfHeader {
	readonly samples: readonly string[];
	/** INFO keys whose values go by alternate allele (Number=A). */
	readonly perAlternate: ReadonlySet<string>;
}

/** Later versions may change what a genotype means. */
const versions = /^##fileformat=VCFv4\.[0-5]$/;

function firstFault(lines: readonly string[]): IssueCode | null {
	const columns = lines.at(-1);
	if (lines[0] === undefined || !versions.test(lines[0])) return 'header-missing';
	if (columns === undefined || !columns.startsWith('#CHROM')) return 'header-missing';
	if (lines.slice(1, -1).some((line) => !isWellFormedMeta(line))) return 'header-malformed';
	return null;
}

/** The third-party parser throws on what it cannot read; its text quotes the file, so only the fact is kept. */
function parsed(lines: readonly string[]): VCF | null {
	try {
		return new VCF({ header: lines.join('\n'), strict: true });
	} catch {
		return null;
	}
}

function sampleFault(columns: readonly string[], samples: readonly string[]): IssueCode | null {
	if (columns.length === 8) return null;
	if (columns[8] !== 'FORMAT' || samples.length === 0) return 'header-malformed';
	if (samples.some((name) => name.trim() === '')) return 'header-malformed';
	return new Set(samples).size === samples.length ? null : 'sample-duplicate';
}

/**
 * Reads the lines from `##fileformat` to `#CHROM`.
 *
 * Errors  `header-missing` no VCF 4 file; `header-malformed` a definition or the columns cannot be read;
 *         `sample-duplicate`; `assembly-mismatch` the header names an assembly other than the configured one.
 * Source  VCF 4.1 to 4.5, section 1.4.
 */
export function readVcfHeader(lines: readonly string[], assembly: string): Result<VcfHeader, IssueCode> {
	const fault = firstFault(lines);
	if (fault !== null) return err(fault);
	const header = parsed(lines);
	if (header === null) return err('header-malformed');
	const columns = (lines.at(-1) ?? '').split('\t');
	const samples = columns.slice(9);
	const badSamples = sampleFault(columns, samples);
	if (badSamples !== null) return err(badSamples);
	const genotype = header.getMetadata('FORMAT', 'GT');
	if (field(genotype, 'Type') !== 'String' || String(field(genotype, 'Number')) !== '1')
		return err('header-malformed');
	const claimed = claimedAssemblies(lines);
	if (claimed.size > 0 && !(claimed.size === 1 && claimed.has(assembly))) return err('assembly-mismatch');
	return ok({ samples, perAlternate: perAlternateKeys(header.getMetadata('INFO')) });
}

function perAlternateKeys(info: unknown): ReadonlySet<string> {
	if (typeof info !== 'object' || info === null) return new Set();
	const entries = Object.entries(info).filter(([, definition]) => field(definition, 'Number') === 'A');
	return new Set(entries.map(([key]) => key));
}

function field(definition: unknown, key: string): unknown {
	if (typeof definition !== 'object' || definition === null) return undefined;
	return Object.getOwnPropertyDescriptor(definition, key)?.value;
}
