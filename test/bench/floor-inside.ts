// Loaded into a daemon before its own program: takes its part in the floor in the daemon's process, when it is told to.

import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { type FloorOrders, follow } from './floor-orders.ts';

/** What a process says of itself when it is ready for orders. */
export interface Present {
	readonly role: FloorOrders['role'];
}

/** Names the port of the process that gives the orders. */
export const lineVariable = 'CORDON_BENCH_FLOOR';

const roles: Readonly<Record<string, FloorOrders['role']>> = {
	'coordinator start': 'centre',
	'node start': 'member',
};

const role = roles[process.argv.slice(2, 4).join(' ')];
const port = Number(process.env[lineVariable]);
if (role !== undefined && port > 0) takeOrders(role, port);

function takeOrders(role: FloorOrders['role'], port: number): void {
	const gone = new AbortController();
	const line = connect(port, '127.0.0.1');
	// A daemon ends when it is asked to, whatever the bench still does.
	line.unref();
	line.on('error', () => gone.abort());
	line.on('close', () => gone.abort());
	const present: Present = { role };
	line.write(`${JSON.stringify(present)}\n`);
	createInterface({ input: line }).once('line', (text) => {
		void follow(
			JSON.parse(text) as FloorOrders,
			(said) => line.write(`${JSON.stringify(said)}\n`),
			gone.signal,
		);
	});
}
