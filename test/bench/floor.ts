// The floor under a query: as many bare signed exchanges between as many processes, without database and counting.

import { initCrypto } from '@cordon/shared';
import type { Parties } from './floor-parties.ts';
import type { FloorScript } from './floor-script.ts';
import { poster, seal, seedOf } from './floor-wire.ts';

export interface Floor {
	/** One run, in the order of the scripts; milliseconds from the question to the centre's having the last answer. */
	readonly run: () => Promise<number>;
	readonly close: () => void;
}

const longestMs = 30_000;

/** Errors  rejects where the centre ends before it listens. */
export async function openFloor(
	scripts: readonly FloorScript[],
	{ centre, members }: Parties,
): Promise<Floor> {
	await initCrypto();
	centre.order({ role: 'centre', scripts });
	const { port } = await centre.said;
	for (const [at, member] of members.entries()) {
		member.order({ role: 'member', name: `member-${at}`, port, scripts });
	}
	const gone = new AbortController();
	const post = poster(port, gone.signal, longestMs);
	const seed = seedOf('client');
	let next = 0;
	const run = async (): Promise<number> => {
		const script = scripts[next % scripts.length];
		if (script === undefined) throw new Error('a floor without a script');
		const question = { from: 'client', run: next, round: 0 };
		next += 1;
		const startNs = process.hrtime.bigint();
		await post('/submit', seal(question, script.submitBytes, seed));
		const answer = Buffer.from(await post('/answer', seal(question, 400, seed))).toString('latin1');
		const [endNs = ''] = answer.split(' ', 1);
		// One clock for all processes of a machine: monotonic, since its start.
		return Number(BigInt(endNs) - startNs) / 1e6;
	};
	return {
		run,
		close: () => {
			gone.abort();
			for (const party of [...members, centre]) party.close();
		},
	};
}
