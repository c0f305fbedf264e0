// Does to the network what a fault says, and gives back what undoes it.

import type { BrokenNetwork } from './broken-network.ts';
import type { FaultyProcess } from './faulty-process.ts';
import type { Fault } from './schedule.ts';

export type ProcessFault = Exclude<Fault, { readonly kind: 'message' }>;
export type Undo = () => Promise<void>;

/** A process that does not come up again (its database is still away) is tried again by whoever repairs everything. */
export async function injectFault(fault: ProcessFault, network: BrokenNetwork): Promise<Undo> {
	if (fault.kind === 'full-disk') {
		await network.disk?.fill();
		return async () => network.disk?.free();
	}
	const process = processOf(network, fault.party);
	// Two faults may meet in one process: what is dead already cannot be stopped any more.
	if (!process.isRunning()) return nothingToUndo;
	switch (fault.kind) {
		case 'kill':
			await process.kill();
			return () => startAgain(process);
		case 'restart':
			await process.stop();
			return () => startAgain(process);
		case 'freeze':
			process.freeze();
			return async () => process.thaw();
		case 'clock': {
			const daemon = network.daemons.get(fault.party);
			if (daemon === undefined) throw new Error(`${fault.party} has no clock that we can move`);
			await daemon.setClock(fault.offsetMs).catch(ignoreDeath);
			return () => daemon.setClock(0).catch(ignoreDeath);
		}
	}
}

/**
 * Everything as it was: processes run, clocks are right, the disk has room. Returns who had ended by itself, or had
 * not come up again. Errors: rejects with who does not start any more.
 */
export async function repairEverything(network: BrokenNetwork): Promise<readonly string[]> {
	await network.disk?.free();
	const died: string[] = [];
	for (let attempt = 1; ; attempt += 1) {
		for (const process of network.processes.values()) {
			process.thaw();
			if (process.isRunning()) continue;
			died.push(process.name);
			if (attempt > mostStarts) throw new Error(`${process.name} does not start any more`);
			await startAgain(process);
		}
		await Promise.all([...network.daemons.values()].map((daemon) => daemon.setClock(0).catch(ignoreDeath)));
		if ([...network.processes.values()].every((process) => process.isRunning())) return died;
	}
}

const mostStarts = 5;

async function startAgain(process: FaultyProcess): Promise<void> {
	if (process.isRunning()) return;
	await process.start().catch(() => process.kill());
}

function processOf({ processes }: BrokenNetwork, party: string): FaultyProcess {
	const process = processes.get(party);
	if (process === undefined) throw new Error(`there is no process ${party}`);
	return process;
}

async function nothingToUndo(): Promise<void> {
	// Somebody else undoes what stopped it.
}

function ignoreDeath(): void {
	// A frozen or killed process hears no signal; its clock is right again when it starts anew.
}
