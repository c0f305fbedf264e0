import { describe, expect, it } from 'vitest';
import { seededRandom } from '../noise/seeded-random.ts';
import { decideReceiverKey, newReceiverKeys } from './receiver-key.ts';

const { publicKey } = newReceiverKeys(seededRandom('receiver'));
const refused = { ok: false, error: 'receiver-key-wrong' };
const textOf = (bytes: readonly number[]): string => Buffer.from(bytes).toString('base64url');
const last = (lowest: number, highest: number): string =>
	textOf([lowest, ...new Array(30).fill(0xff), highest]);

describe('newReceiverKeys', () => {
	it('draws another pair each time, and shows no secret', () => {
		const random = seededRandom('two');
		const one = newReceiverKeys(random);
		expect(newReceiverKeys(random).publicKey).not.toBe(one.publicKey);
		const secret = Buffer.from(one.secret.reveal());
		expect(secret).toHaveLength(32);
		const shown = `${JSON.stringify(one)} ${String(one.secret)}`;
		expect(shown).not.toContain(secret.toString('base64url'));
	});
});

describe('decideReceiverKey', () => {
	it('takes a key where the network is blind, and none where it is visible', () => {
		expect(decideReceiverKey({ visibility: 'blind' }, publicKey)).toEqual({ ok: true, value: publicKey });
		expect(decideReceiverKey({ visibility: 'visible' }, null)).toEqual({ ok: true, value: null });
	});

	it('refuses a key where the network is visible, and none where it is blind', () => {
		expect(decideReceiverKey({ visibility: 'visible' }, publicKey)).toEqual(refused);
		expect(decideReceiverKey({ visibility: 'blind' }, null)).toEqual(refused);
	});

	it.each([
		['0', textOf(new Array(32).fill(0))],
		['1', textOf([1, ...new Array(31).fill(0)])],
		[
			'order 8',
			Buffer.from('e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800', 'hex').toString(
				'base64url',
			),
		],
		[
			'order 8',
			Buffer.from('5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157', 'hex').toString(
				'base64url',
			),
		],
		['p - 1', last(0xec, 0x7f)],
		['p', last(0xed, 0x7f)],
		['p + 1', last(0xee, 0x7f)],
	])('refuses the point of low order %s', (_name, key) => {
		expect(decideReceiverKey({ visibility: 'blind' }, key)).toEqual(refused);
	});

	it.each([
		['too short', publicKey.slice(1)],
		['too long', `${publicKey}A`],
		[
			'a second spelling of the same bytes',
			`${publicKey.slice(0, -1)}${publicKey.endsWith('A') ? 'B' : '_'}`,
		],
		['not base64url', `+${publicKey.slice(1)}`],
		['nothing', ''],
	])('refuses what is %s', (_what, key) => {
		expect(decideReceiverKey({ visibility: 'blind' }, key)).toEqual(refused);
	});
});
