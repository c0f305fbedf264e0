// Decides whether one `##` line of a VCF header is written as the specification wants it.

const types = new Set(['Integer', 'Float', 'Flag', 'Character', 'String']);
/** The letters stand for counts by allele, genotype and so on; the long ones came with VCF 4.4 and 4.5. */
const number = /^(\d+|[AGRP.]|LA|LG|LR|M)$/;
const identifier = /^[A-Za-z_0-9][0-9A-Za-z_.]*$/;
const contig = /^[^\s,<>"'`()[\]{}\\*=][^\s,<>"'`()[\]{}\\]*$/;
const symbolic = /^[^\s,<>]+$/;
const pair = /([A-Za-z_][\w.-]*)=("(?:[^"\\]|\\.)*"|[^,<>"\s][^,<>\s]*)(,|$)/y;

/** `key=value` pairs in their order, null where the text is anything else or a key is written twice. */
function pairsOf(text: string): ReadonlyMap<string, string> | null {
	const pairs = new Map<string, string>();
	pair.lastIndex = 0;
	while (pair.lastIndex < text.length) {
		const match = pair.exec(text);
		const [, key, value] = match ?? [];
		if (key === undefined || value === undefined || value === '' || pairs.has(key)) return null;
		pairs.set(key, value);
		if (match?.[3] === ',' && pair.lastIndex === text.length) return null;
	}
	return pairs;
}

function isQuoted(value: string | undefined): boolean {
	return value?.startsWith('"') ?? false;
}

function isDefinition(pairs: ReadonlyMap<string, string>): boolean {
	const keys = [...pairs.keys()];
	return (
		['ID', 'Number', 'Type', 'Description'].every((key, at) => keys[at] === key) &&
		identifier.test(pairs.get('ID') ?? '') &&
		number.test(pairs.get('Number') ?? '') &&
		types.has(pairs.get('Type') ?? '') &&
		isQuoted(pairs.get('Description'))
	);
}

function isNamed(pairs: ReadonlyMap<string, string>, name: RegExp): boolean {
	return (
		[...pairs.keys()][0] === 'ID' && name.test(pairs.get('ID') ?? '') && isQuoted(pairs.get('Description'))
	);
}

/**
 * INFO, FORMAT, FILTER, ALT and contig are read strictly, since a damaged one shows a damaged file; other
 * lines only need a key and a value, because programs write their command lines there.
 *
 * Source  VCF 4.3, section 1.4.
 */
export function isWellFormedMeta(line: string): boolean {
	const match = /^##([^=\s<>]+)=(\S.*)$/.exec(line);
	const [, key, value] = match ?? [];
	if (key === undefined || value === undefined) return false;
	if (!['INFO', 'FORMAT', 'FILTER', 'ALT', 'contig'].includes(key)) return true;
	const pairs = /^<.*>$/.test(value) ? pairsOf(value.slice(1, -1)) : null;
	if (pairs === null) return false;
	if (key === 'INFO' || key === 'FORMAT') return isDefinition(pairs);
	if (key === 'contig') return contig.test(pairs.get('ID') ?? '');
	return isNamed(pairs, key === 'ALT' ? symbolic : /^[^\s;,]+$/);
}
