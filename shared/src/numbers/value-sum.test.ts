import { describe, expect, it } from 'vitest';
import {
	addBytes,
	bytesOfValues,
	cellsOfSum,
	centredValues,
	newSum,
	subtractBytes,
	type ValueBits,
	wordsOfSum,
} from './value-sum.ts';

const opened = (sum: ReturnType<typeof newSum>): readonly bigint[] =>
	centredValues(wordsOfSum(sum), sum.valueBits);

describe.each<ValueBits>([64, 128])('sums of %d-bit values', (bits) => {
	const least = -(2n ** BigInt(bits - 1));
	const most = -least - 1n;
	const edges = [0n, 1n, -1n, most, least, 2n ** 32n, -(2n ** 32n), 2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n];

	it('give back each value, the ends of the range included', () => {
		const sum = newSum(edges.length, bits);
		addBytes(sum, bytesOfValues(edges, bits));
		expect(opened(sum)).toEqual(edges);
	});

	it('carry and borrow as the integers do, for every pair of edges', () => {
		for (const one of edges) {
			const added = newSum(edges.length, bits);
			const taken = newSum(edges.length, bits);
			for (const sum of [added, taken]) addBytes(sum, bytesOfValues(edges, bits));
			const same = bytesOfValues(
				edges.map(() => one),
				bits,
			);
			addBytes(added, same);
			subtractBytes(taken, same);
			expect(opened(added)).toEqual(edges.map((edge) => BigInt.asIntN(bits, edge + one)));
			expect(opened(taken)).toEqual(edges.map((edge) => BigInt.asIntN(bits, edge - one)));
		}
	});

	it('never carry into the next value', () => {
		const sum = newSum(2, bits);
		addBytes(sum, bytesOfValues([-1n, 5n], bits));
		addBytes(sum, bytesOfValues([1n, 0n], bits));
		expect(opened(sum)).toEqual([0n, 5n]);
	});

	it('stay exact over as many vectors as a session can add, all of the largest words', () => {
		const vectors = 2 ** 14;
		const sum = newSum(1, bits);
		const ones = bytesOfValues([-1n], bits);
		for (let at = 0; at < vectors; at += 1) addBytes(sum, ones);
		expect(opened(sum)).toEqual([-BigInt(vectors)]);
		for (let at = 0; at < 2 * vectors; at += 1) subtractBytes(sum, ones);
		expect(opened(sum)).toEqual([BigInt(vectors)]);
	});

	it('read bytes wherever they begin', () => {
		const values = [7n, -9n];
		const inside = new Uint8Array(1 + (values.length * bits) / 8);
		inside.set(bytesOfValues(values, bits), 1);
		const sum = newSum(2, bits);
		addBytes(sum, inside.subarray(1));
		expect(cellsOfSum(sum)).toBe(2);
		expect(opened(sum)).toEqual(values);
	});

	it('refuse a vector that is longer, or no whole words', () => {
		const sum = newSum(1, bits);
		expect(() => addBytes(sum, bytesOfValues([1n, 1n], bits))).toThrow('lengths');
		expect(() => subtractBytes(sum, bytesOfValues([1n], bits), 1)).toThrow('lengths');
		expect(() => addBytes(sum, new Uint8Array(bits / 8 - 1))).toThrow('whole words');
	});
});

describe('bytesOfValues', () => {
	it('puts the lower limb first, little-endian', () => {
		const value = 0x0f0e0d0c0b0a09080706050403020100n;
		expect(Buffer.from(bytesOfValues([value], 128)).toString('hex')).toBe('000102030405060708090a0b0c0d0e0f');
	});
});
