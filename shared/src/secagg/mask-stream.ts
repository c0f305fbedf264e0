// Expands a key into the mask of a whole vector: ChaCha20, little-endian 64-bit words.

import { createCipheriv } from 'node:crypto';
import { wordsOf } from '../numbers/little-endian-words.ts';

const bytesPerCell = 8;
// Initial counter 0 and nonce 0 (RFC 8439): a mask key is used for one vector, ever.
const counterAndNonce = Buffer.alloc(16);

export function expandMask(key: Uint8Array, cells: number): BigUint64Array {
	return wordsOf(createCipheriv('chacha20', key, counterAndNonce).update(Buffer.alloc(cells * bytesPerCell)));
}
