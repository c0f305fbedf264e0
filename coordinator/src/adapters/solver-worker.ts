// Solves linear programs on a thread of its own: the other side of threaded-solver, and no part of it decides anything.

import { parentPort } from 'node:worker_threads';
import type { OpenProgram } from '../linear-solver.ts';
import { highsSolver } from './highs-solver.ts';
import type { SolverAnswer, SolverRequest } from './threaded-solver.ts';

const port = parentPort;
if (port === null) throw new Error('this is the thread of a solver');

const open = new Map<number, OpenProgram>();
const solver = highsSolver(() => port.postMessage({ kind: 'failed' } satisfies SolverAnswer));
let before: Promise<void> = Promise.resolve();

port.on('message', (request: SolverRequest) => {
	// In the order they were sent: a bound changes what the next minimization finds.
	before = before.then(() => answer(request));
});

async function answer(request: SolverRequest): Promise<void> {
	const { id } = request;
	const program = open.get(id);
	switch (request.kind) {
		case 'open': {
			const opened = await solver.open(request.program);
			if (opened !== null) open.set(id, opened);
			reply({ kind: 'opened', id, isOpen: opened !== null });
			return;
		}
		case 'bound':
			program?.bound(request.lower, request.upper);
			return;
		case 'minimize': {
			const columns = (await program?.minimize(request.costs)) ?? null;
			reply({ kind: 'minimized', id, columns, pivots: program?.pivots() ?? 0 });
			return;
		}
		default:
			program?.close();
			open.delete(id);
	}
}

function reply(said: SolverAnswer): void {
	port?.postMessage(said);
}
