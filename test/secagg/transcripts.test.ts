// Recorded sessions: the state machine says today what it said then, byte for byte, and the reference finds the same.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { initCrypto } from '../../shared/src/keys.ts';
import { disagreements } from './reference.ts';
import { type Recording, recordTranscript, type Transcript } from './transcript.ts';

beforeAll(initCrypto);

const recordings: Readonly<Record<string, Recording>> = {
	'three-hospitals': { hospitals: 3, cells: 3, valueBits: 64, silent: [], seed: 'transcript 1' },
	'four-one-leaves-before-its-vector': {
		hospitals: 4,
		cells: 2,
		valueBits: 64,
		silent: [{ place: 1, from: 'masked-input' }],
		seed: 'transcript 2',
	},
	'five-of-two-limbs-one-leaves': {
		hospitals: 5,
		cells: 3,
		valueBits: 128,
		silent: [{ place: 2, from: 'masked-input' }],
		seed: 'transcript 4',
	},
	'seven-leave-in-every-round': {
		hospitals: 7,
		cells: 2,
		valueBits: 64,
		silent: [
			{ place: 6, from: 'shares' },
			{ place: 0, from: 'masked-input' },
		],
		seed: 'transcript 3',
	},
	'four-blind-one-leaves-before-its-vector': {
		hospitals: 4,
		cells: 2,
		valueBits: 64,
		silent: [{ place: 2, from: 'masked-input' }],
		seed: 'transcript 4',
		isBlind: true,
	},
};
const folder = new URL('./transcripts/', import.meta.url);

describe.each(Object.entries(recordings))('%s', (name, recording) => {
	const file = new URL(`${name}.json`, folder);
	// A change of the protocol is recorded with CORDON_RECORD=1, and then read in the difference.
	if (process.env['CORDON_RECORD'] === '1') {
		beforeAll(() => {
			mkdirSync(folder, { recursive: true });
			writeFileSync(file, `${JSON.stringify(recordTranscript(recording), null, '\t')}\n`);
		});
	}
	const recorded = (): Transcript => JSON.parse(readFileSync(file, 'utf8')) as Transcript;

	it('is what the state machines say again', () => {
		expect(JSON.parse(JSON.stringify(recordTranscript(recording)))).toEqual(recorded());
	});

	it('agrees with the reference in everything', () => {
		expect(disagreements(recorded())).toEqual([]);
	});

	it('does not agree with it where one text is changed, whichever', () => {
		const { bodies, ...rest } = recorded();
		const missed: string[] = [];
		for (const [at, body] of bodies.entries()) {
			for (const [field, value] of Object.entries(body)) {
				if (typeof value !== 'string' || field === 'kind' || field === 'hospital') continue;
				const flipped = `${value.startsWith('A') ? 'B' : 'A'}${value.slice(1)}`;
				const changed = bodies.map((one, place) =>
					place === at ? { ...one, [field]: flipped } : one,
				) as Transcript['bodies'];
				if (isAgreed({ ...rest, bodies: changed })) missed.push(`${at} ${field}`);
			}
		}
		expect(missed).toEqual([]);
	});
});

/** A box that does not open at all is a disagreement too. */
function isAgreed(transcript: Transcript): boolean {
	try {
		return disagreements(transcript).length === 0;
	} catch {
		return false;
	}
}
