// How a daemon waits for its end: a signal, or its parent's death where it was started as part of a simulation.

/** What is committed survives any end, so that waiting longer than this gains nothing and an operator's patience ends. */
const longestMs = 4_500;

/** Closes a daemon and ends the process, code 0, within 5 s: what is then still in hand is left as after a crash. */
export async function endOf(daemon: { readonly close: () => Promise<void> }): Promise<void> {
	const timer = setTimeout(() => process.exit(0), longestMs);
	await daemon.close();
	clearTimeout(timer);
	process.exit(process.exitCode ?? 0);
}

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
