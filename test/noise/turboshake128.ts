// TurboSHAKE128 (RFC 9861) as a byte stream, to replay other people's vectors of the noise samplers.

import type { Random } from '@cordon/shared';

const rate = 168;
const mask = (1n << 64n) - 1n;
const rounds = 12;

/** One block of input only, which is all the vectors need. */
export function turboShake128(message: Uint8Array, domain: number): Random {
	if (message.length >= rate) throw new Error('one block of input only');
	const block = new Uint8Array(rate);
	block.set(message);
	block[message.length] = domain;
	block[rate - 1] = (block[rate - 1] ?? 0) ^ 0x80;
	const view = new DataView(block.buffer);
	const lanes: bigint[] = Array.from({ length: 25 }, (_, i) =>
		i < rate / 8 ? view.getBigUint64(i * 8, true) : 0n,
	);
	let [squeezed, used] = [new Uint8Array(0), 0];
	const next = (): number => {
		if (used === squeezed.length) {
			permute(lanes);
			[squeezed, used] = [bytesOf(lanes), 0];
		}
		used += 1;
		return squeezed[used - 1] ?? 0;
	};
	return { bytes: (length) => Uint8Array.from({ length }, next) };
}

function bytesOf(lanes: readonly bigint[]): Uint8Array<ArrayBuffer> {
	const bytes = new Uint8Array(rate);
	const view = new DataView(bytes.buffer);
	for (let i = 0; i < rate / 8; i += 1) view.setBigUint64(i * 8, lanes[i] ?? 0n, true);
	return bytes;
}

/** Keccak-p[1600, 12]: the last 12 of the 24 rounds of FIPS 202. */
function permute(lanes: bigint[]): void {
	const constants = roundConstants().slice(24 - rounds);
	for (const constant of constants) {
		theta(lanes);
		chi(lanes, rhoPi(lanes));
		lanes[0] = at(lanes, 0) ^ constant;
	}
}

function theta(lanes: bigint[]): void {
	const parity = [0, 1, 2, 3, 4].map((x) =>
		[0, 5, 10, 15, 20].reduce((sum, y) => sum ^ at(lanes, x + y), 0n),
	);
	for (let i = 0; i < 25; i += 1) {
		const d = at(parity, (i + 4) % 5) ^ rotate(at(parity, (i + 1) % 5), 1);
		lanes[i] = at(lanes, i) ^ d;
	}
}

function rhoPi(lanes: readonly bigint[]): readonly bigint[] {
	const moved: bigint[] = [...lanes];
	let [x, y] = [1, 0];
	for (let t = 0; t < 24; t += 1) {
		const from = at(lanes, x + 5 * y);
		[x, y] = [y, (2 * x + 3 * y) % 5];
		moved[x + 5 * y] = rotate(from, (((t + 1) * (t + 2)) / 2) % 64);
	}
	return moved;
}

function chi(lanes: bigint[], from: readonly bigint[]): void {
	for (let i = 0; i < 25; i += 1) {
		const row = i - (i % 5);
		lanes[i] = at(from, i) ^ (~at(from, row + ((i + 1) % 5)) & mask & at(from, row + ((i + 2) % 5)));
	}
}

function roundConstants(): readonly bigint[] {
	let register = 1;
	return Array.from({ length: 24 }, () => {
		let constant = 0n;
		for (let j = 0; j <= 6; j += 1) {
			if ((register & 1) === 1) constant |= 1n << BigInt(2 ** j - 1);
			register = (register << 1) ^ ((register >> 7) * 0x171);
		}
		return constant;
	});
}

function rotate(lane: bigint, by: number): bigint {
	return ((lane << BigInt(by)) | (lane >> BigInt(64 - by))) & mask;
}

function at(values: readonly bigint[], index: number): bigint {
	const value = values[index];
	if (value === undefined) throw new Error('outside the state');
	return value;
}
