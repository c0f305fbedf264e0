// What a hospital has said, kept beside its database: tells an older copy of the database from the newest, and holds
// the log's entries that such a copy has lost. One file, only ever longer, on the disk before anything is said.

import { constants, type FileHandle, link, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { DatabaseFault, type LoggedEntry, rootOfEntries } from '@cordon/shared';
import { type Mark, readWitness, type Witnessed, witnessPath } from './read-witness.ts';

export interface WitnessFile {
	readonly held: () => Mark;
	/**
	 * The log's new entries and the mark that seals them, as one write. On the disk when it resolves; one at a time.
	 * Errors  throws `WitnessUnwritable`; what is held is then as before.
	 */
	readonly advance: (mark: Mark, entries: readonly LoggedEntry[]) => Promise<void>;
	readonly close: () => Promise<void>;
}

/** A full disk, or a broken one: the node's store is away, as if its database were, and is asked again. */
export class WitnessUnwritable extends DatabaseFault {
	constructor(code: string | null) {
		super(null, true);
		this.name = 'WitnessUnwritable';
		this.message = `witness.ndjson cannot be written: ${code ?? 'unknown fault'}`;
	}
}

/**
 * Made once, with the keys: later there is nothing it could be made from. It is there whole, or not at all.
 * Errors  rejects where one is there that is not empty.
 */
export async function createWitness(stateFolder: string): Promise<void> {
	const path = witnessPath(stateFolder);
	const text = line({ mark: { size: 0, root: rootOfEntries([]), cursor: 0, changes: 0 } });
	const draft = `${path}.new`;
	// Of a run that was killed; it may be the witness itself by another name, so it is not written over.
	await rm(draft, { force: true });
	await writeFile(draft, text, { mode: 0o600, flag: 'wx', flush: true });
	try {
		await link(draft, path).catch(async (error: NodeJS.ErrnoException) => {
			// An empty one was left by a kill: it has never held anything.
			if (error.code !== 'EEXIST' || (await stat(path)).size > 0) throw error;
			await rename(draft, path);
		});
	} finally {
		await rm(draft, { force: true });
	}
	const folder = await open(stateFolder, 'r');
	await folder.sync().finally(() => folder.close());
}

/** A write is on the disk when it returns, in one call where two were needed. Elsewhere the flag is absent, or means less. */
const isSyncedByWrites = process.platform === 'linux';

/** Changes nothing yet. Errors  throws `WitnessLost`. */
export async function openWitness(stateFolder: string): Promise<WitnessFile> {
	const witnessed = await readWitness(stateFolder, ({ leaf }) => ({ leaf }));
	const flags = constants.O_RDWR | (isSyncedByWrites ? constants.O_DSYNC : 0);
	return writer(await open(witnessPath(stateFolder), flags), witnessed);
}

function writer(file: FileHandle, start: Pick<Witnessed<unknown>, 'mark' | 'bytes'>): WitnessFile {
	let { mark: held, bytes } = start;
	let mayHaveRest = true;
	const write = async (written: Buffer): Promise<void> => {
		// What a killed process or a full disk left behind the last mark was never said.
		if (mayHaveRest) await file.truncate(bytes);
		mayHaveRest = true;
		let done = 0;
		while (done < written.length)
			done += (await file.write(written, done, written.length - done, bytes + done)).bytesWritten;
		if (!isSyncedByWrites) await file.datasync();
		mayHaveRest = false;
	};
	return {
		held: () => held,
		advance: async (mark, entries) => {
			const text = [...entries.map((entry) => line({ entry })), line({ mark })].join('');
			const written = Buffer.from(text, 'utf8');
			await write(written).catch((error: NodeJS.ErrnoException) => {
				throw new WitnessUnwritable(error.code ?? null);
			});
			bytes += written.length;
			held = mark;
		},
		close: () => file.close(),
	};
}

function line(value: object): string {
	const ascii = JSON.stringify(value).replace(
		/[\u007f-\uffff]/g,
		(letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
	);
	return `${ascii}\n`;
}
