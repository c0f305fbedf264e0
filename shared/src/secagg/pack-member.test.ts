import { beforeAll, describe, expect, it } from 'vitest';
import { type CborValue, decodeCbor, encodeCbor } from '../envelope/cbor.ts';
import { initCrypto } from '../keys.ts';
import { withdraw } from './collector.ts';
import {
	applyCollectorStep,
	type Parcel,
	runSession,
	type Session,
	startSession,
} from './in-memory-session.ts';
import type { CollectorBody, MemberBody } from './messages.ts';
import { packCollectorBody, unpackCollectorBody } from './pack-collector.ts';
import { packMemberBody, unpackMemberBody } from './pack-member.ts';
import { kindOfPacked } from './packed-kind.ts';

beforeAll(initCrypto);

const rosterOf = ({ terms }: Session): readonly string[] => terms.roster.map(({ hospital }) => hospital);

/** Every message of a session in which one hospital leaves after it shared its keys. */
function messagesOf(session: Session): readonly Parcel[] {
	const seen: Parcel[] = [];
	const gone = rosterOf(session)[1];
	runSession(session, () => {
		const [parcel] = session.parcels;
		if (parcel === undefined) throw new Error('nothing under way');
		if (parcel.from === gone && parcel.body.kind === 'masked-input') {
			session.parcels.shift();
			applyCollectorStep(session, withdraw(session.collector, gone));
			const [next] = session.parcels;
			if (next !== undefined) seen.push(next);
		} else seen.push(parcel);
		return 0;
	});
	return seen;
}

const isMember = (parcel: Parcel): boolean => parcel.from !== null;

describe('packed messages of a session', () => {
	const session = (): Session => startSession(5, 3, 'packed');

	it('unpack to what was packed, and pack to the same bytes again', () => {
		const started = session();
		const roster = rosterOf(started);
		const kinds = new Set<string>();
		for (const parcel of messagesOf(started)) {
			kinds.add(parcel.body.kind);
			if (isMember(parcel)) {
				const body = parcel.body as MemberBody;
				const packed = packMemberBody(body, roster);
				expect(kindOfPacked(packed)).toBe(body.kind);
				expect(unpackMemberBody(packed, { hospital: body.hospital, roster })).toEqual({
					ok: true,
					value: body,
				});
			} else {
				const body = parcel.body as CollectorBody;
				const packed = packCollectorBody(body, roster);
				expect(kindOfPacked(packed)).toBe(body.kind);
				expect(unpackCollectorBody(packed, roster)).toEqual({ ok: true, value: body });
			}
		}
		expect([...kinds].sort()).toEqual(
			[
				'advertise',
				'shares',
				'masked-input',
				'consistency',
				'unmask',
				'adverts',
				'deliver',
				'inputs',
				'signatures',
			].sort(),
		);
	});

	it('whose bits are changed, one at a time, unpack to another message that packs to those bytes, or to none', () => {
		const started = session();
		const roster = rosterOf(started);
		const seen = messagesOf(started);
		for (const kind of ['advertise', 'shares', 'consistency', 'unmask', 'inputs', 'signatures']) {
			const parcel = seen.find(({ body }) => body.kind === kind);
			if (parcel === undefined) throw new Error(`no ${kind}`);
			const sender = { hospital: parcel.from ?? '', roster };
			const packed = isMember(parcel)
				? packMemberBody(parcel.body as MemberBody, roster)
				: packCollectorBody(parcel.body as CollectorBody, roster);
			for (let bit = 0; bit < packed.length * 8; bit += 1) {
				const changed = packed.slice();
				changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
				const member = unpackMemberBody(changed, sender);
				const collector = unpackCollectorBody(changed, roster);
				if (member.ok) expect(Buffer.compare(packMemberBody(member.value, roster), changed)).toBe(0);
				if (collector.ok) expect(Buffer.compare(packCollectorBody(collector.value, roster), changed)).toBe(0);
			}
			for (let length = 0; length < packed.length; length += 1) {
				const cut = packed.subarray(0, length);
				expect([unpackMemberBody(cut, sender).ok, unpackCollectorBody(cut, roster).ok]).toEqual([
					false,
					false,
				]);
			}
			const longer = new Uint8Array([...packed, 0]);
			expect([unpackMemberBody(longer, sender).ok, unpackCollectorBody(longer, roster).ok]).toEqual([
				false,
				false,
			]);
		}
	});
});

describe('unpackMemberBody', () => {
	const roster = ['a', 'b', 'c'];
	const key = new Uint8Array(32);
	const signature = new Uint8Array(64);
	const marks = (...given: readonly number[]): Uint8Array => Uint8Array.from(given);
	const isTaken = (value: CborValue): boolean =>
		unpackMemberBody(encodeCbor(value), { hospital: 'a', roster }).ok;

	it('takes each message at its length', () => {
		expect(isTaken([0, '2026-11', key, key, key, signature])).toBe(true);
		expect(isTaken([1, marks(0, 1, 1), new Uint8Array(3 * 94), signature])).toBe(true);
		expect(isTaken([2, new Uint8Array(8), key, signature])).toBe(true);
		expect(isTaken([3, signature])).toBe(true);
		expect(isTaken([4, marks(1, 2, 0), new Uint8Array(3 * 33), signature])).toBe(true);
	});

	it.each<[string, CborValue]>([
		['a key of 31 bytes', [0, 'e', key.subarray(1), key, key, signature]],
		['a signature of 63 bytes', [3, signature.subarray(1)]],
		['a slot less', [1, marks(0, 1), new Uint8Array(2 * 94), signature]],
		['a slot more', [1, marks(0, 1, 1, 1), new Uint8Array(4 * 94), signature]],
		['slots cut short', [1, marks(0, 1, 1), new Uint8Array(3 * 94 - 1), signature]],
		['a mark that says nothing known', [1, marks(0, 2, 0), new Uint8Array(3 * 94), signature]],
		['a share of a third kind', [4, marks(1, 3, 0), new Uint8Array(3 * 33), signature]],
		['a box in a slot that is marked empty', [1, marks(0, 1, 0), new Uint8Array(3 * 94).fill(1), signature]],
		[
			'a share in a slot that is marked empty',
			[4, marks(0, 0, 0), new Uint8Array(3 * 33).fill(1), signature],
		],
		['text for bytes', [3, 'A'.repeat(64)]],
		['an element more', [3, signature, 0]],
		['a kind of the collector', [19, signature]],
		['a map', { kind: 3, signature }],
	])('refuses %s', (_what, value) => {
		expect(isTaken(value)).toBe(false);
	});
});

describe('unpackCollectorBody', () => {
	const roster = ['a', 'b', 'c'];
	const isTaken = (value: CborValue): boolean => unpackCollectorBody(encodeCbor(value), roster).ok;

	it.each<[string, CborValue]>([
		['a place outside the roster', [19, [3, new Uint8Array(64)]]],
		['a place below zero', [19, [-1, new Uint8Array(64)]]],
		['an entry without a signature', [19, [0]]],
		['a kind of a member', [3, [0, new Uint8Array(64)]]],
	])('refuses %s', (_what, value) => {
		expect(isTaken(value)).toBe(false);
		expect(isTaken([19, [2, new Uint8Array(64)]])).toBe(true);
	});
});

describe('packMemberBody', () => {
	it('throws for a hospital outside the roster, and for both secrets of one', () => {
		const signature = Buffer.alloc(64).toString('base64url');
		const share = { of: 'a', share: Buffer.alloc(33).toString('base64url') };
		const body = { kind: 'unmask', hospital: 'a', signature, selfMasks: [share], maskKeys: [] } as const;
		expect(() => packMemberBody(body, ['b'])).toThrow('outside the roster');
		expect(() => packMemberBody({ ...body, maskKeys: [share] }, ['a'])).toThrow('both secrets');
		expect(decodeCbor(packMemberBody(body, ['a', 'b'])).ok).toBe(true);
	});
});
