// Decides whether an exact answer, together with an earlier one, would tell of too few patients. For the release stage.

import { comparisonStarts, type Plan, type PublishedTable, readMerged, tellsOfFew } from '@cordon/shared';
import type { MergedCell } from '../session.ts';

/** An earlier answer that the hospitals compared this one with. */
export interface ComparedAnswer {
	readonly session: string;
	readonly asked: Pick<PublishedTable, 'cohort' | 'variables'>;
	readonly cells: number;
	readonly hiddenSums: PublishedTable['hiddenSums'];
	/** null where nobody heard its end: whatever may have been shown then counts as shown. */
	readonly shown: readonly boolean[] | null;
}

export interface Comparisons {
	/** As the hospitals were told them. */
	readonly earlier: readonly ComparedAnswer[];
	/** The sums of the hospitals' comparisons; in memory only, never stored, logged or answered. */
	readonly numbers: readonly MergedCell[];
}

export interface LimitedAnswer extends Comparisons {
	readonly plan: Plan;
	readonly merged: readonly MergedCell[];
	/** Which cells of the new answer would be shown. */
	readonly shown: readonly boolean[];
	readonly hiddenSums: PublishedTable['hiddenSums'];
	/** The network's threshold. */
	readonly k: number;
}

/**
 * Units   patients over all contributing hospitals.
 * Errors  true where a number is missing or beyond belief, or numbers contradict each other.
 * Source  design/PRIVACY.md section 1, last paragraph; `tellsOfFew` has the rule.
 */
export function tellsWithEarlier(answer: LimitedAnswer): boolean {
	const { plan, merged, shown, hiddenSums, earlier, k } = answer;
	const size = plan.cells.length;
	const starts = comparisonStarts(size, earlier);
	const sizes = merged.map(patientsOf);
	const table = { cohort: plan.cohort, variables: plan.variables, shown, hiddenSums };
	return earlier.some((one, at) => {
		const numbers = Array.from({ length: one.cells }, (_, cell) => {
			const start = (starts[at] ?? 0) + cell * (size + 1);
			return answer.numbers.slice(start, start + size + 1).map(patientsOf);
		});
		const earlierSizes = numbers.map(([first]) => first ?? Number.NaN);
		const shared = numbers.map((row) => row.slice(1));
		const wasShown = one.shown ?? earlierSizes.map((patients) => patients >= k);
		const overlap = { sizes, earlierSizes, shared };
		return tellsOfFew({
			table,
			earlier: { ...one.asked, shown: wasShown, hiddenSums: one.hiddenSums },
			overlap,
			k,
		});
	});
}

/** Not a number where there is none, which no judgement passes. */
function patientsOf({ count, hiddenByHospital }: MergedCell): number {
	return count === null || hiddenByHospital ? Number.NaN : Number(readMerged(count));
}
