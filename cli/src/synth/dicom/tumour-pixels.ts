// Sixteen by sixteen pixels that show, roughly, a head with a tumour; a picture for people, never measured by Cordon.

import type { EnhancementPattern } from '../hospital-profile.ts';

const size = 16;

const drawn = new Map<string, Uint8Array>();

/** 16-bit little endian, row by row. */
export function tumourPixels(pattern: EnhancementPattern, contrast: boolean): Uint8Array {
	const key = `${pattern}/${contrast}`;
	const known = drawn.get(key);
	if (known !== undefined) return known;
	const pixels = Buffer.alloc(size * size * 2);
	for (let at = 0; at < size * size; at++) {
		const [row, column] = [Math.floor(at / size), at % size];
		pixels.writeUInt16LE(brightness(row, column, contrast ? pattern : 'none'), at * 2);
	}
	drawn.set(key, pixels);
	return pixels;
}

function brightness(row: number, column: number, pattern: EnhancementPattern): number {
	const fromHead = Math.hypot(row - 7.5, column - 7.5);
	if (fromHead > 7.2) return 1000;
	const fromTumour = Math.hypot(row - 6, column - 10);
	if (fromTumour > 3) return 1040 + ((row * 7 + column * 3) % 11);
	if (pattern === 'rim') return fromTumour > 1.8 ? 1400 : 1020;
	if (pattern === 'nodular') return fromTumour < 1.8 ? 1380 : 1060;
	return 1030;
}
