// How much processor time a process has used: what a query costs, however busy the machine is with other things.

import { readFile } from 'node:fs/promises';

/** Linux counts in hundredths of a second, on every architecture that Node runs on. */
const tickMs = 10;

/** Milliseconds, user and system; null where this is not told (any system but Linux). */
export async function processorMs(pid: number): Promise<number | null> {
	const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
	return text === null ? null : processorMsIn(text);
}

/** The name of the program, in brackets, may hold anything; the fields are counted from behind it (proc(5)). */
export function processorMsIn(stat: string): number | null {
	const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	const ticks = Number(fields[11]) + Number(fields[12]);
	return Number.isSafeInteger(ticks) ? ticks * tickMs : null;
}
