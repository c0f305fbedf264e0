// Wakes the hospitals that something was posted to, and hands it to whoever of them waits in this process.

import type { Posted, WakeUps } from './ports.ts';

/** Only what is committed: a message that nobody could read again would be heard and then unknown. */
export function wakeHospitals(wakeUps: Pick<WakeUps, 'wake'>, posted: readonly Posted[]): void {
	for (const [hospital, letters] of Map.groupBy(posted, ({ to }) => to)) {
		wakeUps.wake(
			hospital,
			letters.map(({ seq, message }) => ({ seq, message })),
		);
	}
}
