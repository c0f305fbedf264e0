// Loaded into a daemon before its own program: takes its part in the floor in the daemon's process, when it is told to.

import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { type FloorOrders, follow, lineVariable, type Present } from './floor-orders.ts';

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
	line.on('close', () => gone.abort());
	const present: Present = { role };
	line.write(`${JSON.stringify(present)}\n`);
	const lines = createInterface({ input: line });
	// It passes the errors of its input on, and the line closes after them.
	lines.on('error', () => undefined);
	lines.once('line', (text) => {
		const tell = (said: unknown): void => void line.write(`${JSON.stringify(said)}\n`);
		// Whoever gave the orders sees the line close.
		follow(JSON.parse(text) as FloorOrders, tell, gone.signal).catch(() => line.destroy());
	});
}
