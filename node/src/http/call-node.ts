// How a command reaches the node that owns a state folder: HTTP over its Unix socket.

import { type IncomingMessage, request } from 'node:http';
import { createInterface } from 'node:readline';
import { socketPathOf } from '../adapters/state-folder/socket-path.ts';

export interface NodeCall {
	readonly method: 'GET' | 'POST';
	readonly path: string;
	readonly body?: unknown;
}

/** Nobody owns the state folder: start the node first. */
export class NodeNotRunning extends Error {
	constructor() {
		super('the node is not running: start it with `cordon node start --config FILE`');
		this.name = 'NodeNotRunning';
	}
}

export interface NodeAnswer {
	readonly status: number;
	readonly lines: AsyncIterable<string>;
}

/** Errors  throws `NodeNotRunning`. The answer's lines stream as the node writes them. */
export function callNode(stateFolder: string, call: NodeCall): Promise<NodeAnswer> {
	return new Promise((settle, fail) => {
		const outgoing = request(
			{
				socketPath: socketPathOf(stateFolder),
				method: call.method,
				path: call.path,
				headers: { 'content-type': 'application/json' },
			},
			(answer) => settle({ status: answer.statusCode ?? 0, lines: linesOf(answer) }),
		);
		outgoing.once('error', (error: NodeJS.ErrnoException) => {
			const absent = error.code === 'ENOENT' || error.code === 'ECONNREFUSED';
			fail(absent ? new NodeNotRunning() : error);
		});
		outgoing.end(call.body === undefined ? undefined : JSON.stringify(call.body));
	});
}

/** Opened when it is iterated: a reader opened before loses the lines that come meanwhile. */
async function* linesOf(answer: IncomingMessage): AsyncIterable<string> {
	yield* createInterface({ input: answer, crlfDelay: Number.POSITIVE_INFINITY });
}

/** The answer as one JSON value. */
export async function askNode(
	stateFolder: string,
	call: NodeCall,
): Promise<{ readonly status: number; readonly value: unknown }> {
	const { status, lines } = await callNode(stateFolder, call);
	const parts: string[] = [];
	for await (const line of lines) parts.push(line);
	return { status, value: JSON.parse(parts.join('\n')) as unknown };
}
