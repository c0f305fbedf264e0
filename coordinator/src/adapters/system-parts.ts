// The machine's own timer and log.

import type { LogLevel } from '@cordon/shared';
import pino from 'pino';
import type { Log, Timer } from '../ports.ts';

export const systemTimer: Timer = {
	after: (delayMs, work) => {
		const timer = setTimeout(work, delayMs);
		return () => clearTimeout(timer);
	},
};

/** JSON lines on standard error, so that standard output stays the command's own. */
export function pinoLog(level: LogLevel): Log {
	const logger = pino({ level, base: { part: 'coordinator' } }, pino.destination(2));
	return {
		info: (event, ids) => logger.info(ids, event),
		fault: (event, ids) => logger.error(ids, event),
	};
}
