// The floor under a query: as many bare signed exchanges between as many processes, without database and counting.

import { type ChildProcess, fork } from 'node:child_process';
import { initCrypto } from '@cordon/shared';
import type { FloorScript } from './floor-script.ts';
import { poster, seal, seedOf } from './floor-wire.ts';

export interface Floor {
	/** One run, in the order of the scripts; milliseconds from the question to the centre's having the last answer. */
	readonly run: () => Promise<number>;
	readonly close: () => void;
}

export async function openFloor(scripts: readonly FloorScript[], members: number): Promise<Floor> {
	await initCrypto();
	const centre = start('floor-centre.ts', { scripts });
	const { promise, resolve } = Promise.withResolvers<number>();
	centre.once('message', (said) => resolve((said as { readonly port: number }).port));
	const port = await promise;
	const started = Array.from({ length: members }, (_, at) =>
		start('floor-member.ts', { name: `member-${at}`, port, scripts }),
	);
	const post = poster(port);
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
			for (const child of [...started, centre]) child.disconnect();
		},
	};
}

function start(file: string, orders: object): ChildProcess {
	const child = fork(new URL(file, import.meta.url), {
		execArgv: ['--disable-warning=ExperimentalWarning'],
		stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
	});
	child.send(orders);
	return child;
}
