// A repeatable stream of bytes (ChaCha20 under a hashed seed) for tests: no daemon may construct it.

import { createCipheriv, createHash } from 'node:crypto';
import type { Random } from '../clock-and-random.ts';

export function seededRandom(seed: string): Random {
	const key = createHash('sha256').update(seed).digest();
	const stream = createCipheriv('chacha20', key, Buffer.alloc(16));
	return { bytes: (length) => Uint8Array.from(stream.update(Buffer.alloc(length))) };
}
