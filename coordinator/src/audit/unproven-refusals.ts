// Decides what the log says of refusals to people who proved nothing: one entry an hour at most, so that nobody without
// a token can fill it.

import type { RefusalCode } from '@cordon/shared';
import type { CoordinatorParts } from '../ports.ts';
import { unprovenEntry } from './decision-entries.ts';

export interface UnprovenRefusals {
	/** Counts one. The first in an hour is logged at once, so that there is a trace before whatever comes next. */
	readonly note: (code: RefusalCode) => Promise<void>;
	/** Logs what has been counted, unless this hour has its entry already. */
	readonly flush: () => Promise<void>;
}

const hourMs = 3_600_000;

/**
 * Units   requests of each exact code; an entry holds those since the entry before. A restart forgets what was counted
 *         and not logged, an hour's at most, so the numbers are lower bounds.
 */
export function unprovenRefusals(parts: Pick<CoordinatorParts, 'audit' | 'clock' | 'log'>): UnprovenRefusals {
	let counted = new Map<RefusalCode, number>();
	let loggedMs = Number.NEGATIVE_INFINITY;
	const flush = async (): Promise<void> => {
		const nowMs = Math.floor(parts.clock.nowMs() / hourMs) * hourMs;
		if (counted.size === 0 || nowMs <= loggedMs) return;
		const byCode = Object.fromEntries(counted);
		// Before the wait for the log: whoever is refused meanwhile is counted for the next entry.
		counted = new Map();
		loggedMs = nowMs;
		await parts.audit.append(unprovenEntry(new Date(nowMs).toISOString(), byCode));
		parts.log.info('unproven-requests-refused', byCode);
	};
	return {
		note: (code) => {
			counted.set(code, (counted.get(code) ?? 0) + 1);
			return flush();
		},
		flush,
	};
}
