// Whether each hospital charged each session once: what a ledger grew by says which sessions are in it, because no two
// sessions of a schedule cost the same.

import { hospitals } from './made-hospitals.ts';
import type { Violation } from './violation.ts';

export interface Charge {
	readonly epsilonMicros: number;
	/** Hospitals that logged that they answered it: these must have charged it. Negative prices were given back. */
	readonly owedBy: ReadonlySet<string>;
}

/** `grewBy`: millionths of epsilon by hospital. */
export function checkCharges(
	grewBy: Readonly<Record<string, number>>,
	charges: readonly Charge[],
): readonly Violation[] {
	return hospitals.flatMap((hospital): readonly Violation[] => {
		const grown = grewBy[hospital] ?? 0;
		if (sumsOf(hospital, charges).has(grown)) return [];
		const prices = charges.map(({ epsilonMicros }) => epsilonMicros).join(' and ');
		return [{ invariant: 'once', what: `${hospital} charged ${grown} for questions of ${prices}` }];
	});
}

/**
 * A session that a hospital answered is charged. One that it only admitted is charged until it is given back. One that it
 * did not log is charged or not: it may have been killed between the ledger and the log, and have heard no more of it.
 */
function sumsOf(hospital: string, charges: readonly Charge[]): ReadonlySet<number> {
	let sums: readonly number[] = [0];
	for (const { epsilonMicros, owedBy } of charges) {
		const charged = sums.map((sum) => sum + epsilonMicros);
		sums = owedBy.has(hospital) ? charged : [...sums, ...charged];
	}
	return new Set(sums);
}
