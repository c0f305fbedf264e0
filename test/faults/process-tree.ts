// Signals to a process and everything it started: a database is a family, of which the head alone feels nothing.

import { readdirSync, readFileSync } from 'node:fs';

/** The process and its descendants, its own id first. Linux only. */
export function processTree(pid: number): readonly number[] {
	const children = new Map<number, number[]>();
	for (const name of readdirSync('/proc')) {
		const parent = /^\d+$/.test(name) ? parentOf(name) : null;
		if (parent !== null) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
	}
	const below = (head: number): readonly number[] => [head, ...(children.get(head) ?? []).flatMap(below)];
	return below(pid);
}

export function signalAll(pids: readonly number[], signal: NodeJS.Signals | 0): readonly number[] {
	return pids.filter((pid) => {
		try {
			return process.kill(pid, signal);
		} catch {
			// It has ended meanwhile.
			return false;
		}
	});
}

/** The fourth field, after a name in parentheses that may hold anything. */
function parentOf(pid: string): number | null {
	try {
		const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
		return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]);
	} catch {
		return null;
	}
}
