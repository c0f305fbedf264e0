// Reads what a TypeScript file imports, for the architecture test: from its import and export lines alone.

import { posix } from 'node:path';

export interface Import {
	/** The importing file. */
	readonly from: string;
	/** The imported file for a relative path, else the package or module as written. */
	readonly to: string;
	readonly isRelative: boolean;
	/** `import type`; with `import { type X }` the module is still loaded, so that counts as a value. */
	readonly isTypeOnly: boolean;
	/** `export ... from`. */
	readonly isReexport: boolean;
	/** Names as the other file calls them; `*` for a namespace or a dynamic import. */
	readonly names: readonly string[];
}

const statement = /^(import|export)\s+(type\s+)?([^'";]*?)\bfrom\s*['"]([^'"]+)['"]/gm;
const bare = /^import\s*['"]([^'"]+)['"]/gm;
const dynamic = /\bimport\s*\(\s*(?:['"]([^'"]+)['"])?/g;

/** Comments, so that an example in one is no import and a forbidden word in one is no use. */
export function withoutComments(text: string): string {
	return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`])\/\/.*$/gm, '$1');
}

export function importsOf(from: string, text: string): readonly Import[] {
	const code = withoutComments(text);
	const found: Import[] = [];
	for (const [, keyword, type, clause = '', specifier = ''] of code.matchAll(statement)) {
		const base = { isTypeOnly: type !== undefined, isReexport: keyword === 'export', names: namesOf(clause) };
		found.push({ from, ...targetOf(from, specifier), ...base });
	}
	const others = [...code.matchAll(bare), ...code.matchAll(dynamic)];
	for (const [, specifier = '(computed)'] of others) {
		const base = { isTypeOnly: false, isReexport: false, names: ['*'] };
		found.push({ from, ...targetOf(from, specifier), ...base });
	}
	return found;
}

function targetOf(from: string, specifier: string): Pick<Import, 'to' | 'isRelative'> {
	if (!specifier.startsWith('.')) return { to: specifier, isRelative: false };
	return { to: posix.join(posix.dirname(from), specifier), isRelative: true };
}

function namesOf(clause: string): readonly string[] {
	const braces = /\{([^}]*)\}/.exec(clause)?.[1];
	const outside = clause
		.replace(/\{[^}]*\}/, '')
		.replaceAll(',', ' ')
		.trim();
	const listed = (braces ?? '')
		.split(',')
		.map(
			(entry) =>
				entry
					.trim()
					.replace(/^type\s+/, '')
					.split(/\s+as\s+/)[0] ?? '',
		)
		.filter((name) => name !== '');
	if (outside === '') return listed;
	return [...listed, outside.startsWith('*') ? '*' : 'default'];
}
