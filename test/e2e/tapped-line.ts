// Stands between one hospital's node and the coordinator, so that a test can stop the world at one message: it sees
// what both sign (and can change nothing of it), and may lose a message or the answer to it.

import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { PreparedNetwork } from '../../cli/src/processes/prepare-network.ts';
import { passingMessage, polledEnvelopes } from '../passing-messages.ts';

export interface Passage {
	/** Of the message: `open`, `end`, `refuse`, `plain`, or the round's own: `advertise`, `deliver` ... */
	readonly kind: string;
	readonly session: string;
	/**
	 * Of a message of the node: `before` the coordinator has it, or `after` it has taken it and before the node knows.
	 * Of one of the coordinator: `before` the node has it, or `after` it was handed over.
	 */
	readonly when: 'before' | 'after';
	/** The message as JSON. */
	readonly text: string;
}

/** `cut`: the message (or its answer) is lost, and the node's connection with it. */
export type Watcher = (passage: Passage) => Promise<'pass' | 'cut'>;

export interface TappedLine {
	readonly url: string;
	readonly watch: (watcher: Watcher) => void;
	/** Every message that the node has sent, in order, those that were lost included. */
	readonly said: readonly Passage[];
	/** Every message that was handed to the node, in order. */
	readonly heard: readonly Passage[];
	readonly close: () => Promise<void>;
}

type Message = Omit<Passage, 'when'>;

/** Before the hospital has enrolled: its configuration and its invitation name the tap in the coordinator's place. */
export async function tapHospital(prepared: PreparedNetwork, hospital: string): Promise<TappedLine> {
	const { state, coordinatorUrl } = prepared;
	const line = await tapLine(coordinatorUrl);
	for (const file of [state.nodeFile(hospital), join(state.hospitalFolder(hospital), 'invitation.json')]) {
		await writeFile(file, (await readFile(file, 'utf8')).replace(coordinatorUrl, line.url));
	}
	return line;
}

async function tapLine(coordinatorUrl: string): Promise<TappedLine> {
	const said: Passage[] = [];
	const heard: Passage[] = [];
	let watcher: Watcher = async () => 'pass';
	const tell = async (messages: readonly Message[], when: Passage['when']): Promise<boolean> => {
		for (const message of messages) if ((await watcher({ ...message, when })) === 'cut') return true;
		return false;
	};
	const relay = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
		const body = await bytesOf(request);
		const sent = request.url === '/v1/messages' ? [passingMessage(body)] : [];
		said.push(...sent.map((message) => ({ ...message, when: 'before' as const })));
		if (await tell(sent, 'before')) return void response.destroy();
		const gone = new AbortController();
		response.once('close', () => gone.abort());
		const answer = await fetch(new URL(request.url ?? '/', coordinatorUrl), {
			method: request.method ?? 'GET',
			headers: { 'content-type': request.headers['content-type'] ?? 'application/json' },
			body: request.method === 'POST' ? body : null,
			signal: gone.signal,
		});
		const bytes = new Uint8Array(await answer.arrayBuffer());
		const isMail = request.url === '/v1/poll' && answer.ok;
		const handed = isMail ? polledEnvelopes(bytes).map(passingMessage) : [];
		if ((await tell(sent, 'after')) || (await tell(handed, 'before'))) return void response.destroy();
		response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
		await new Promise<void>((ended) => response.once('close', ended).end(bytes, ended));
		heard.push(...handed.map((message) => ({ ...message, when: 'after' as const })));
		await tell(handed, 'after');
	};
	const server = createServer((request, response) => {
		relay(request, response).catch(() => response.destroy());
	});
	await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
	return {
		url: `http://127.0.0.1:${address.port}`,
		watch: (next) => {
			watcher = next;
		},
		said,
		heard,
		close: () =>
			new Promise((closed) => {
				server.close(() => closed());
				server.closeAllConnections();
			}),
	};
}

async function bytesOf(request: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk);
	return new Uint8Array(Buffer.concat(chunks));
}
