// Holds docs/disclosure.md to the program: each claim names a test that exists, and the table of what more than T
// colluders leave is what the program computes.

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { secaggParameters } from '@cordon/shared';
import { describe, expect, it } from 'vitest';
import { opensTwoSums, residualEpsilon } from '../../shared/src/secagg/residual-epsilon.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(`${root}docs/disclosure.md`, 'utf8');

/** The rows of every table whose first column is headed `claim`, each as its cells. */
function claimRows(): readonly (readonly string[])[] {
	const rows: (readonly string[])[] = [];
	let isClaims = false;
	for (const line of page.split('\n')) {
		if (!line.startsWith('|')) isClaims = false;
		else if (line.startsWith('| claim')) isClaims = true;
		else if (isClaims && !line.startsWith('| -')) {
			rows.push(
				line
					.slice(1, -1)
					.split('|')
					.map((cell) => cell.trim()),
			);
		}
	}
	return rows;
}

const intended = ([claim = '']: readonly string[]): boolean => claim.startsWith('_not yet_');

/** Paths of tests; a name alone lies in the folder of the path before it. */
function testsOf(cells: readonly string[]): readonly string[] {
	const paths: string[] = [];
	for (const [, path = ''] of (cells.at(-1) ?? '').matchAll(/`([^`]+\.test\.ts)`/g)) {
		const folder = paths.at(-1)?.replace(/[^/]*$/, '') ?? '';
		paths.push(path.includes('/') ? path : `${folder}${path}`);
	}
	return paths;
}

describe('docs/disclosure.md', () => {
	const claims = claimRows();

	it('has claims, and says of what is intended only that it is not yet', () => {
		expect(claims.length).toBeGreaterThan(30);
		for (const row of claims.filter(intended)) expect(testsOf(row)).toEqual([]);
	});

	it('names a test that exists for every claim', () => {
		let before: readonly string[] = [];
		for (const row of claims.filter((cells) => !intended(cells))) {
			const named = row.at(-1) === 'the same' ? before : testsOf(row);
			expect([row[0], named.length > 0]).toEqual([row[0], true]);
			expect(named.filter((path) => !existsSync(`${root}${path}`))).toEqual([]);
			before = named;
		}
	});

	it('tells what more than T colluders leave as it is computed, rounded up', () => {
		const rows = [
			...page.matchAll(
				/^\| (\d+) +\| (\d+) +\| (\d+) +\| (\d+) +\| (\d+) +\| (\d+)\/(\d+)(, two rosters)? +\| ([\d.]+) +\| ([\d.]+) +\| ([\d.]+) +\|$/gm,
			),
		];
		expect(rows.length).toBeGreaterThanOrEqual(12);
		for (const [, ...cells] of rows)
			expect(cells.map(String)).toEqual(computed(Number(cells[0]), Number(cells[4])));
	});
});

function computed(hospitals: number, colluders: number): readonly string[] {
	const found = secaggParameters(hospitals, null);
	if (!found.ok) throw new Error(found.error);
	const parameters = found.value;
	const { minimum: contributors, noiseHospitals } = parameters;
	const isSplit = opensTwoSums(parameters, colluders);
	const epsilons = [0.1, 0.5, 1].map((epsilon) => {
		const plan = { epsilonMicros: epsilon * 1e6, l1Sensitivity: 1 };
		const residual = residualEpsilon(plan, { parameters, contributors, colluders });
		return (Math.ceil(residual * 1000) / 1000).toFixed(3);
	});
	const honest = isSplit ? 1 : contributors - colluders;
	const numbers = [
		hospitals,
		parameters.colluders,
		contributors,
		noiseHospitals,
		colluders,
		honest,
		noiseHospitals,
	];
	return [...numbers.map(String), isSplit ? ', two rosters' : 'undefined', ...epsilons];
}
