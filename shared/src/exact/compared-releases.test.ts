import { beforeAll, describe, expect, it } from 'vitest';
import { initCrypto } from '../keys.ts';
import { sampleManifest, samplePolicy } from '../testing/sample-manifest.ts';
import { comparesReleases, comparisonLength, comparisonStarts, isCompared } from './compared-releases.ts';

const release = (cells: number): { session: string; cells: number } => ({ session: 'a', cells });

describe('comparisonLength', () => {
	it('is the same for no earlier cell and for fifty, and doubles at the next', () => {
		const lengths = [0, 1, 50, 51, 100, 101].map((cells) =>
			comparisonLength(1, cells === 0 ? [] : [release(cells)]),
		);
		expect(lengths).toEqual([100, 100, 100, 200, 200, 300]);
	});

	it('holds a size and one number a new cell for each earlier cell, and starts each release after the last', () => {
		expect(comparisonLength(4, [release(3), release(7)])).toBe(250);
		expect(comparisonStarts(4, [release(3), release(7), release(1)])).toEqual([0, 15, 50]);
	});

	it('is null where a message could not carry it', () => {
		expect(comparisonLength(512, [release(100)])).toBe(51_300);
		expect(comparisonLength(512, [release(101)])).toBe(null);
	});
});

describe('isCompared', () => {
	it('holds for a year of epochs, and over the turn of the year', () => {
		expect(isCompared('2025-12', '2026-11')).toBe(true);
		expect(isCompared('2025-11', '2026-11')).toBe(false);
		expect(isCompared('2026-11', '2026-11')).toBe(true);
	});

	it('throws on what is not the label of an epoch, rather than compare with nothing', () => {
		expect(() => isCompared('', '2026-11')).toThrow('not the label of an epoch');
	});
});

describe('comparesReleases', () => {
	let hospitals: readonly string[] = [];
	beforeAll(async () => {
		await initCrypto();
		hospitals = sampleManifest().members.map(({ hospital }) => hospital);
	});
	const withK = (k: number, own: number): ReturnType<typeof sampleManifest> => {
		const manifest = sampleManifest();
		const members = manifest.members.map((member) => ({ ...member, k: own }));
		return { ...manifest, policy: { ...samplePolicy, k }, members };
	};

	it('holds for exact questions where a cell can be hidden, by the network or by one hospital', () => {
		expect(comparesReleases(withK(11, 11), hospitals, 'exact')).toBe(true);
		expect(comparesReleases(withK(1, 5), hospitals, 'exact')).toBe(true);
		expect(comparesReleases(withK(1, 1), hospitals, 'exact')).toBe(false);
		expect(comparesReleases(withK(11, 11), hospitals, 'noised')).toBe(false);
	});
});
