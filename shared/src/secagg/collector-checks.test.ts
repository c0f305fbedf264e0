import { beforeAll, describe, expect, it } from 'vitest';
import { initCrypto } from '../keys.ts';
import { receiveAsCollector } from './collector.ts';
import { known } from './collector-checks.ts';
import { deliver, hospitalOf, type Session, startSession } from './in-memory-session.ts';
import type { MaskedInput, MemberBody, ShareKeys, Unmask } from './messages.ts';
import { sharesStatement, sign } from './signatures.ts';

beforeAll(initCrypto);

/** Honest up to the first member message of this kind, which is given back undelivered. */
function firstOf<T extends MemberBody>(session: Session, kind: T['kind']): T {
	while (session.parcels[0]?.body.kind !== kind) {
		const parcel = session.parcels.shift();
		if (parcel === undefined) throw new Error(`${kind} is never sent`);
		deliver(session, parcel);
	}
	return session.parcels[0].body as T;
}

function faultOf(session: Session, body: MemberBody): string {
	const result = receiveAsCollector(session.collector, body.hospital, body);
	return result.ok ? 'accepted' : result.error;
}

describe('checkMessage', () => {
	it.each<MemberBody['kind']>(['advertise', 'shares', 'masked-input', 'consistency', 'unmask'])(
		'refuses %s under another signature: bad-signature',
		(kind) => {
			const session = startSession(3, 2, `signature ${kind}`);
			const body = firstOf(session, kind);
			const forged = { ...body, signature: Buffer.alloc(64, 1).toString('base64url') };
			expect(faultOf(session, forged)).toBe('bad-signature');
			expect(faultOf(session, body)).toBe('accepted');
		},
	);

	it('refuses a masked vector that was exchanged or is of another length', () => {
		const session = startSession(3, 2, 'vector');
		const body = firstOf<MaskedInput>(session, 'masked-input');
		const zeros = Buffer.alloc(16).toString('base64url');
		expect(faultOf(session, { ...body, shares: zeros })).toBe('bad-signature');
		expect(faultOf(session, { ...body, shares: zeros.slice(0, 11) })).toBe('bad-cells');
		expect(faultOf(session, { ...body, commitment: 'A'.repeat(43) })).toBe('bad-signature');
	});

	it('refuses shares for other hospitals than those that advertised: wrong-members', () => {
		const session = startSession(3, 2, 'recipients');
		const body = firstOf<ShareKeys>(session, 'shares');
		const fewer = { ...body, sealed: body.sealed.slice(1) };
		const usid = known(session.collector.usid);
		const seed = hospitalOf(session, body.hospital).self.signingSeed;
		const signed = { ...fewer, signature: sign(seed, sharesStatement(usid, fewer)) };
		expect(faultOf(session, signed)).toBe('wrong-members');
	});

	it('refuses an unmask message that leaves a contributor out: wrong-members', () => {
		const session = startSession(3, 2, 'unmask');
		const body = firstOf<Unmask>(session, 'unmask');
		const fewer = { ...body, selfMasks: body.selfMasks.slice(1) };
		expect(faultOf(session, fewer)).toBe('wrong-members');
		const [moved] = body.selfMasks;
		const keys = { ...fewer, maskKeys: moved === undefined ? [] : [moved] };
		expect(faultOf(session, keys)).toBe('wrong-members');
	});

	it.each([
		['no object', null],
		['an unknown kind', { kind: 'hello' }],
		['a collector’s message', { kind: 'adverts', adverts: [] }],
		[
			'an unknown key',
			{ kind: 'consistency', hospital: 'hospital-000', signature: 'A'.repeat(86), extra: 1 },
		],
		[
			'a second spelling of a signature',
			{ kind: 'consistency', hospital: 'a', signature: `${'A'.repeat(85)}B` },
		],
		[
			'a hospital id outside the alphabet',
			{ kind: 'consistency', hospital: 'A/b', signature: 'A'.repeat(86) },
		],
	])('refuses %s: malformed-message', (_what, body) => {
		const session = startSession(3, 2, 'malformed');
		expect(receiveAsCollector(session.collector, 'hospital-000', body)).toEqual({
			ok: false,
			error: 'malformed-message',
		});
	});
});
