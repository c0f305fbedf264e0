// Reads a witness file whole, and tells a write that was cut short, which was never said, from damage to what was.

import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { type LoggedEntry, rootOfEntries } from '@cordon/shared';
import { z } from 'zod';
import type { Stood } from '../session-store/store-progress.ts';

/** How far a store had come: it never goes back. */
export type Mark = Stood;

/** What the witness holds: all up to the last mark whose batch is whole. */
export interface Witnessed<T> {
	readonly mark: Mark;
	/** Every entry of the log that was ever said, in order. */
	readonly entries: readonly T[];
	/** Length of the file up to the end of the mark. */
	readonly bytes: number;
}

/** There is no witness, or none that can be read: nobody can say whether the database is the newest. */
export class WitnessLost extends Error {
	constructor() {
		super(
			'witness.ndjson in the state folder is missing or damaged: see "Backup and restore" in docs/operations.md',
		);
		this.name = 'WitnessLost';
	}
}

const lineSchema = z.union([
	z.strictObject({
		mark: z.strictObject({
			size: z.int().nonnegative(),
			root: z.string().regex(/^[0-9a-f]{64}$/),
			cursor: z.int().nonnegative(),
			changes: z.int().nonnegative(),
		}),
	}),
	z.strictObject({
		entry: z.strictObject({
			index: z.int().nonnegative(),
			key: z.string(),
			leaf: z.string(),
			body: z.string().nullable(),
			sealedKey: z.string().nullable(),
		}),
	}),
]);

type Leaf = Pick<LoggedEntry, 'leaf'>;

export function witnessPath(stateFolder: string): string {
	return join(stateFolder, 'witness.ndjson');
}

/**
 * `keep` takes of each entry what is wanted. Changes nothing.
 * Errors  throws `WitnessLost`: no file, nothing sealed in it, or a line that cannot be read before the last batch.
 */
export async function readWitness<T extends Leaf>(
	stateFolder: string,
	keep: (entry: LoggedEntry) => T,
): Promise<Witnessed<T>> {
	const batches = createBatches(keep);
	try {
		for await (const line of linesOf(witnessPath(stateFolder))) batches.take(line);
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw new WitnessLost();
		throw error;
	}
	const sealed = batches.sealed();
	if (sealed === null || rootOfEntries(sealed.entries) !== sealed.mark.root) throw new WitnessLost();
	return sealed;
}

interface Batches<T> {
	readonly take: (line: Line) => void;
	readonly sealed: () => Witnessed<T> | null;
}

/** A batch is entries and their mark, and is forced to the disk before the next: so only the last can be torn. */
function createBatches<T extends Leaf>(keep: (entry: LoggedEntry) => T): Batches<T> {
	const entries: T[] = [];
	let last: { readonly mark: Mark; readonly bytes: number } | null = null;
	let bytes = 0;
	let linesSince = 0;
	let state: 'whole' | 'torn' | 'over' = 'whole';
	const seal = (mark: Mark): void => {
		if (!follows(last?.mark ?? null, mark)) throw new WitnessLost();
		if (state === 'torn') {
			// More lines than the mark seals hold another batch's mark: that one was on the disk once, and is damaged.
			if (last === null || linesSince > mark.size - last.mark.size) throw new WitnessLost();
			state = 'over';
			return;
		}
		if (entries.length !== mark.size) throw new WitnessLost();
		last = { mark, bytes };
		linesSince = 0;
	};
	return {
		take: (line) => {
			if (state === 'over') throw new WitnessLost();
			bytes += line.text.length + 1;
			const parsed = line.isWhole ? parseLine(line.text) : null;
			if (parsed !== null && 'mark' in parsed) return seal(parsed.mark);
			linesSince += 1;
			if (parsed === null) state = 'torn';
			if (parsed === null || state === 'torn') return;
			if (parsed.entry.index !== entries.length) throw new WitnessLost();
			entries.push(keep(parsed.entry));
		},
		sealed: () => last && { ...last, entries: entries.slice(0, last.mark.size) },
	};
}

function follows(before: Mark | null, mark: Mark): boolean {
	if (before === null) return true;
	return mark.size >= before.size && mark.cursor >= before.cursor && mark.changes >= before.changes;
}

interface Line {
	/** The file is ASCII, so a letter is a byte. */
	readonly text: string;
	/** false: its end is missing. */
	readonly isWhole: boolean;
}

async function* linesOf(path: string): AsyncIterable<Line> {
	let rest = '';
	for await (const chunk of createReadStream(path, { encoding: 'latin1' })) {
		const texts = `${rest}${chunk}`.split('\n');
		rest = texts.pop() ?? '';
		for (const text of texts) yield { text, isWhole: true };
	}
	if (rest !== '') yield { text: rest, isWhole: false };
}

function parseLine(text: string): z.infer<typeof lineSchema> | null {
	try {
		const parsed = lineSchema.safeParse(JSON.parse(text));
		return parsed.success ? parsed.data : null;
	} catch {
		// Half a line: the process was killed, or the disk was full.
		return null;
	}
}
