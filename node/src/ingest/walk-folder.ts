// Finds the files of a source folder, in a fixed order, and names what it will not open.

import type { Dirent } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { IssueCode } from './source-reader.ts';

/** Deeper than any archive's patient/study/series layout; a guard against loops of mounts. */
const maxDepth = 32;

export type FoundPath =
	| { readonly kind: 'file'; readonly path: string; readonly relative: string }
	| { readonly kind: 'refused'; readonly relative: string; readonly code: IssueCode };

function refused(relative: string, code: IssueCode): FoundPath {
	return { kind: 'refused', relative, code };
}

type EntryKind = 'file' | 'folder' | 'other';

function kindOf(entry: Pick<Dirent, 'isFile' | 'isDirectory'>): EntryKind {
	if (entry.isFile()) return 'file';
	return entry.isDirectory() ? 'folder' : 'other';
}

/** Some file systems give no type in the listing; a symbolic link stays `other`, so that no walk leaves the source. */
async function kindOfEntry(entry: Dirent, path: string): Promise<EntryKind> {
	const kind = kindOf(entry);
	if (kind !== 'other' || entry.isSymbolicLink()) return kind;
	try {
		return kindOf(await lstat(path));
	} catch {
		return 'other';
	}
}

async function* walk(folder: string, relative: string, depth: number): AsyncGenerator<FoundPath> {
	if (depth > maxDepth) {
		yield refused(relative, 'folder-too-deep');
		return;
	}
	let entries: Dirent[];
	try {
		entries = await readdir(folder, { withFileTypes: true });
	} catch {
		yield refused(relative, 'unreadable');
		return;
	}
	entries.sort((a, b) => (a.name < b.name ? -1 : 1));
	for (const entry of entries) {
		const path = join(folder, entry.name);
		const name = relative === '' ? entry.name : `${relative}/${entry.name}`;
		const kind = await kindOfEntry(entry, path);
		if (kind === 'folder') yield* walk(path, name, depth + 1);
		else if (kind === 'file') yield { kind: 'file', path, relative: name };
		else yield refused(name, 'not-a-regular-file');
	}
}

/**
 * Shape   every regular file below `root`, or `root` itself where it is a file, sorted within each folder;
 *         `relative` is the path below `root` with `/`, the empty string for `root` itself.
 * Errors  as entries: `path-missing`, `unreadable`, `folder-too-deep` (32), `not-a-regular-file` (symbolic
 *         links, pipes, sockets and devices; `root` itself may be a link).
 */
export async function* walkFolder(root: string): AsyncGenerator<FoundPath> {
	let kind: EntryKind;
	try {
		kind = kindOf(await stat(root));
	} catch {
		yield refused('', 'path-missing');
		return;
	}
	if (kind === 'folder') yield* walk(root, '', 0);
	else if (kind === 'file') yield { kind: 'file', path: root, relative: '' };
	else yield refused('', 'not-a-regular-file');
}
