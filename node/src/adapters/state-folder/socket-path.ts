// Where a node's commands find the process that owns its state: a Unix socket only its user can reach.

import { createHash } from 'node:crypto';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** The longest path a Unix socket may have on the systems we run on (sun_path, less the closing zero). */
const maxSocketPath = 103;

/** In the state folder, and elsewhere only where that path would be too long. */
export function socketPathOf(stateFolder: string): string {
	const inside = join(resolve(stateFolder), 'node.sock');
	if (Buffer.byteLength(inside) <= maxSocketPath) return inside;
	const name = createHash('sha256').update(resolve(stateFolder)).digest('hex').slice(0, 32);
	return join(tmpdir(), `cordon-${name}`, 'node.sock');
}

/** Removes what a killed owner left. Only the holder of the state folder's lock may call it. */
export async function clearSocket(path: string): Promise<void> {
	await mkdir(dirname(path), { recursive: true, mode: 0o700 });
	await chmod(dirname(path), 0o700);
	await rm(path, { force: true });
}
