// An engine that answers only from a store that was found to hold what the hospital wrote. Until then it denies.

import { err, type Result } from '@cordon/shared';
import type { RelationshipEngine } from './relationship-engine.ts';

export type StoreState = 'in-sync' | 'out-of-sync' | 'unchecked';

/**
 * `isInSync` compares; it is asked again at a check for as long as it has not said yes, one comparison at a time, and
 * never after. `report` hears each change of what it said.
 * Errors  `check` gives `policy-unavailable` while the store differs or could not be compared.
 */
export function createVerifiedEngine(
	engine: RelationshipEngine,
	first: StoreState,
	isInSync: () => Promise<Result<boolean, 'policy-unavailable'>>,
	report: (state: StoreState) => void,
): RelationshipEngine {
	let state = first;
	let comparing: Promise<void> | null = null;
	const compare = async (): Promise<void> => {
		const next = stateOf(await isInSync());
		if (next === state) return;
		state = next;
		report(next);
	};
	return {
		check: async (question) => {
			if (state !== 'in-sync') {
				comparing ??= compare().finally(() => {
					comparing = null;
				});
				await comparing;
			}
			return state === 'in-sync' ? engine.check(question) : err('policy-unavailable');
		},
	};
}

export function stateOf(answer: Result<boolean, 'policy-unavailable'>): StoreState {
	if (!answer.ok) return 'unchecked';
	return answer.value ? 'in-sync' : 'out-of-sync';
}
