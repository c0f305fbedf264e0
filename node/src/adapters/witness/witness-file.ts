// What a hospital has said, kept beside its database: tells an older copy of the database from the newest, and holds
// the log's entries that such a copy has lost. One file, only ever longer, on the disk before anything is said.

import { createReadStream } from 'node:fs';
import { type FileHandle, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type LoggedEntry, rootOfEntries } from '@cordon/shared';
import { z } from 'zod';

/** How far a store had come: it never goes back. */
export interface Mark {
	/** Entries of the audit log, and the root of their tree, hex. */
	readonly size: number;
	readonly root: string;
	/** The last message of the coordinator that was dealt with. */
	readonly cursor: number;
}

export interface WitnessFile {
	readonly held: () => Mark;
	/** The log's new entries and the mark that seals them, as one write. On the disk when it resolves. */
	readonly advance: (mark: Mark, entries: readonly LoggedEntry[]) => Promise<void>;
	readonly close: () => Promise<void>;
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

/** Made once, with the keys: later there is nothing it could be made from. Errors: rejects where it is there. */
export async function createWitness(stateFolder: string): Promise<void> {
	const text = line({ mark: { size: 0, root: rootOfEntries([]), cursor: 0 } });
	await writeFile(witnessPath(stateFolder), text, { mode: 0o600, flag: 'wx', flush: true });
}

/** Errors  throws `WitnessLost`. */
export async function openWitness(stateFolder: string): Promise<WitnessFile> {
	const sealed = await read(stateFolder, () => undefined);
	const file = await open(witnessPath(stateFolder), 'r+');
	// What a killed process or a full disk left behind the last mark was never said.
	await file.truncate(sealed.bytes);
	return writer(file, sealed);
}

/** Every entry of the log that was ever said, in order, and the last mark. Errors  throws `WitnessLost`. */
export async function readWitness(
	stateFolder: string,
): Promise<{ readonly mark: Mark; readonly entries: readonly LoggedEntry[] }> {
	const entries: LoggedEntry[] = [];
	const { mark } = await read(stateFolder, (entry) => entries.push(entry));
	const isWhole = entries.every(({ index }, at) => index === at) && entries.length >= mark.size;
	const kept = entries.slice(0, mark.size);
	if (!isWhole || rootOfEntries(kept) !== mark.root) throw new WitnessLost();
	return { mark, entries: kept };
}

interface Sealed {
	readonly mark: Mark;
	/** Length of the file up to the end of the last mark. */
	readonly bytes: number;
}

function writer(file: FileHandle, start: Sealed): WitnessFile {
	let { mark: held, bytes } = start;
	return {
		held: () => held,
		advance: async (mark, entries) => {
			const text = [...entries.map((entry) => line({ entry })), line({ mark })].join('');
			const written = Buffer.from(text, 'utf8');
			await file.truncate(bytes);
			let done = 0;
			while (done < written.length)
				done += (await file.write(written, done, written.length - done, bytes + done)).bytesWritten;
			await file.datasync();
			bytes += written.length;
			held = mark;
		},
		close: () => file.close(),
	};
}

async function read(stateFolder: string, tell: (entry: LoggedEntry) => void): Promise<Sealed> {
	let sealed: Sealed | null = null;
	let waiting: LoggedEntry[] = [];
	let bytes = 0;
	try {
		for await (const text of linesOf(witnessPath(stateFolder))) {
			bytes += text.length + 1;
			const parsed = parseLine(text);
			if (parsed === null) break;
			if ('entry' in parsed) waiting.push(parsed.entry);
			else {
				for (const entry of waiting) tell(entry);
				waiting = [];
				sealed = { mark: parsed.mark, bytes };
			}
		}
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw new WitnessLost();
		throw error;
	}
	if (sealed === null) throw new WitnessLost();
	return sealed;
}

/** The file is ASCII, so a letter is a byte. */
async function* linesOf(path: string): AsyncIterable<string> {
	const input = createReadStream(path, { encoding: 'latin1' });
	yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
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

function line(value: object): string {
	const ascii = JSON.stringify(value).replace(
		/[\u007f-\uffff]/g,
		(letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
	);
	return `${ascii}\n`;
}

function witnessPath(stateFolder: string): string {
	return join(stateFolder, 'witness.ndjson');
}
