// RFC 6962 proofs and a signed log that others made: our verifier must agree with each.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { initCrypto, openNote, parseCheckpoint, parseNoteKey } from '@cordon/shared';
import { beforeAll, describe, expect, it } from 'vitest';
import { leafHash, rootOf } from '../../shared/src/merkle/merkle-tree.ts';
import { isConsistent, isIncluded } from '../../shared/src/merkle/verify-proof.ts';
import { outsideData } from '../outside-data.ts';

const merkle = outsideData('vectors/merkle');
const tlog = outsideData('vectors/tlog');
const logKey = 'example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx';

beforeAll(initCrypto);

/** Integers over 2^53 lose digits in JSON.parse, so each is read as text. */
function readCase(file: string): Record<string, unknown> {
	const text = readFileSync(file, 'utf8').replaceAll(/:\s*(-?\d+)(?=\s*[,}\n])/g, ': "$1"');
	return JSON.parse(text) as Record<string, unknown>;
}

function casesIn(folder: string): readonly string[] {
	return readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.filter((name) => name.endsWith('.json'))
		.map((name) => join(folder, name));
}

function bytes(value: unknown): Uint8Array {
	return new Uint8Array(Buffer.from(String(value ?? ''), 'base64'));
}

function proofOf(value: unknown): readonly Uint8Array[] {
	return Array.isArray(value) ? value.map(bytes) : [];
}

describe.skipIf(merkle === null)('isIncluded', () => {
	const files = casesIn(join(merkle ?? '', 'inclusion'));
	it(`agrees with all ${files.length} outside cases`, () => {
		expect(files.length).toBeGreaterThan(0);
		for (const file of files) {
			const given = readCase(file);
			const claim = {
				index: BigInt(String(given['leafIdx'])),
				size: BigInt(String(given['treeSize'])),
				leafHash: bytes(given['leafHash']),
				proof: proofOf(given['proof']),
				root: bytes(given['root']),
			};
			expect(isIncluded(claim), file).toBe(given['wantErr'] === false);
		}
	});
});

describe.skipIf(merkle === null)('isConsistent', () => {
	const files = casesIn(join(merkle ?? '', 'consistency'));
	it(`agrees with all ${files.length} outside cases`, () => {
		expect(files.length).toBeGreaterThan(0);
		for (const file of files) {
			const given = readCase(file);
			const claim = {
				oldSize: BigInt(String(given['size1'])),
				newSize: BigInt(String(given['size2'])),
				oldRoot: bytes(given['root1']),
				newRoot: bytes(given['root2']),
				proof: proofOf(given['proof']),
			};
			expect(isConsistent(claim), file).toBe(given['wantErr'] === false);
		}
	});
});

describe.skipIf(tlog === null)('openNote', () => {
	it('opens the outside log and recomputes its root from the entry bundle', () => {
		const key = parseNoteKey(logKey);
		if (key === null) throw new Error('the outside key is an Ed25519 note key');
		const text = openNote(readFileSync(join(tlog ?? '', 'checkpoint'), 'utf8'), key);
		if (!text.ok) throw new Error(text.error);
		const checkpoint = parseCheckpoint(text.value);
		if (!checkpoint.ok) throw new Error(checkpoint.error);
		expect(checkpoint.value.size).toBe(15n);
		const tile = readFileSync(join(tlog ?? '', 'tile/entries/000.p/15'));
		const leaves: Uint8Array[] = [];
		for (let at = 0; at < tile.length; ) {
			const length = tile.readUInt16BE(at);
			leaves.push(leafHash(tile.subarray(at + 2, at + 2 + length)));
			at += 2 + length;
		}
		expect(Buffer.from(rootOf(leaves))).toEqual(Buffer.from(checkpoint.value.root));
	});

	it('refuses the note when one byte of its text is changed', () => {
		const key = parseNoteKey(logKey);
		if (key === null) throw new Error('the outside key is an Ed25519 note key');
		const note = readFileSync(join(tlog ?? '', 'checkpoint'), 'utf8').replace('\n15\n', '\n16\n');
		expect(openNote(note, key)).toEqual({ ok: false, error: 'not-signed-by-key' });
	});
});
