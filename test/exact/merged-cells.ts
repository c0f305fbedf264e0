// For tests: sums as the merge stage hands them to release.

import { decodeSafeCounts, type MergedCount, mergeSafeCounts } from '@cordon/shared';

export function mergedCells(
	numbers: readonly number[],
): readonly { readonly count: MergedCount; readonly hiddenByHospital: boolean }[] {
	const decoded = decodeSafeCounts(numbers.map(String), numbers.length);
	if (!decoded.ok) throw new Error(decoded.error);
	const vector = decoded.value.flatMap((count) => (count === null ? [] : [count]));
	return mergeSafeCounts([vector]).map((count) => ({ count, hiddenByHospital: false }));
}
