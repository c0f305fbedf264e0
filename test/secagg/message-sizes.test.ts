// What an eavesdropper may count: every message of a hospital has one length, whatever its data and whoever is absent.

import { messageValue, sealEnvelope } from '@cordon/shared';
import { beforeAll, describe, expect, it } from 'vitest';
import { initCrypto, newSigningSeed } from '../../shared/src/keys.ts';
import { packForCollector } from '../../shared/src/secagg/packed-session.ts';
import { type Recording, recordTranscript } from './transcript.ts';

beforeAll(initCrypto);

const seed = newSigningSeed(Buffer.alloc(32, 1));

/** Bytes of each request body, by round; each hospital's, sorted, so that a length of its own shows. */
function sizesOf(recording: Recording): Readonly<Record<string, readonly number[]>> {
	const { terms, bodies } = recordTranscript(recording);
	const sizes: Record<string, Set<number>> = {};
	for (const body of bodies) {
		const message = { kind: 'secagg', session: terms.session, body: packForCollector(body, terms) } as const;
		const { hospital: from } = body;
		const content = {
			from,
			to: 'coordinator',
			kind: 'session',
			id: 'a'.repeat(64),
			timeMs: 1_800_000_000_000,
		};
		const { length } = sealEnvelope({ ...content, body: messageValue(message) }, seed);
		sizes[body.kind] = (sizes[body.kind] ?? new Set()).add(length);
	}
	return Object.fromEntries(Object.entries(sizes).map(([kind, lengths]) => [kind, [...lengths].sort()]));
}

const base: Recording = { hospitals: 7, cells: 50, valueBits: 64, silent: [], seed: 'sizes 1' };

describe('the messages of a hospital', () => {
	it('have one length each, whatever the data and whoever leaves in whichever round', () => {
		const all = sizesOf(base);
		expect(Object.keys(all)).toEqual(['advertise', 'shares', 'masked-input', 'consistency', 'unmask']);
		for (const lengths of Object.values(all)) expect(lengths).toHaveLength(1);
		expect(sizesOf({ ...base, seed: 'sizes 2' })).toEqual(all);
		for (const from of ['advertise', 'shares', 'masked-input'] as const) {
			expect(sizesOf({ ...base, silent: [{ place: 2, from }] })).toEqual(all);
			expect(
				sizesOf({
					...base,
					silent: [
						{ place: 0, from },
						{ place: 6, from },
					],
				}),
			).toEqual(all);
		}
	});

	it('are as long as the values are many and wide, and no other message is', () => {
		const narrow = sizesOf(base);
		const wide = sizesOf({ ...base, valueBits: 128 });
		expect({ ...wide, 'masked-input': narrow['masked-input'] }).toEqual(narrow);
		expect((wide['masked-input']?.[0] ?? 0) - (narrow['masked-input']?.[0] ?? 0)).toBe(8 * base.cells);
	});
});
