// Checks RFC 6962 proofs against a root an auditor already holds. Sizes are BigInt: logs may say up to 2^64.

import { nodeHash } from './merkle-tree.ts';

export interface Inclusion {
	readonly index: bigint;
	readonly size: bigint;
	readonly leafHash: Uint8Array;
	readonly proof: readonly Uint8Array[];
	readonly root: Uint8Array;
}

export interface Consistency {
	readonly oldSize: bigint;
	readonly newSize: bigint;
	readonly oldRoot: Uint8Array;
	readonly newRoot: Uint8Array;
	readonly proof: readonly Uint8Array[];
}

/** Source  RFC 9162 section 2.1.3.2. A hash of another length than 32 bytes is never right. */
export function isIncluded(claim: Inclusion): boolean {
	const { index, size, proof } = claim;
	if (index < 0n || index >= size || ![claim.leafHash, claim.root, ...proof].every(isHash)) return false;
	let position = index;
	let last = size - 1n;
	let hash = claim.leafHash;
	for (const sibling of proof) {
		if (last === 0n) return false;
		if (position % 2n === 1n || position === last) {
			hash = nodeHash(sibling, hash);
			while (position % 2n === 0n && position !== 0n) [position, last] = [position >> 1n, last >> 1n];
		} else {
			hash = nodeHash(hash, sibling);
		}
		[position, last] = [position >> 1n, last >> 1n];
	}
	return last === 0n && equal(hash, claim.root);
}

/** Source  RFC 9162 section 2.1.4.2. A proof from size 0 shows nothing, so it is refused. */
export function isConsistent(claim: Consistency): boolean {
	const { oldSize, newSize, oldRoot, newRoot, proof } = claim;
	if (oldSize <= 0n || oldSize > newSize) return false;
	if (oldSize === newSize) return proof.length === 0 && equal(oldRoot, newRoot);
	if (![oldRoot, newRoot, ...proof].every(isHash)) return false;
	const isPowerOfTwo = (oldSize & (oldSize - 1n)) === 0n;
	const path = isPowerOfTwo ? [oldRoot, ...proof] : proof;
	let [position, last] = [oldSize - 1n, newSize - 1n];
	while (position % 2n === 1n) [position, last] = [position >> 1n, last >> 1n];
	const [first, ...rest] = path;
	if (first === undefined) return false;
	let [old, current] = [first, first];
	for (const sibling of rest) {
		if (last === 0n) return false;
		if (position % 2n === 1n || position === last) {
			old = nodeHash(sibling, old);
			current = nodeHash(sibling, current);
			while (position % 2n === 0n && position !== 0n) [position, last] = [position >> 1n, last >> 1n];
		} else {
			current = nodeHash(current, sibling);
		}
		[position, last] = [position >> 1n, last >> 1n];
	}
	return last === 0n && equal(old, oldRoot) && equal(current, newRoot);
}

function isHash(bytes: Uint8Array): boolean {
	return bytes.length === 32;
}

function equal(left: Uint8Array, right: Uint8Array): boolean {
	return Buffer.compare(left, right) === 0;
}
