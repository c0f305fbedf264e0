// A member of the floor as a process: exchanges what the script says, run after run, and does nothing else.

import { initCrypto } from '@cordon/shared';
import type { FloorScript } from './floor-script.ts';
import { type Post, poster, seal, seedOf, unseal } from './floor-wire.ts';

export interface MemberOrders {
	readonly name: string;
	readonly port: number;
	/** Run r follows script r modulo their number. */
	readonly scripts: readonly FloorScript[];
}

async function takePart({ name, port, scripts }: MemberOrders): Promise<void> {
	await initCrypto();
	const post = poster(port);
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

process.once('message', (orders) => {
	// The centre closes first at the end, which is no failure of a member.
	takePart(orders as MemberOrders).catch(() => process.exit(0));
});
process.once('disconnect', () => process.exit(0));
