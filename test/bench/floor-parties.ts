// The processes of a floor: forked for nothing else, or the daemons of a network that runs.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { type CentreSaid, type FloorOrders, lineVariable, type Present } from './floor-orders.ts';

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
	const said = saying();
	child.once('message', (words) => said.resolve(words as CentreSaid));
	child.once('exit', () => said.reject(new Error('a process of the floor ended')));
	return {
		order: (orders) => child.send(orders),
		said: said.promise,
		close: () => {
			if (child.connected) child.disconnect();
		},
	};
}

const longestWaitMs = 10_000;

/**
 * A coordinator and its nodes, once `start` has resolved: what it starts is told by its environment to report.
 * Errors  rejects where `start` does, and where one of them does not report.
 */
export async function daemonParties(members: number, start: () => Promise<unknown>): Promise<Parties> {
	const all = Promise.withResolvers<Parties>();
	const found: { centre: Party | null; readonly members: Party[] } = { centre: null, members: [] };
	const server = createServer((line) => {
		const lines = createInterface({ input: line });
		// It passes the errors of its input on; a daemon that ends takes its line with it.
		lines.on('error', () => undefined);
		lines.once('line', (text) => {
			const { role } = JSON.parse(text) as Present;
			const party = partyOn(line, lines);
			if (role === 'centre') found.centre = party;
			else found.members.push(party);
			const { centre } = found;
			if (centre !== null && found.members.length === members)
				all.resolve({ centre, members: found.members });
		});
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	const port = address !== null && typeof address === 'object' ? address.port : 0;
	const options = [
		process.env['NODE_OPTIONS'],
		`--import ${new URL('floor-inside.ts', import.meta.url).href}`,
	];
	const added = { NODE_OPTIONS: options.filter(Boolean).join(' '), [lineVariable]: String(port) };
	try {
		await inEnvironment(added, start);
		const late = new Error('a daemon did not report for the floor');
		const timer = setTimeout(() => all.reject(late), longestWaitMs);
		return await all.promise.finally(() => clearTimeout(timer));
	} finally {
		// No more of them come; the lines that are open stay.
		server.close();
	}
}

function partyOn(line: Socket, lines: ReturnType<typeof createInterface>): Party {
	const said = saying();
	lines.once('line', (text) => said.resolve(JSON.parse(text) as CentreSaid));
	line.once('close', () => said.reject(new Error('a daemon left the floor')));
	return {
		order: (orders) => line.write(`${JSON.stringify(orders)}\n`),
		said: said.promise,
		close: () => line.destroy(),
	};
}

/** Of a member nobody waits for it. */
function saying(): PromiseWithResolvers<CentreSaid> {
	const said = Promise.withResolvers<CentreSaid>();
	said.promise.catch(() => undefined);
	return said;
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
