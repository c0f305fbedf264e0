// Finds out which human assembly a VCF header says its positions are on, so that a wrong configuration is refused.

const spellings: readonly (readonly [assembly: string, pattern: RegExp])[] = [
	['GRCh36', /grch36|ncbi36|hg18|\bb36\b/i],
	['GRCh37', /grch37|hg19|\bb37\b|hs37|g1k_v37|GCA_000001405\.1\b/i],
	['GRCh38', /grch38|hg38|\bb38\b|hs38|GCA_000001405\.(1[5-9]|2\d)\b/i],
];

/** Lengths of chromosomes, which differ between the assemblies; Genome Reference Consortium. */
const lengths: ReadonlyMap<string, string> = new Map([
	['1:249250621', 'GRCh37'],
	['2:243199373', 'GRCh37'],
	['7:159138663', 'GRCh37'],
	['17:81195210', 'GRCh37'],
	['X:155270560', 'GRCh37'],
	['1:248956422', 'GRCh38'],
	['2:242193529', 'GRCh38'],
	['7:159345973', 'GRCh38'],
	['17:83257441', 'GRCh38'],
	['X:156040895', 'GRCh38'],
]);

function ofContig(line: string): string | undefined {
	const name = /[<,]ID=(?:chr)?([^,>]+)/.exec(line)?.[1];
	const length = /[<,]length=(\d+)/.exec(line)?.[1];
	const named = /[<,]assembly="?([^,>"]+)/i.exec(line)?.[1] ?? '';
	return lengths.get(`${name}:${length}`) ?? ofText(named);
}

function ofText(text: string): string | undefined {
	return spellings.find(([, pattern]) => pattern.test(text))?.[0];
}

/** From `##reference`, `##assembly` and `##contig`; a text that names no assembly claims none. */
export function claimedAssemblies(lines: readonly string[]): ReadonlySet<string> {
	const claims = lines.map((line) => {
		if (/^##(reference|assembly)=/i.test(line)) return ofText(line.slice(line.indexOf('=') + 1));
		return line.startsWith('##contig=') ? ofContig(line) : undefined;
	});
	return new Set(claims.filter((claim) => claim !== undefined));
}
