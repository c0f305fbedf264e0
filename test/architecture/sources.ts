// Reads the program's text for the architecture test: every TypeScript file of every package, and nothing installed.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Path from the checkout's root, with `/`, to the file's text. */
export type Sources = ReadonlyMap<string, string>;

const root = fileURLToPath(new URL('../..', import.meta.url));

/** `folders` are below the root, for example `node/src`. */
export function readSources(folders: readonly string[]): Sources {
	return new Map(
		folders.flatMap(filesBelow).map((path) => [path, readFileSync(join(root, path), 'utf8')] as const),
	);
}

function filesBelow(folder: string): readonly string[] {
	return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
		const path = `${folder}/${entry.name}`;
		if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesBelow(path);
		return entry.name.endsWith('.ts') ? [path] : [];
	});
}

/** Tests, and what only tests use: neither is part of a running daemon. */
export function isTestOnly(path: string): boolean {
	return path.endsWith('.test.ts') || path.includes('/testing/') || testSupport.has(path);
}

/** Files beside production code that only tests import; the architecture test checks that this stays so. */
export const testSupport: ReadonlySet<string> = new Set([
	'shared/src/secagg/in-memory-session.ts',
	'shared/src/dictionary/sample-dictionary.ts',
	'shared/src/evaluate/sample-patient.ts',
	'shared/src/noise/goodness-of-fit.ts',
	'shared/src/noise/seeded-random.ts',
]);
