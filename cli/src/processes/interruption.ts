// How a command that runs a network for a while is stopped by its person, and leaves nothing running or lying about.

export class Interrupted extends Error {
	override readonly name = 'Interrupted';
}

/** Aborts at the first SIGINT or SIGTERM, with an `Interrupted`; the next one ends the process at once. */
export function interruption(): AbortSignal {
	const controller = new AbortController();
	const stop = (): void => controller.abort(new Interrupted('interrupted'));
	process.once('SIGINT', stop);
	process.once('SIGTERM', stop);
	return controller.signal;
}

/** Errors  rejects as `work`, or with the signal's reason as soon as it is aborted; `work` itself is not stopped by it. */
export async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
	const aborted = Promise.withResolvers<never>();
	const abort = (): void => aborted.reject(signal.reason);
	if (signal.aborted) abort();
	signal.addEventListener('abort', abort, { once: true });
	try {
		return await Promise.race([work, aborted.promise]);
	} finally {
		signal.removeEventListener('abort', abort);
	}
}
