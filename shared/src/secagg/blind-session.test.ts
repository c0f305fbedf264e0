import { beforeAll, describe, expect, it } from 'vitest';
import { initCrypto } from '../keys.ts';
import { seededRandom } from '../noise/seeded-random.ts';
import { decodeMaskedShare } from '../numbers/masked-share.ts';
import { mergeShares } from '../numbers/merged-count.ts';
import { readMerged } from '../numbers/released-count.ts';
import { newSum } from '../numbers/value-sum.ts';
import { withdraw } from './collector.ts';
import {
	applyCollectorStep,
	deliver,
	runSession,
	type Session,
	startSession,
	trueSum,
} from './in-memory-session.ts';
import { openSealedSum } from './open-sealed-sum.ts';
import { newReceiverKeys } from './receiver-key.ts';
import { parseSealedSum, type SealedSum } from './sealed-sum.ts';

const receiver = newReceiverKeys(seededRandom('blind receiver'));
const stranger = newReceiverKeys(seededRandom('somebody else'));

beforeAll(initCrypto);

function startBlind(hospitals: number, seed: string): Session {
	return startSession(hospitals, 6, seed, { receiverKey: receiver.publicKey });
}

function sealedOf({ outcomes }: Session): SealedSum {
	const [outcome] = outcomes;
	if (outcome?.kind !== 'sealed') throw new Error(`ended as ${outcome?.kind ?? 'nothing'}`);
	return outcome.sealed;
}

function opened(session: Session, sealed: SealedSum, secret = receiver.secret): readonly bigint[] | string {
	const cells = openSealedSum(sealed, session.terms, secret);
	return cells.ok ? cells.value.map(readMerged) : cells.error;
}

const namesOf = (session: Session): readonly string[] => session.terms.roster.map(({ hospital }) => hospital);

describe('a blind session', () => {
	it.each([3, 4, 7])(
		'opens to the exact sum of %d hospitals with the secret of the key that was signed',
		(hospitals) => {
			const session = startBlind(hospitals, `blind ${hospitals}`);
			runSession(session);
			expect(session.outcomes[0]).toMatchObject({ kind: 'sealed', contributors: namesOf(session) });
			expect(opened(session, sealedOf(session))).toEqual(trueSum(session, namesOf(session)));
		},
	);

	it('opens without a hospital that fell silent after it shared its keys: its mask was never added', () => {
		const session = startBlind(4, 'blind and silent');
		const [gone = ''] = namesOf(session);
		while (session.collector.phase !== 'masked-input') deliverNext(session);
		session.parcels.splice(0, session.parcels.length, ...session.parcels.filter(({ to }) => to !== gone));
		runSession(session);
		applyCollectorStep(session, withdraw(session.collector, gone));
		runSession(session);
		const rest = namesOf(session).filter((name) => name !== gone);
		expect(session.outcomes[0]).toMatchObject({ kind: 'sealed', contributors: rest });
		expect(opened(session, sealedOf(session))).toEqual(trueSum(session, rest));
	});

	it('leaves the collector nothing that looks like the sum, and in a visible session it is the sum', () => {
		const session = startBlind(5, 'nothing to see');
		runSession(session);
		const shape = { cells: 6, valueBits: 64 } as const;
		const share = decodeMaskedShare(sealedOf(session).sum, shape);
		const read = share.ok ? mergeShares(share.value, newSum(6, 64), shape).map(readMerged) : [];
		const sum = trueSum(session, namesOf(session));
		// Inputs are under 2^43 together; a masked cell is so small once in a hundred thousand.
		for (const [at, cell] of read.entries()) {
			expect(cell).not.toBe(sum[at]);
			expect(cell > 2n ** 44n || cell < -(2n ** 44n)).toBe(true);
		}
		const visible = startSession(5, 6, 'nothing to see');
		runSession(visible);
		const [outcome] = visible.outcomes;
		expect(outcome?.kind === 'sum' && outcome.cells.map(readMerged)).toEqual(sum);
	});

	it("opens with another's secret to other numbers", () => {
		const session = startBlind(3, 'another');
		runSession(session);
		expect(opened(session, sealedOf(session), stranger.secret)).not.toEqual(
			trueSum(session, namesOf(session)),
		);
	});

	it('reads back from JSON as it was, and from nothing else', () => {
		const session = startBlind(3, 'json');
		runSession(session);
		const sealed = sealedOf(session);
		expect(parseSealedSum(JSON.parse(JSON.stringify(sealed)))).toEqual({ ok: true, value: sealed });
		const [advert] = sealed.adverts;
		for (const change of [
			{ sum: 7 },
			{ more: 1 },
			{ sid: '' },
			{ session: 'x' },
			{ adverts: [{ ...advert, kind: 'consistency' }] },
		]) {
			expect(parseSealedSum({ ...sealed, ...change })).toEqual({ ok: false, error: 'malformed-message' });
		}
	});
});

describe('openSealedSum', () => {
	it('takes no mask key that its hospital has not signed for this session', () => {
		const session = startBlind(3, 'forged');
		runSession(session);
		const sealed = sealedOf(session);
		const [first, second, third] = sealed.adverts;
		if (first === undefined || second === undefined || third === undefined)
			throw new Error('three contributed');
		const forged = { ...first, maskKey: stranger.publicKey };
		expect(opened(session, { ...sealed, adverts: [forged, second, third] })).toBe('bad-signature');
		expect(opened(session, { ...sealed, adverts: [second, first, third] })).toBe('bad-order');
		expect(opened(session, { ...sealed, adverts: [first, second] })).toBe('too-few-members');
		expect(opened(session, { ...sealed, session: '0'.repeat(64) })).toBe('unexpected-message');
		expect(opened(session, { ...sealed, sum: sealed.sum.slice(0, -2) })).toBe('bad-cells');
		const earlier = startBlind(3, 'earlier');
		runSession(earlier);
		expect(opened(session, { ...sealed, adverts: sealedOf(earlier).adverts })).not.toEqual(
			trueSum(session, namesOf(session)),
		);
	});
});

function deliverNext(session: Session): void {
	const parcel = session.parcels.shift();
	if (parcel === undefined) throw new Error('nothing is under way');
	deliver(session, parcel);
}
