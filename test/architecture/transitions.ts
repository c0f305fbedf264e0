// Holds the road of a number: each function that makes the next type, or takes one apart, has its one place of use.

import { allImports } from './arrows.ts';
import { withoutComments } from './imports.ts';
import { isTestOnly, type Sources } from './sources.ts';

const numbersFolder = 'shared/src/numbers/';
const barrel = 'shared/src/index.ts';

/** Function to the production files that use it, outside the folder of the types. */
export const transitions: Readonly<Record<string, readonly string[]>> = {
	// RawCount -> SafeCount -> MaskedShare -> MergedCount -> ReleasedCount
	countPatients: [
		'node/src/adapters/exact-history/exact-history.ts',
		'node/src/adapters/sql-cohort-index/sql-cohort-index.ts',
	],
	addNoise: ['node/src/disclose/disclose-counts.ts'],
	admitExact: ['node/src/disclose/disclose-counts.ts'],
	admitAtLeast: ['node/src/disclose/disclose-counts.ts'],
	maskCounts: ['shared/src/secagg/member-masked-input.ts'],
	addMaskedShares: ['shared/src/secagg/open-sum.ts'],
	// The second use is a blind network's: the researcher's own machine takes the last masks off.
	mergeShares: ['shared/src/secagg/open-sealed-sum.ts', 'shared/src/secagg/open-sum.ts'],
	mergeSealed: ['shared/src/secagg/open-sum.ts'],
	mergeSafeCounts: ['coordinator/src/merge/plain-merge.ts'],
	readMerged: [
		'coordinator/src/release/limit-subtraction.ts',
		'coordinator/src/release/released-cell.ts',
		'shared/src/confidence/noised-answer.ts',
	],
	releaseCount: ['coordinator/src/release/released-cell.ts', 'shared/src/confidence/noised-answer.ts'],
	readReleased: ['coordinator/src/release/released-cell.ts', 'shared/src/confidence/noised-answer.ts'],
};

/** The only ways from a number to text and back, with their places. */
export const encodings: Readonly<Record<string, readonly string[]>> = {
	// A blind sum is masked like the vectors that it adds up.
	encodeMaskedShare: [
		'shared/src/secagg/collector.ts',
		'shared/src/secagg/member-masked-input.ts',
		'shared/src/secagg/open-sum.ts',
	],
	decodeMaskedShare: [
		'shared/src/secagg/collector-checks.ts',
		'shared/src/secagg/open-sealed-sum.ts',
		'shared/src/secagg/open-sum.ts',
	],
	// Plain aggregation.
	encodeSafeCounts: ['node/src/pipeline.ts'],
	decodeSafeCounts: ['coordinator/src/merge/plain-merge.ts'],
	// True counts: hashed with a secret salt, and kept where the patients are; the second use is the auditor's there.
	bytesOfRawCounts: ['node/src/open-input.ts', 'shared/src/secagg/member-masked-input.ts'],
	readRawBytes: ['node/src/open-input.ts'],
};

/** Production files outside the numbers folder that import each of the names, sorted. */
export function usersOf(
	sources: Sources,
	names: readonly string[],
): Readonly<Record<string, readonly string[]>> {
	const imports = allImports(sources).filter(({ from }) => isOutside(from));
	return Object.fromEntries(
		names.map((name) => {
			const users = imports.filter((entry) => entry.names.includes(name)).map(({ from }) => from);
			return [name, [...new Set(users)].sort()];
		}),
	);
}

/** Ways around `usersOf`: the whole module under another name, or a cast to or from a count. */
export function detourViolations(sources: Sources): readonly string[] {
	const wholesale = allImports(sources).flatMap(({ from, to, names }) => {
		const isNumbers = to === '@cordon/shared' || to === barrel || to.startsWith(numbersFolder);
		return isOutside(from) && isNumbers && names.includes('*') ? [`${from} imports all of ${to}`] : [];
	});
	return [...wholesale, ...castViolations(sources)];
}

const counts = '(?:RawCount|SafeCount|MaskedShare|MergedCount|ReleasedCount)';
const importClause = /^(?:import|export)\s+[^'";]*?\bfrom\s*'[^']+';?/gm;

function castViolations(sources: Sources): readonly string[] {
	return [...sources].flatMap(([path, text]) => {
		if (!isOutside(path)) return [];
		const code = withoutComments(text).replace(importClause, '');
		const toCount = new RegExp(`\\bas\\s+[^;,)\\n]*\\b${counts}\\b`).test(code);
		const toNumber = /\bas\s+unknown\s+as\s+[^;,)\n]*\bbigint\b/.test(code);
		return toCount || toNumber ? [`${path} casts to or from a count`] : [];
	});
}

function isOutside(path: string): boolean {
	return !path.startsWith(numbersFolder) && path !== barrel && !isTestOnly(path);
}
