// Decides which process owns an embedded database's folder: one, because two lose each other's acknowledged writes.
// The lock is the operating system's on a file, held through SQLite: a killed process leaves none behind.

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Somebody else has the folder open: use the owner's local socket instead. */
export class FolderInUse extends Error {
	constructor() {
		super('the folder is open in another process');
		this.name = 'FolderInUse';
	}
}

const sqliteBusy = 5;

/** Returns the function that gives the folder up. Errors  throws `FolderInUse`. */
export function ownFolder(directory: string): () => void {
	const lock = new DatabaseSync(join(directory, 'owner.lock'), { timeout: 0 });
	try {
		lock.exec('pragma journal_mode = off');
		lock.exec('begin exclusive');
	} catch (error) {
		lock.close();
		const busy = error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy;
		throw busy ? new FolderInUse() : error;
	}
	return () => {
		if (lock.isOpen) lock.close();
	};
}
