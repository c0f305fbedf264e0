// The wire form of safe counts, for plain networks only: decimal integers, null where the hospital hides.

import { err, ok, type Result } from '../result.ts';
import type { SafeCount } from './numbers.ts';

const decimal = /^(?:0|-?[1-9][0-9]{0,18})$/;

export function encodeSafeCounts(cells: readonly (SafeCount | null)[]): readonly (string | null)[] {
	return cells.map((cell) => (cell === null ? null : (cell as unknown as bigint).toString(10)));
}

/** Errors  `malformed-counts` wrong number of cells, or a cell that is neither null nor a 64-bit decimal. */
export function decodeSafeCounts(
	input: readonly unknown[],
	cells: number,
): Result<readonly (SafeCount | null)[], 'malformed-counts'> {
	if (input.length !== cells) return err('malformed-counts');
	const counts: (SafeCount | null)[] = [];
	for (const text of input) {
		if (text === null) {
			counts.push(null);
			continue;
		}
		if (typeof text !== 'string' || !decimal.test(text)) return err('malformed-counts');
		const value = BigInt(text);
		if (BigInt.asIntN(64, value) !== value) return err('malformed-counts');
		counts.push(value as unknown as SafeCount);
	}
	return ok(counts);
}
