import { describe, expect, it } from 'vitest';
import { addMaskedShares, decodeMaskedShare, encodeMaskedShare, maskCounts } from './masked-share.ts';
import { mergeSafeCounts, mergeShares } from './merged-count.ts';
import type { MaskedShare, MergedCount, RawCount, SafeCount } from './numbers.ts';
import { countPatients } from './raw-count.ts';
import { readMerged, readReleased, releaseCount } from './released-count.ts';
import { addNoise, admitAtLeast, admitExact } from './safe-count.ts';
import { decodeSafeCounts, encodeSafeCounts } from './safe-count-wire.ts';
import { addBytes, bytesOfValues, newSum, type ValueBits, type ValueSum } from './value-sum.ts';
import { encodeWire } from './wire.ts';

function masks(values: readonly bigint[], valueBits: ValueBits = 64): ValueSum {
	const sum = newSum(values.length, valueBits);
	addBytes(sum, bytesOfValues(values, valueBits));
	return sum;
}

const shape = (cells: number, valueBits: ValueBits = 64) => ({ cells, valueBits });

// `tsc -b` reads this file: each `@ts-expect-error` is a test that the line below it does not compile.
describe('types of numbers', () => {
	const raw = countPatients(7);
	const safe = admitExact(raw);
	const merged = mergeSafeCounts([[safe]])[0] as MergedCount;

	it('refuses to compile a raw count on the wire, and throws where a cast forces it', () => {
		expect(() => JSON.stringify(raw)).toThrow(TypeError);
		// @ts-expect-error a raw count has no wire form
		expect(() => encodeWire(raw)).toThrow(TypeError);
		// @ts-expect-error nor inside an array
		expect(() => encodeWire([raw])).toThrow(TypeError);
		// @ts-expect-error nor inside a record
		expect(() => encodeWire({ cells: { a: raw } })).toThrow(TypeError);
	});

	it('refuses to compile any other stage on the generic wire', () => {
		// @ts-expect-error a safe count travels through encodeSafeCounts, in a plain network only
		expect(() => encodeWire([safe])).toThrow(TypeError);
		// @ts-expect-error a masked share travels through encodeMaskedShare
		expect(() => encodeWire(maskCounts([safe], masks([1n])))).toThrow(TypeError);
		// @ts-expect-error a merged count is released first
		expect(() => encodeWire({ merged })).toThrow(TypeError);
		// @ts-expect-error a released count is read first
		expect(() => encodeWire(releaseCount(merged))).toThrow(TypeError);
		// @ts-expect-error a bigint is how counts look at run time
		expect(() => encodeWire(7n)).toThrow(TypeError);
	});

	it('refuses to compile a stage left out', () => {
		const raws: readonly RawCount[] = [raw];
		const safes: readonly SafeCount[] = [safe];
		// @ts-expect-error raw counts are not masked shares
		expect(() => encodeMaskedShare(raws)).toThrow(TypeError);
		// @ts-expect-error nor are safe counts
		expect(() => encodeMaskedShare(safes)).toThrow(TypeError);
		// @ts-expect-error raw counts are not safe counts
		encodeSafeCounts(raws);
		// @ts-expect-error masking asks for a safe count
		maskCounts(raws, masks([1n]));
		// @ts-expect-error merging raw counts
		mergeSafeCounts([raws]);
		// @ts-expect-error releasing without a merge
		releaseCount(safe);
		// @ts-expect-error reading without a release
		readReleased(merged);
		// @ts-expect-error reading a raw count as if merged
		readMerged(raw);
		// @ts-expect-error a count is no number
		const sum = (): number => raw + 1;
		// @ts-expect-error a number is no count
		const forged: RawCount = 7;
		expect(forged).toBe(7);
		expect(sum).toThrow(TypeError);
	});
});

describe('countPatients', () => {
	it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('throws for %d', (patients) => {
		expect(() => countPatients(patients)).toThrow('a count is a safe integer >= 0');
	});
});

describe('admitAtLeast', () => {
	const shown = (count: number, k: number): readonly (string | null)[] =>
		encodeSafeCounts([admitAtLeast(countPatients(count), k)]);

	it('hides 10 when k is 11 and shows 11', () => {
		expect([...shown(10, 11), ...shown(11, 11)]).toEqual([null, '11']);
	});

	it('hides a zero when k is 2, and nothing when k is 1 or 0', () => {
		expect([...shown(0, 2), ...shown(0, 1), ...shown(0, 0)]).toEqual([null, '0', '0']);
	});

	it('throws when k is not an integer', () => {
		expect(() => admitAtLeast(countPatients(1), Number.NaN)).toThrow('k is an integer');
	});
});

describe('addNoise', () => {
	it('keeps a count below zero', () => {
		expect(encodeSafeCounts([addNoise(countPatients(3), -5n)])).toEqual(['-2']);
	});
});

describe('encodeMaskedShare', () => {
	it('writes 8 bytes little-endian a cell, and decodes to the same', () => {
		const cells = [admitExact(countPatients(1)), addNoise(countPatients(0), -1n)];
		const share = maskCounts(cells, masks([0n, 0n]));
		const text = encodeMaskedShare(share);
		expect(Buffer.from(text, 'base64url').toString('hex')).toBe('0100000000000000ffffffffffffffff');
		expect(decodeMaskedShare(text, shape(2))).toEqual({ ok: true, value: share });
	});

	it.each([
		['', 1],
		['AQAAAAAAAAA', 2],
		['AQAAAAAAAAAAA', 1],
		['AQAAAAAAAAA=', 1],
		['AQAAAAAAAAB', 1],
		['AQAAAAAA/AA', 1],
		['AQAA AAAAAA', 1],
	])('refuses %j for %d cells', (text, cells) => {
		expect(decodeMaskedShare(text, shape(cells))).toEqual({ ok: false, error: 'malformed-shares' });
	});
});

describe('decodeSafeCounts', () => {
	it('reads what encodeSafeCounts wrote', () => {
		const cells = [addNoise(countPatients(4), -9n), null, admitExact(countPatients(0))];
		expect(decodeSafeCounts(encodeSafeCounts(cells), 3)).toEqual({ ok: true, value: cells });
	});

	it.each([['01'], ['-0'], ['1.0'], ['1e3'], [' 1'], ['9223372036854775808'], [1], [undefined], ['']])(
		'refuses %j',
		(cell) => {
			expect(decodeSafeCounts([cell], 1)).toEqual({ ok: false, error: 'malformed-counts' });
		},
	);

	it('refuses another number of cells', () => {
		expect(decodeSafeCounts(['1'], 2)).toEqual({ ok: false, error: 'malformed-counts' });
	});
});

describe('mergeShares', () => {
	it('takes the masks off and keeps a sum below zero', () => {
		const a = maskCounts([addNoise(countPatients(3), -10n)], masks([2n ** 64n - 5n]));
		const b = maskCounts([admitExact(countPatients(2))], masks([11n]));
		const [sum] = mergeShares(addMaskedShares(a, b, shape(1)), masks([6n]), shape(1));
		expect(readReleased(releaseCount(sum as MergedCount))).toBe(-5);
	});

	it('carries between the limbs under the masks, and decodes centred', () => {
		const values = [2n ** 64n - 1n, -(2n ** 100n)];
		const [one, other] = [
			[2n ** 128n - 1n, 2n ** 64n - 1n],
			[2n ** 127n, 5n],
		] as const;
		const shares = [one, other].map((mask) =>
			maskCounts(
				values.map((value) => addNoise(countPatients(1), value)),
				masks(mask, 128),
			),
		);
		const summed = addMaskedShares(shares[0] as MaskedShare, shares[1] as MaskedShare, shape(2, 128));
		const opened = mergeShares(summed, masks([one[0] + other[0], one[1] + other[1]], 128), shape(2, 128));
		expect(opened.map(readMerged)).toEqual(values.map((value) => 2n * (value + 1n)));
	});

	it('throws when lengths differ', () => {
		const share = maskCounts([admitExact(countPatients(2))], masks([1n]));
		expect(() => mergeShares(share, masks([1n, 2n]), shape(1))).toThrow('lengths');
		expect(() => mergeShares(share, masks([1n]), shape(2))).toThrow('lengths');
		expect(() => mergeShares(share, masks([1n, 2n]), shape(2))).toThrow('lengths');
		expect(() => addMaskedShares(share, share, shape(2))).toThrow('lengths');
		expect(() => maskCounts([admitExact(countPatients(2))], masks([1n, 2n]))).toThrow('as many masks');
	});
});

describe('readReleased', () => {
	it('throws beyond 2^53', () => {
		const huge = mergeSafeCounts([[addNoise(countPatients(0), 2n ** 53n)]])[0] as MergedCount;
		expect(() => readReleased(releaseCount(huge))).toThrow('beyond 2^53');
	});
});

describe('encodeWire', () => {
	it('writes JSON, and throws for a number that JSON cannot say', () => {
		expect(encodeWire({ cells: [1, null, 'a', true] })).toBe('{"cells":[1,null,"a",true]}');
		expect(() => encodeWire([Number.NaN])).toThrow('cannot say');
	});
});
