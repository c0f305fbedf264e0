// The floor's coordinator: verifies, holds polls until their round begins, and knows nothing more.

import { listen } from '../../coordinator/src/adapters/http-server.ts';
import type { FloorScript } from './floor-script.ts';
import { type Said, seal, seedOf, unseal } from './floor-wire.ts';

export interface Centre {
	readonly port: number;
	readonly close: () => Promise<void>;
}

interface Waiting {
	readonly answer: (bytes: Uint8Array) => void;
	readonly run: number;
	readonly round: number;
	readonly bytes: number;
}

const seed = seedOf('centre');

/** On the coordinator's own HTTP server: what it costs is in every exchange. */
export async function openCentre(scripts: readonly FloorScript[]): Promise<Centre> {
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
		for (const { answer, ...one } of ready) {
			answer(seal({ from: 'centre', run: one.run, round: one.round }, one.bytes, seed));
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
	const routes: Readonly<Record<string, (said: Said) => string | Promise<string | Uint8Array<ArrayBuffer>>>> =
		{
			'/submit': (said) => {
				[run, round, heard] = [said.run, 0, 0];
				answerPolls();
				return '{"status":"running"}';
			},
			'/answer': async (said) => {
				const script = scriptOf(said.run);
				// The end may have come first: then it is told at once.
				if (round < script.needed.length) {
					await new Promise<void>((resolve) => {
						told = resolve;
					});
				}
				return `${finishedNs} ${'x'.repeat(script.answerBytes)}`;
			},
			'/poll': async (said) => {
				const { promise, resolve } = Promise.withResolvers<Uint8Array>();
				const bytes = responseBytesOf(scriptOf(said.run), 'poll', said.round);
				waiting.push({ answer: resolve, ...said, bytes });
				answerPolls();
				return new Uint8Array(await promise);
			},
			'/message': (said) => {
				hear(said);
				return 'x'.repeat(responseBytesOf(scriptOf(said.run), 'message', said.round));
			},
		};
	const config = { listen: { host: '127.0.0.1', port: 0 }, tls: null };
	return listen(config, async (request) => {
		const route = routes[new URL(request.url).pathname];
		if (route === undefined) return new Response(null, { status: 404 });
		return new Response(await route(unseal(await request.arrayBuffer())));
	});
}

function responseBytesOf({ steps }: FloorScript, kind: 'poll' | 'message', round: number): number {
	return steps.find((step) => step.kind === kind && step.round === round)?.responseBytes ?? 0;
}

function nobodyAsks(): void {
	// The client asks for the answer in a moment.
}
