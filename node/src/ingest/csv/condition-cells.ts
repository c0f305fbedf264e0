// Reads the diagnoses of one row of a table: which conditions of the dictionary its codes mean.

import { codeShown } from '../code-shown.ts';
import type { ReaderTally } from '../reader-tally.ts';
import type { Vocabulary } from '../source-reader.ts';
import { isMissing } from './csv-value.ts';

/**
 * Shape   ids of conditions, each once; a cell may hold several codes divided by `;`, or none.
 * Errors  none: a code that neither mapping nor dictionary knows is counted by its name.
 */
export function conditionsOf(
	cells: readonly string[],
	vocabulary: Vocabulary,
	tally: ReaderTally,
): readonly string[] {
	const codes = cells.flatMap((cell) => cell.split(';')).map((code) => code.trim());
	const found = new Set<string>();
	for (const code of codes.filter((name) => !isMissing(name))) {
		const condition = vocabulary.condition(code);
		if (condition === null) tally.unmapped('condition', codeShown(code));
		else found.add(condition);
	}
	return [...found];
}
