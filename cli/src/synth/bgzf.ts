// Blocked gzip (SAM specification, section 4.1): what bgzip writes, so that tabix can index a synthetic VCF.

import { crc32, deflateRawSync } from 'node:zlib';

/** Bytes of text a block; htslib's own figure, which keeps a block under 64 KiB even where nothing compresses. */
const blockBytes = 65_280;

/** The empty block that ends every BGZF file; readers without it report truncation. */
const endOfFile = Buffer.from('1f8b08040000000000ff0600424302001b0003000000000000000000', 'hex');

/** Level 6. The bytes depend on the zlib built into Node: the same build gives the same file. */
export function compressBlocks(text: Uint8Array): Buffer {
	const blocks: Buffer[] = [];
	for (let start = 0; start < text.length; start += blockBytes) {
		blocks.push(...block(text.subarray(start, start + blockBytes)));
	}
	return Buffer.concat([...blocks, endOfFile]);
}

function block(text: Uint8Array): readonly Buffer[] {
	const body = deflateRawSync(text, { level: 6 });
	const header = Buffer.from('1f8b08040000000000ff060042430200', 'hex');
	const size = Buffer.alloc(2);
	// BSIZE: the length of the whole block less one; 26 bytes are header and trailer.
	size.writeUInt16LE(body.length + 26 - 1);
	const trailer = Buffer.alloc(8);
	trailer.writeUInt32LE(crc32(text), 0);
	trailer.writeUInt32LE(text.length, 4);
	return [header, size, body, trailer];
}
