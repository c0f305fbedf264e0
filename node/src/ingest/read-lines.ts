// Streams a text file, plain or gzip, as lines of bytes, so that no file is ever held in memory whole.

import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';

/** A line longer than this is no table or genotype row; without a limit one file could fill the memory. */
const maxLineBytes = 64 * 1024 * 1024;

/** The empty block that ends every complete bgzip file (SAM specification, section 4.1.2). */
const bgzfEnd = Buffer.from('1f8b08040000000000ff0600424302001b0003000000000000000000', 'hex');

export type LineFault = 'unreadable' | 'compression-invalid' | 'truncated' | 'line-too-long';

/** The file could not be read to its end; `code` is all that may be reported of it. */
export class LineError extends Error {
	readonly code: LineFault;

	constructor(code: LineFault) {
		super(code);
		this.name = 'LineError';
		this.code = code;
	}
}

type Packing = 'plain' | 'gzip' | 'truncated';

async function packingOf(path: string): Promise<Packing> {
	const file = await open(path);
	try {
		const head = Buffer.alloc(14);
		const { bytesRead } = await file.read(head, 0, head.length, 0);
		if (bytesRead < 2 || head[0] !== 0x1f || head[1] !== 0x8b) return 'plain';
		const isBgzip = bytesRead === 14 && ((head[3] ?? 0) & 4) !== 0 && head[12] === 0x42 && head[13] === 0x43;
		if (!isBgzip) return 'gzip';
		const { size } = await file.stat();
		const tail = Buffer.alloc(bgzfEnd.length);
		await file.read(tail, 0, tail.length, Math.max(0, size - tail.length));
		// Blocks of a cut bgzip file are each complete, so that gunzip alone would not notice the loss.
		return tail.equals(bgzfEnd) ? 'gzip' : 'truncated';
	} finally {
		await file.close();
	}
}

/** The bytes of a file, unpacked where it is gzip or bgzip. Throws LineError. */
export async function* readBytes(path: string): AsyncGenerator<Buffer> {
	let packing: Packing;
	try {
		packing = await packingOf(path);
	} catch {
		throw new LineError('unreadable');
	}
	if (packing === 'truncated') throw new LineError(packing);
	const file = createReadStream(path, { highWaterMark: 256 * 1024 });
	const stream = packing === 'gzip' ? file.pipe(createGunzip({ chunkSize: 256 * 1024 })) : file;
	file.on('error', (cause) => stream.destroy(cause));
	try {
		for await (const chunk of stream) yield chunk as Buffer;
	} catch {
		// zlib's message is dropped on purpose: it is another library's text.
		throw new LineError(packing === 'gzip' ? 'compression-invalid' : 'unreadable');
	} finally {
		file.destroy();
		stream.destroy();
	}
}

function withoutCarriageReturn(line: Buffer): Buffer {
	return line.at(-1) === 0x0d ? line.subarray(0, -1) : line;
}

/**
 * Shape   one array of lines a block of the file, without line ends (LF or CRLF). The lines share the block's memory: read them before asking for the next block.
 *         `atOpenEnd` is called before a last line that has no line end: it may have been cut off.
 * Errors  throws LineError: `unreadable`, `compression-invalid`, `truncated`, `line-too-long` (64 MiB).
 */
export async function* readLines(path: string, atOpenEnd?: () => void): AsyncGenerator<readonly Buffer[]> {
	let carried: Buffer[] = [];
	let carriedBytes = 0;
	for await (const chunk of readBytes(path)) {
		const lines: Buffer[] = [];
		let start = 0;
		for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
			const part = chunk.subarray(start, end);
			lines.push(withoutCarriageReturn(carriedBytes === 0 ? part : Buffer.concat([...carried, part])));
			if (carriedBytes > 0) [carried, carriedBytes] = [[], 0];
			start = end + 1;
		}
		if (start < chunk.length) {
			carried.push(chunk.subarray(start));
			carriedBytes += chunk.length - start;
			if (carriedBytes > maxLineBytes) throw new LineError('line-too-long');
		}
		yield lines;
	}
	if (carriedBytes === 0) return;
	atOpenEnd?.();
	yield [withoutCarriageReturn(Buffer.concat(carried))];
}
