// The machine's own timer and log.

import { AsyncLocalStorage } from 'node:async_hooks';
import type { LogLevel } from '@cordon/shared';
import pino from 'pino';
import type { Log, Timer } from '../ports.ts';

export const systemTimer: Timer = {
	after: (delayMs, work) => {
		const timer = setTimeout(work, delayMs);
		return () => clearTimeout(timer);
	},
};

/**
 * JSON lines on standard output, one an event. Ids and codes are all that the port lets through; what is named here
 * as well would be a mistake that must not be printed.
 */
export function pinoLog(level: LogLevel, network: string): Log {
	const logger = pino({
		level,
		base: { component: 'coordinator', network },
		formatters: { level: (label) => ({ level: label }) },
		timestamp: pino.stdTimeFunctions.isoTime,
		redact: ['token', 'authorization', 'dpop', 'request', 'value', 'count'],
	});
	const scope = new AsyncLocalStorage<object>();
	const line = (event: string, ids: object): object => ({ event, ...scope.getStore(), ...ids });
	const timed: NonNullable<Log['timed']> = async (event, ids, work) => {
		const startedMs = performance.now();
		const result = await work();
		const endedMs = performance.now();
		logger.debug(line(event, { ...ids, ms: micros(endedMs - startedMs), endMs: micros(endedMs) }));
		return result;
	};
	return {
		info: (event, ids) => logger.info(line(event, ids)),
		fault: (event, ids) => logger.error(line(event, ids)),
		debug: (event, ids) => logger.debug(line(event, ids)),
		within: (ids, work) => scope.run({ ...scope.getStore(), ...ids }, work),
		...(logger.isLevelEnabled('debug') ? { timed } : {}),
	};
}

/** Milliseconds, to the microsecond. */
function micros(ms: number): number {
	return Math.round(ms * 1000) / 1000;
}
