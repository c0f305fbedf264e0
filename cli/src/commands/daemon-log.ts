// A daemon's log: JSON lines on standard output, one an event, with codes and ids and nothing else.

import type { EventDetails, Timed } from '@cordon/node';
import type { LogLevel } from '@cordon/shared';
import { pino } from 'pino';

export interface DaemonLog {
	readonly log: (event: string, details: EventDetails) => void;
	/** At level `debug` only: how long counting takes follows from the patients, and stays in the hospital. */
	readonly timed: Timed;
	/** Whoever supervises the process waits for this line, whatever the level. */
	readonly ready: (details: EventDetails) => void;
}

/** What hospital IT must hear of at level `error` too. */
const faults: ReadonlySet<string> = new Set([
	'message-failed',
	'message-skipped',
	'message-rejected',
	'coordinator-unreachable',
	'store-unreachable',
	'state-rolled-back',
	'noise-not-drawn-ahead',
	'authorization-out-of-sync',
	'authorization-unchecked',
]);

export function daemonLog(level: LogLevel, base: Readonly<Record<string, string>>): DaemonLog {
	const options = {
		base: { ...base },
		formatters: { level: (label: string) => ({ level: label }) },
		timestamp: pino.stdTimeFunctions.isoTime,
		// No caller hands these over; one that did by mistake must not print them.
		redact: ['token', 'authorization', 'dpop', 'request', 'value', 'count'],
	};
	const logger = pino({ ...options, level });
	const ready = (details: EventDetails): void =>
		pino({ ...options, level: 'info' }).info({ event: 'ready', ...details });
	return {
		ready,
		log: (event, details) => {
			if (event === 'ready') ready(details);
			else if (faults.has(event)) logger.error({ event, ...details });
			else logger.info({ event, ...details });
		},
		timed: async (event, details, work) => {
			const startedMs = performance.now();
			const result = await work();
			const endedMs = performance.now();
			logger.debug({ event, ...details, ms: micros(endedMs - startedMs), endMs: micros(endedMs) });
			return result;
		},
	};
}

/** Milliseconds, to the microsecond. */
function micros(ms: number): number {
	return Math.round(ms * 1000) / 1000;
}
