// A file system of a few megabytes under one party's state, which can be filled to the last byte and freed again.

import { execFile } from 'node:child_process';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface SmallDisk {
	readonly fill: () => Promise<void>;
	readonly free: () => Promise<void>;
	readonly unmount: () => Promise<void>;
}

const run = promisify(execFile);
const blockSizes = [1 << 20, 1 << 12, 1];

/** Null where the machine does not let us mount one: only its administrator may. */
export async function mountSmallDisk(folder: string, megabytes: number): Promise<SmallDisk | null> {
	await mkdir(folder, { recursive: true, mode: 0o700 });
	const options = ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0700`, 'tmpfs', folder];
	const isMounted = await run('mount', options).then(
		() => true,
		() => false,
	);
	if (!isMounted) return null;
	const ballast = join(folder, 'ballast');
	return {
		fill: () => writeUntilFull(ballast),
		free: () => rm(ballast, { force: true }),
		unmount: async () => {
			await run('umount', ['--lazy', folder]);
		},
	};
}

async function writeUntilFull(file: string): Promise<void> {
	const ballast = await open(file, 'a');
	try {
		for (const size of blockSizes) {
			while (await hasRoomFor(ballast, size));
		}
	} finally {
		await ballast.close();
	}
}

async function hasRoomFor(ballast: Awaited<ReturnType<typeof open>>, size: number): Promise<boolean> {
	try {
		return (await ballast.write(Buffer.alloc(size))).bytesWritten === size;
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return false;
		throw error;
	}
}
