// Finds regular expressions that a text can keep busy for longer than its length: a repeated group that repeats within,
// or that has alternatives of which a text could fit two. Stricter than need be; whoever meets it writes it otherwise.

const literal = /(?<=[=(,:!&|?[{;]\s*)\/(?![*/])((?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^\\/[\n])+)\/[dgimsuvy]*/g;
const repeats = /[*+]|\{\d+,\d*\}/;

export function slowPatterns(source: string): readonly string[] {
	return [...source.matchAll(literal)].map(([, pattern = '']) => pattern).filter(isSlow);
}

function isSlow(pattern: string): boolean {
	const opened: number[] = [];
	const bare = pattern.replace(/\\./g, '__').replace(/\[[^\]]*\]/g, (set) => '_'.repeat(set.length));
	for (const [at, letter] of [...bare].entries()) {
		if (letter === '(') opened.push(at);
		if (letter !== ')') continue;
		const start = opened.pop() ?? 0;
		const inside = bare.slice(start + 1, at);
		const isRepeated = /^(?:[*+]|\{\d+,\})/.test(bare.slice(at + 1));
		if (isRepeated && isAmbiguous(inside, pattern.slice(start + 1, at))) return true;
	}
	return false;
}

/** A group that always begins with the same fixed character, and repeats only sets without it, is no danger. */
function isAmbiguous(inside: string, written: string): boolean {
	const body = inside.replace(/^\?(?:[:=!]|<[=!]|<\w+>)/, '');
	const text = written.slice(written.length - body.length);
	if (body.includes('|')) return !areApart(text.split('|'));
	if (!repeats.test(body)) return false;
	const [first = ''] = text;
	return !/[^\w\\[(.]/.test(first) || text.slice(1).includes(first);
}

/** Alternatives that begin with different characters, none of them with a set. */
function areApart(alternatives: readonly string[]): boolean {
	const firsts = alternatives.map(([first = '', second = '']) => (first === '\\' ? first + second : first));
	return firsts.every((first) => /^[^[(.]/.test(first)) && new Set(firsts).size === firsts.length;
}
