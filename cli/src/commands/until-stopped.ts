// How a daemon waits for its end: a signal, or its parent's death where it was started as part of a simulation.

/** `orphaned`: its parent is gone, so that nobody reads its exit code, and nobody ends it should it not end by itself. */
export type End = 'asked' | 'orphaned';

/** What is committed survives any end, so that waiting longer than this gains nothing and an operator's patience ends. */
const longestMs = 4_500;

/** Closes a daemon and ends the process, code 0, within 5 s: what is then still in hand is left as after a crash. */
export async function endOf(daemon: { readonly close: () => Promise<void> }, end: End): Promise<void> {
	const timer = setTimeout(() => leave(end), longestMs);
	await daemon.close();
	clearTimeout(timer);
	leave(end);
}

/**
 * Node can wait for ever for a thread of its compiler while it ends (nodejs/node#54918). Who was asked to end has somebody
 * who loses patience and kills it; an orphan has nobody, and does it itself.
 */
function leave(end: End): void {
	if (end === 'orphaned') process.kill(process.pid, 'SIGKILL');
	process.exit(process.exitCode ?? 0);
}

/** Resolves on SIGINT or SIGTERM, and, with CORDON_CHILD=1, when standard input closes: no orphan stays behind. */
export function untilStopped(): Promise<End> {
	return new Promise((stopped) => {
		process.once('SIGINT', () => stopped('asked'));
		process.once('SIGTERM', () => stopped('asked'));
		if (process.env['CORDON_CHILD'] !== '1') return;
		process.stdin.once('end', () => stopped('orphaned'));
		process.stdin.once('error', () => stopped('orphaned'));
		process.stdin.resume();
		// Listening to it is no reason to live on once the daemon's own work has ended, well or badly.
		process.stdin.unref();
	});
}
