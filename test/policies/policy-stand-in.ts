// A policy server that answers checks rightly, or in one of the ways in which a server fails.

import { createServer, type ServerResponse } from 'node:http';
import type { ConditionContext, RelationshipCheck, RelationshipEngine } from '@cordon/policies';

export type Ailment =
	| 'closes the connection'
	| 'says nothing'
	| 'fails with 500'
	| 'asks for another key'
	| 'answers with a page'
	| 'answers in another shape'
	| 'answers half'
	| 'sends elsewhere'
	| 'limits the rate';

export const ailments: readonly Ailment[] = [
	'closes the connection',
	'says nothing',
	'fails with 500',
	'asks for another key',
	'answers with a page',
	'answers in another shape',
	'answers half',
	'sends elsewhere',
	'limits the rate',
];

export interface PolicyStandIn {
	readonly apiUrl: string;
	/** Null: well. */
	ailment: Ailment | null;
	readonly asked: () => number;
	readonly close: () => Promise<void>;
}

/** What the server's API is asked, and the SDK sends. */
interface CheckBody {
	readonly tuple_key: Pick<RelationshipCheck, 'user' | 'relation' | 'object'>;
	readonly context: ConditionContext;
}

const json = { 'content-type': 'application/json' };

/** What each ailment does to an answer; every one of them holds a yes that nobody may take for one. */
const fail: Readonly<Record<Ailment, (response: ServerResponse) => unknown>> = {
	'closes the connection': (response) => response.destroy(),
	'says nothing': () => undefined,
	'fails with 500': (response) => response.writeHead(500, json).end('{"allowed":true}'),
	'asks for another key': (response) => response.writeHead(401, json).end('{"allowed":true}'),
	'answers with a page': (response) => response.writeHead(200).end('<html>{"allowed":true}</html>'),
	'answers in another shape': (response) => response.writeHead(200, json).end('{"allowed":["true"]}'),
	'answers half': (response) => {
		response.writeHead(200, { ...json, 'content-length': '200' }).write('{"allowed":true}');
		setImmediate(() => response.destroy());
	},
	'sends elsewhere': (response) =>
		response.writeHead(307, { ...json, location: '/yes' }).end('{"allowed":true}'),
	'limits the rate': (response) =>
		response.writeHead(429, { ...json, 'retry-after': '0' }).end('{"allowed":true}'),
};

export async function openPolicyStandIn(engine: RelationshipEngine): Promise<PolicyStandIn> {
	let asked = 0;
	const server = createServer(async (request, response) => {
		const body = (await Array.fromAsync(request)).join('');
		if (request.url === '/yes') return void response.writeHead(200, json).end('{"allowed":true}');
		asked += 1;
		if (standIn.ailment !== null) return void fail[standIn.ailment](response);
		const { tuple_key: key, context } = JSON.parse(body) as CheckBody;
		const answer = await engine.check({ ...key, context });
		if (!answer.ok) return void response.writeHead(400, json).end('{}');
		response.writeHead(200, json).end(JSON.stringify({ allowed: answer.value }));
	});
	await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
	const standIn: PolicyStandIn = {
		apiUrl: `http://127.0.0.1:${address.port}`,
		ailment: null,
		asked: () => asked,
		close: async () => {
			server.closeAllConnections();
			await new Promise((closed) => server.close(closed));
		},
	};
	return standIn;
}
