// The floor's coordinator as a process: verifies, holds polls until their round begins, and knows nothing more.

import { createServer, type ServerResponse } from 'node:http';
import { initCrypto } from '@cordon/shared';
import type { FloorScript } from './floor-script.ts';
import { bytesOf, seal, seedOf, unseal } from './floor-wire.ts';

export interface CentreOrders {
	readonly scripts: readonly FloorScript[];
}

interface Waiting {
	readonly response: ServerResponse;
	readonly run: number;
	readonly round: number;
	readonly bytes: number;
}

const seed = seedOf('centre');

async function serve({ scripts }: CentreOrders): Promise<void> {
	await initCrypto();
	let run = -1;
	let round = -1;
	let heard = 0;
	let finishedNs = 0n;
	let told = nobodyAsks;
	let waiting: Waiting[] = [];
	const scriptOf = (of: number): FloorScript => {
		const script = scripts[of % scripts.length];
		if (script === undefined) throw new Error('a floor without a script');
		return script;
	};
	const answerPolls = (): void => {
		const ready = waiting.filter((one) => one.run < run || (one.run === run && one.round <= round));
		waiting = waiting.filter((one) => !ready.includes(one));
		for (const { response, ...one } of ready) {
			response.end(seal({ from: 'centre', run: one.run, round: one.round }, one.bytes, seed));
		}
	};
	const hear = (said: { readonly run: number; readonly round: number }): void => {
		if (said.run !== run || said.round !== round) return;
		heard += 1;
		if (heard < (scriptOf(run).needed[round] ?? 0)) return;
		round += 1;
		heard = 0;
		if (round === scriptOf(run).needed.length) {
			finishedNs = process.hrtime.bigint();
			told();
			told = nobodyAsks;
		}
		answerPolls();
	};
	const server = createServer(async (request, response) => {
		const said = unseal(await bytesOf(request));
		const script = scriptOf(said.run);
		if (request.url === '/submit') {
			[run, round, heard] = [said.run, 0, 0];
			response.end('{"status":"running"}');
			return answerPolls();
		}
		if (request.url === '/answer') {
			const bytes = script.answerBytes;
			const tell = (): void => void response.end(`${finishedNs} ${'x'.repeat(bytes)}`);
			// The end may have come first: then it is told at once.
			if (round < script.needed.length) told = tell;
			else tell();
			return;
		}
		const step = script.steps.find((one) => `/${one.kind}` === request.url && one.round === said.round);
		if (request.url === '/poll') {
			waiting.push({ response, ...said, bytes: step?.responseBytes ?? 0 });
			return answerPolls();
		}
		hear(said);
		response.end('x'.repeat(step?.responseBytes ?? 0));
	});
	server.keepAliveTimeout = 600_000;
	server.listen(0, '127.0.0.1', () => {
		const address = server.address();
		process.send?.({ port: address !== null && typeof address === 'object' ? address.port : 0 });
	});
}

function nobodyAsks(): void {
	// The client asks for the answer in a moment.
}

process.once('message', (orders) => void serve(orders as CentreOrders));
process.once('disconnect', () => process.exit(0));
