// A bare signed exchange: an Ed25519 envelope of a wanted size over HTTP on a connection that is kept.

import { Agent, type IncomingMessage, request } from 'node:http';
import { newSigningSeed, openEnvelope, publicKeyOf, type SigningSeed, sealEnvelope } from '@cordon/shared';

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

const overheadBytes = 260;

/** An envelope of about `bytes` characters. */
export function seal({ from, run, round }: Said, bytes: number, seed: SigningSeed): string {
	// Three bytes of an envelope's body are four characters of its text.
	const fill = 'x'.repeat(Math.max(0, Math.floor(((bytes - overheadBytes) * 3) / 4)));
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
export function unseal(text: string): Said {
	const opened = openEnvelope(text, {
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

export type Post = (path: string, body: string) => Promise<string>;

export function poster(port: number): Post {
	const agent = new Agent({ keepAlive: true, maxSockets: 4 });
	return (path, body) =>
		new Promise((resolve, reject) => {
			const headers = { 'content-length': Buffer.byteLength(body) };
			const sent = request({ agent, host: '127.0.0.1', port, path, method: 'POST', headers }, (answer) => {
				textOf(answer).then(resolve, reject);
			});
			sent.once('error', reject);
			sent.end(body);
		});
}

export async function textOf(message: IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of message) chunks.push(chunk);
	return Buffer.concat(chunks).toString();
}
