// How a daemon waits for its end: a signal, or its parent's death where it was started as part of a simulation.

/** Resolves on SIGINT or SIGTERM, and, with CORDON_CHILD=1, when standard input closes: no orphan stays behind. */
export function untilStopped(): Promise<void> {
	return new Promise((stopped) => {
		process.once('SIGINT', () => stopped());
		process.once('SIGTERM', () => stopped());
		if (process.env['CORDON_CHILD'] !== '1') return;
		process.stdin.once('end', () => stopped());
		process.stdin.once('error', () => stopped());
		process.stdin.resume();
		// Listening to it is no reason to live on once the daemon's own work has ended, well or badly.
		process.stdin.unref();
	});
}
