// A bare signed exchange: an Ed25519 envelope of a wanted size, over the HTTP that nodes and coordinator speak.

import { newSigningSeed, openEnvelope, publicKeyOf, type SigningSeed, sealEnvelope } from '@cordon/shared';
import { exchangeOverHttp } from '../../node/src/adapters/coordinator-client/http-exchange.ts';

export interface Sealed {
	readonly text: string;
}

/** Keys of the floor's parties are worth nothing, so they follow from a name. */
export function seedOf(party: string): SigningSeed {
	return newSigningSeed(Buffer.alloc(32, `cordon bench floor ${party}`));
}

export interface Said {
	readonly from: string;
	readonly run: number;
	readonly round: number;
}

/** Of everything in an envelope but the filling. */
const overheadBytes = 140;

/** An envelope of about `bytes` bytes. */
export function seal({ from, run, round }: Said, bytes: number, seed: SigningSeed): Uint8Array {
	const fill = new Uint8Array(Math.max(0, bytes - overheadBytes));
	const content = {
		from,
		to: 'floor',
		kind: 'floor',
		id: `${run}-${round}`,
		timeMs: 0,
		body: { run, round, fill },
	};
	return sealEnvelope(content, seed);
}

/** Errors  throws where it is not signed by whom it says. */
export function unseal(bytes: Uint8Array | ArrayBuffer): Said {
	const opened = openEnvelope(new Uint8Array(bytes), {
		to: 'floor',
		kind: 'floor',
		keyOf: (from) => keyOf(from),
		nowMs: 0,
		maxAgeMs: 0,
	});
	if (!opened.ok) throw new Error(`the floor's envelope: ${opened.error}`);
	const { run, round } = opened.value.body as { readonly run: number; readonly round: number };
	return { from: opened.value.from, run, round };
}

const keys = new Map<string, string>();

function keyOf(party: string): string {
	const known = keys.get(party) ?? publicKeyOf(seedOf(party));
	keys.set(party, known);
	return known;
}

export type Post = (path: string, body: Uint8Array) => Promise<Uint8Array>;

const largestAnswer = 1_048_576;

/** With the nodes' own client: connections are kept. `longestMs`: until an answer is given up. */
export function poster(port: number, gone: AbortSignal, longestMs: number): Post {
	return async (path, body) => {
		const { body: answer } = await exchangeOverHttp(new URL(`http://127.0.0.1:${port}${path}`), {
			method: 'POST',
			contentType: 'application/cbor',
			body,
			signals: [gone],
			timeoutMs: longestMs,
			maxAnswerBytes: largestAnswer,
		});
		if (answer === null) throw new Error('the floor was refused');
		return answer;
	};
}
