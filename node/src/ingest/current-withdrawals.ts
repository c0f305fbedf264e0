// Reads the hospital's list of withdrawals anew whenever it is asked, so that one is in force for the next computation.

import type { Sensitive } from '@cordon/shared';
import { withdrawal } from '../consent/patient-consent.ts';
import type { CurrentWithdrawals } from '../ports.ts';
import { pseudonymOf } from './pseudonym.ts';
import { readList } from './read-list.ts';

/** The list cannot be read; the code says why and quotes nothing. */
export class WithdrawalsUnreadable extends Error {
	constructor(code: string) {
		super(`the list of withdrawals cannot be read: ${code}`);
		this.name = 'WithdrawalsUnreadable';
	}
}

/**
 * `file` is a table with a column `patient`, as ingest reads it; `key` names the patients as ingest did.
 *
 * Errors  `patients` throws `WithdrawalsUnreadable`: an absent, empty or damaged list is never an empty one.
 */
export function createCurrentWithdrawals(file: string, key: Sensitive<Uint8Array>): CurrentWithdrawals {
	return {
		consent: withdrawal,
		patients: async () => {
			const listed = await readList({ file, column: 'patient' });
			if (!listed.ok) throw new WithdrawalsUnreadable(listed.error);
			return new Set(listed.value.map((identifier) => pseudonymOf(identifier, key)));
		},
	};
}
