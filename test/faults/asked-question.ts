// The questions that schedules ask, and what is true of each over the hospitals that contributed.

import { freshQuestion } from '../fresh-question.ts';
import type { MadeHospitals, MadePatient } from './made-hospitals.ts';

export interface AskedQuestion {
	readonly ask: 'count' | 'histogram' | 'table';
	/** The cohort: patients of this age and above. */
	readonly fromAge: number;
	/** Millionths of epsilon; 0 is an exact question. */
	readonly epsilonMicros: number;
}

const mutation = { gene: { symbol: 'IDH1', consequence: ['missense_variant'] } } as const;

let serial = 0;

/**
 * The question in the query language. A noised one is new at each call, so that it is computed and not replayed. An
 * exact one keeps its words: the same patients in other words are withheld, and the same words are shown again.
 */
export function questionOf({ ask, fromAge, epsilonMicros }: AskedQuestion): unknown {
	serial += 1;
	const grown = { element: { id: 'age', ge: fromAge, unit: 'a' } };
	const asks = {
		count: { count: {} },
		histogram: { histogram: { of: 'enhancement-pattern' } },
		table: { table: { rows: { element: 'enhancement-pattern' }, columns: mutation } },
	};
	const question = {
		cordon: 1,
		project: 'glioma',
		purpose: 'HMB',
		cohort: ask === 'count' ? { all: [grown, mutation] } : grown,
		ask: asks[ask],
		release:
			epsilonMicros === 0
				? { mechanism: 'exact' }
				: { mechanism: 'noised', epsilon: epsilonMicros / 1_000_000 },
	};
	return freshQuestion(question, epsilonMicros === 0 ? 0 : serial);
}

/** `key` is that of an answer's cell. */
export function truthOf(
	{ ask, fromAge }: AskedQuestion,
	key: readonly string[],
	among: { readonly made: MadeHospitals; readonly contributed: readonly string[] },
): number {
	const [pattern, mutated] = key;
	const isIn = (patient: MadePatient): boolean => {
		if (patient.age < fromAge) return false;
		if (ask === 'count') return patient.mutated === 'true';
		if (patient.pattern !== pattern) return false;
		return ask === 'histogram' || patient.mutated === mutated;
	};
	return among.contributed.flatMap((hospital) => (among.made[hospital] ?? []).filter(isIn)).length;
}
