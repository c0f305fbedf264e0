import { describe, expect, it } from 'vitest';
import { initCrypto, newSigningSeed, publicKeyOf } from '../keys.ts';
import { openNote, signNote } from './signed-note.ts';

const seed = newSigningSeed(new Uint8Array(32).fill(7));
await initCrypto();
const key = { name: 'testnet/north', publicKey: publicKeyOf(seed) };

describe('openNote', () => {
	it('returns the signed text, and refuses a second spelling of the same signature', () => {
		const note = signNote('testnet/north\n1\nroot\n', key.name, seed);
		expect(openNote(note, key)).toEqual({ ok: true, value: 'testnet/north\n1\nroot\n' });
		// 68 bytes end in one letter with two spare bits and a sign of padding.
		const respelled = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/']
			.map((letter) => `${note.slice(0, -3)}${letter}=\n`)
			.filter((other) => other !== note);
		expect(respelled).toHaveLength(63);
		for (const other of respelled) {
			expect(openNote(other, key)).toEqual({ ok: false, error: 'not-signed-by-key' });
		}
	});
});
