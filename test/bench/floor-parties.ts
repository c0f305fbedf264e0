// The processes of a floor: forked for nothing else, or the daemons of a network that runs.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { lineVariable, type Present } from './floor-inside.ts';
import type { CentreSaid, FloorOrders } from './floor-orders.ts';

export interface Party {
	readonly order: (orders: FloorOrders) => void;
	/** Of a centre: resolves when it listens. */
	readonly said: Promise<CentreSaid>;
	readonly close: () => void;
}

export interface Parties {
	readonly centre: Party;
	readonly members: readonly Party[];
}

export function forkParties(members: number): Parties {
	return { centre: forked(), members: Array.from({ length: members }, forked) };
}

function forked(): Party {
	const child = fork(new URL('floor-process.ts', import.meta.url), {
		execArgv: ['--disable-warning=ExperimentalWarning'],
		stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
	});
	const { promise, resolve } = Promise.withResolvers<CentreSaid>();
	child.once('message', (said) => resolve(said as CentreSaid));
	return {
		order: (orders) => child.send(orders),
		said: promise,
		close: () => child.disconnect(),
	};
}

/** A coordinator and its nodes, once `start` has resolved: what it starts is found by its environment. */
export async function daemonParties(members: number, start: () => Promise<unknown>): Promise<Parties> {
	const centre = Promise.withResolvers<Party>();
	const present: Party[] = [];
	const all = Promise.withResolvers<void>();
	const server = createServer((line) => {
		const lines = createInterface({ input: line });
		lines.once('line', (text) => {
			const { role } = JSON.parse(text) as Present;
			const party = partyOn(line, lines);
			if (role === 'centre') centre.resolve(party);
			else present.push(party);
			if (present.length === members) all.resolve();
		});
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	const port = address !== null && typeof address === 'object' ? address.port : 0;
	await inEnvironment(
		{
			NODE_OPTIONS: `--import ${new URL('floor-inside.ts', import.meta.url).href}`,
			[lineVariable]: String(port),
		},
		start,
	);
	const found = await centre.promise;
	await all.promise;
	// No more of them come; the lines that are open stay.
	server.close();
	return { centre: found, members: present };
}

function partyOn(line: Socket, lines: ReturnType<typeof createInterface>): Party {
	const { promise, resolve } = Promise.withResolvers<CentreSaid>();
	lines.once('line', (text) => resolve(JSON.parse(text) as CentreSaid));
	// A daemon that ends takes its line with it.
	line.on('error', () => undefined);
	return {
		order: (orders) => line.write(`${JSON.stringify(orders)}\n`),
		said: promise,
		close: () => line.destroy(),
	};
}

/** Daemons are started with the environment of whoever starts them. */
async function inEnvironment<T>(added: Readonly<Record<string, string>>, work: () => Promise<T>): Promise<T> {
	const before = Object.keys(added).map((name) => [name, process.env[name]] as const);
	Object.assign(process.env, added);
	try {
		return await work();
	} finally {
		for (const [name, value] of before) {
			if (value === undefined) delete process.env[name];
			else process.env[name] = value;
		}
	}
}
