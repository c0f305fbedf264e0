// Finds the data and vectors that live beside the checkout; a test that lacks them is skipped, and fails in CI.

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const root = process.env['CORDON_SHARED'] ?? resolve(import.meta.dirname, '../../shared');

/** The absolute path of a file or folder, or null where it is absent; with CI set, absence is an error. */
export function outsideData(relativePath: string): string | null {
	const path = resolve(root, relativePath);
	if (existsSync(path)) return path;
	if (process.env['CI'] !== undefined)
		throw new Error(`outside data missing: ${relativePath} (set CORDON_SHARED)`);
	return null;
}
