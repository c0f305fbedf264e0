// Real files damaged at random: each is read or refused by name, and none throws.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDicomReader } from '../../node/src/ingest/dicom/dicom-reader.ts';
import { outsideData } from '../outside-data.ts';
import { openVocabulary } from './open-vocabulary.ts';

const folder = outsideData('data/dicom/pydicom');
const filesRead = 40;
const variants = 25;

/** Park and Miller's generator: a fixed stream, so that a failure can be repeated. */
function stream(seed: number): (below: number) => number {
	let state = seed;
	return (below) => {
		state = (state * 48_271) % 2_147_483_647;
		return state % below;
	};
}

function damaged(bytes: Buffer, next: (below: number) => number): Buffer {
	const copy = Buffer.from(bytes.subarray(0, next(4) === 0 ? next(bytes.length) + 1 : bytes.length));
	const headerBytes = Math.min(copy.length, 2000);
	for (let flips = next(12); flips > 0; flips--) copy[next(headerBytes)] = next(256);
	return copy;
}

describe.skipIf(folder === null)('damaged DICOM files', () => {
	it('are each read or refused', async () => {
		const target = mkdtempSync(join(tmpdir(), 'cordon-damaged-'));
		try {
			const names = readdirSync(folder ?? '')
				.filter((name) => name.endsWith('.dcm'))
				.slice(0, filesRead);
			const next = stream(7);
			for (const name of names) {
				const bytes = readFileSync(join(folder ?? '', name));
				for (let i = 0; i < variants; i++) writeFileSync(join(target, `${i}-${name}`), damaged(bytes, next));
			}
			const reader = createDicomReader(
				{ kind: 'dicom', path: '', examined: 'listed' },
				target,
				openVocabulary([]),
			);
			const report = await reader.read(
				() => Promise.resolve(),
				() => undefined,
			);
			const refused = report.issues.filter(({ severity }) => severity === 'refused');
			expect(report.files).toBe(names.length * variants);
			expect(report.read + refused.length).toBe(report.files);
			expect(report.read).toBeGreaterThan(100);
		} finally {
			rmSync(target, { recursive: true });
		}
	});
});
