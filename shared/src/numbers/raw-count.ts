// Makes a raw count from the length of a patient set, for the node's count stage alone.

import type { RawCount } from './numbers.ts';

/**
 * Shape   one number of patients, becomes one opaque count.
 * Units   distinct patients at this hospital.
 * Errors  throws unless `patients` is a safe integer >= 0: an index that returns anything else is broken.
 */
export function countPatients(patients: number): RawCount {
	if (!Number.isSafeInteger(patients) || patients < 0) throw new Error('a count is a safe integer >= 0');
	return BigInt(patients) as unknown as RawCount;
}
