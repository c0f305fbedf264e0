// The VCF specification's own test files: what must be read is read, what is damaged is refused by name.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { VcfSource } from '../../node/src/ingest/source-config.ts';
import type { ReaderReport, Vocabulary } from '../../node/src/ingest/source-reader.ts';
import { createVcfReader } from '../../node/src/ingest/vcf/vcf-reader.ts';
import { outsideData } from '../outside-data.ts';

const root = outsideData('vectors/vcf');

/**
 * Invalid files that this reader takes, by what is wrong with them, and why that harms no count. It reads CHROM, POS,
 * REF, ALT, FILTER, three INFO keys and GT, so that a fault elsewhere cannot change a fact.
 */
const taken: readonly (readonly [pattern: RegExp, reason: string])[] = [
	[
		/^failed_meta_(info|format)_.*(Type|Number) is not/,
		'the definition of a key that is not read; GT itself is checked',
	],
	[/^failed_body_info_(0(?!28)\d\d|integer_\w+) /, 'the value of an INFO key that is not read'],
	[/^failed_body_sample_0(0[4-9]|10) /, 'a sub-field after GT'],
	[/^failed_body_samples_ploidy_/, 'a sub-field after GT'],
	[/^failed_body_(contiguous|unsorted)_/, 'facts have no order'],
	[/^failed_body_duplicated_/, 'a fact that is said twice is one fact'],
	[/^failed_body_id_003 /, 'ID is not read'],
	[/^failed_body_format_003 .*non-alphanumeric/, 'an underscore in a FORMAT key, which VCF 4.3 allows'],
	[
		/^failed_meta_(alt_00[01245]|meta_\d+|sample_\d+|pedigree_\d+|pedigreedb_00[12]|assembly_001) /,
		'a header line that is not read',
	],
	[
		/^failed_meta_(info|format)_004 Incorrect \w+ Number value/,
		'Number=R, which came with VCF 4.2, in a VCF 4.1',
	],
	[/^failed_meta_contig_003 /, 'HLA contigs of GRCh38 have an asterisk'],
];

/** The code that each family of damage is refused with. */
const refusals: readonly (readonly [pattern: RegExp, code: string])[] = [
	[/^failed_empty/, 'empty-file|header-malformed|header-missing|sample-duplicate'],
	[/^failed_fileformat_/, 'header-missing'],
	[/^failed_header_/, 'header-malformed'],
	[/^failed_meta_pedigree_00[01] /, 'header-malformed|truncated'],
	[/^failed_meta_/, 'header-malformed'],
	[/^failed_body_no_newline_/, 'truncated'],
	[/^failed_body_sample_011 /, 'sample-duplicate'],
	[/^failed_body_(sample_00[0-3]|format_00[46]) .*(genotype|allele|fields)/i, 'genotype-malformed'],
	[/^failed_body_/, 'row-malformed'],
];

const config: VcfSource = {
	kind: 'vcf',
	path: '',
	assembly: 'GRCh37',
	genes: 'all',
	samples: null,
	info: { gene: 'GENE', consequence: 'CSQ_TERM', significance: 'CLNSIG' },
};
const none = () => null;
const vocabulary: Vocabulary = {
	element: none,
	number: none,
	coded: none,
	modality: none,
	bodyPart: none,
	condition: none,
	sex: none,
	gene: none,
	genesAt: () => [],
	consequence: none,
	significance: none,
};

function read(path: string): Promise<ReaderReport> {
	return createVcfReader(config, path, vocabulary).read(
		async () => undefined,
		() => undefined,
	);
}

function files(version: string, kind: 'passed' | 'failed'): readonly string[] {
	if (root === null || (version === '4.5' && kind === 'failed')) return [];
	const folder = join(root, version, kind);
	return readdirSync(folder).map((name) => join(folder, name));
}

/** File name without its ending, and the cause that the file itself gives. */
function described(path: string): string {
	const name = path.slice(path.lastIndexOf('/') + 1, -'.vcf'.length);
	const cause = /^##CauseOfFailure=(.*)$/m.exec(readFileSync(path, 'latin1'))?.[1] ?? '';
	return `${name} ${cause}`;
}

describe.skipIf(root === null).each(['4.1', '4.2', '4.3', '4.5'])('createVcfReader on VCF %s', (version) => {
	it('reads every file that must be read', async () => {
		for (const path of files(version, 'passed')) {
			const report = await read(path);
			expect([path, report.read, report.issues.filter(({ severity }) => severity === 'refused')]).toEqual([
				path,
				1,
				[],
			]);
		}
	});

	it('refuses every damaged file with its code, but for those whose damage it does not read', async () => {
		const used = new Set<string>();
		for (const path of files(version, 'failed')) {
			const text = described(path);
			const report = await read(path);
			const excuse = taken.find(([pattern]) => pattern.test(text));
			if (excuse !== undefined && report.read === 1) {
				used.add(excuse[1]);
				continue;
			}
			const expected = refusals.find(([pattern]) => pattern.test(text))?.[1] ?? 'no rule';
			expect([text, report.read, report.facts, report.issues.length]).toEqual([text, 0, 0, 1]);
			expect(`${text}: ${report.issues[0]?.code}`).toMatch(new RegExp(`: (${expected})$`));
		}
		if (version !== '4.5') expect(used.size).toBeGreaterThan(5);
	});

	it('takes no more damaged files than are listed above', async () => {
		const surprising: string[] = [];
		for (const path of files(version, 'failed')) {
			const text = described(path);
			const report = await read(path);
			if (report.read === 1 && !taken.some(([pattern]) => pattern.test(text))) surprising.push(text);
		}
		expect(surprising).toEqual([]);
	});
});
