// Reads the numbers that R printed about the LAML data, beside which the network's answers are set.

import { readFileSync } from 'node:fs';

export interface LamlExpected {
	/** Patients with a non-silent mutation, by gene. */
	readonly mutated: Readonly<Record<string, number>>;
	readonly hospitals: Readonly<Record<string, number>>;
	/** `DNMT3A x NPM1`, each `false` or `true`. */
	readonly dnmt3aByNpm1: Readonly<Record<string, number>>;
	/** `M0 x false` and so on. */
	readonly fabByNpm1: Readonly<Record<string, number>>;
}

export function readExpected(file: string): LamlExpected {
	const lines = readFileSync(file, 'utf8').split('\n');
	return {
		mutated: namedRow(lines, /^\s*FLT3 DNMT3A\s+NPM1\b/),
		hospitals: namedRow(lines, /^\s*A\s+B\s+C\s+D\s*$/),
		dnmt3aByNpm1: columnMajor(lines),
		fabByNpm1: Object.fromEntries(lines.flatMap(fabRow)),
	};
}

/** R prints a named vector as a line of names above a line of numbers. */
function namedRow(lines: readonly string[], names: RegExp): Readonly<Record<string, number>> {
	const at = lines.findIndex((line) => names.test(line));
	const values = wordsOf(lines[at + 1] ?? '').map(Number);
	return Object.fromEntries(
		wordsOf(lines[at] ?? '').map((name, index) => [name, values[index] ?? Number.NaN]),
	);
}

/** `as.vector` of table(DNMT3A, NPM1) runs down the columns: the first gene changes fastest. */
function columnMajor(lines: readonly string[]): Readonly<Record<string, number>> {
	const line = lines.find((text) => text.startsWith('DNMT3A NPM1 :')) ?? '';
	const values = /: (\d+) (\d+) (\d+) (\d+) OR=/.exec(line)?.slice(1).map(Number) ?? [];
	const keys = ['false x false', 'true x false', 'false x true', 'true x true'];
	return Object.fromEntries(keys.map((key, at) => [key, values[at] ?? Number.NaN]));
}

function fabRow(line: string): readonly (readonly [string, number])[] {
	const [, fab, without, mutated] = /^\s*(M[0-7])\s+(\d+)\s+(\d+)\s*$/.exec(line) ?? [];
	if (fab === undefined) return [];
	return [
		[`${fab} x false`, Number(without)],
		[`${fab} x true`, Number(mutated)],
	];
}

function wordsOf(line: string): readonly string[] {
	return line.trim().split(/\s+/);
}
