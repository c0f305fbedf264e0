// A member of the floor: exchanges what the script says, run after run, and does nothing else.

import type { FloorScript } from './floor-script.ts';
import { type Post, poster, seal, seedOf, unseal } from './floor-wire.ts';

export interface MemberOrders {
	readonly name: string;
	readonly port: number;
	/** Run r follows script r modulo their number. */
	readonly scripts: readonly FloorScript[];
}

/** Between two runs a network is asked and prepares. */
const longestMs = 600_000;

/** Errors  rejects when `gone` is given, and where the centre closes first: it never resolves. */
export async function takePart({ name, port, scripts }: MemberOrders, gone: AbortSignal): Promise<never> {
	const post = poster(port, gone, longestMs);
	for (let run = 0; ; run += 1) {
		const script = scripts[run % scripts.length];
		if (script === undefined) throw new Error('a floor without a script');
		await exchangeAll(post, name, { run, script });
	}
}

async function exchangeAll(
	post: Post,
	from: string,
	{ run, script }: { readonly run: number; readonly script: FloorScript },
): Promise<void> {
	const seed = seedOf(from);
	for (const { kind, round, requestBytes } of script.steps) {
		const answer = await post(`/${kind}`, seal({ from, run, round }, requestBytes, seed));
		if (kind === 'poll') unseal(answer);
	}
}
