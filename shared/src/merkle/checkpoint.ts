// C2SP tlog-checkpoint: the size and root of a log, in three lines that its key signs.

import { err, ok, type Result } from '../result.ts';

export interface Checkpoint {
	readonly origin: string;
	readonly size: bigint;
	readonly root: Uint8Array;
}

export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
	return `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`;
}

/** Errors  `malformed`: no origin, a size that is not a plain decimal under 2^64, or a root that is not 32 bytes. */
export function parseCheckpoint(text: string): Result<Checkpoint, 'malformed'> {
	const [origin, size, root] = text.split('\n');
	if (origin === undefined || origin === '' || size === undefined || root === undefined)
		return err('malformed');
	if (!text.endsWith('\n') || !/^(0|[1-9][0-9]{0,19})$/.test(size) || BigInt(size) >= 1n << 64n)
		return err('malformed');
	const bytes = Buffer.from(root, 'base64');
	if (bytes.length !== 32 || bytes.toString('base64') !== root) return err('malformed');
	return ok({ origin, size: BigInt(size), root: new Uint8Array(bytes) });
}
