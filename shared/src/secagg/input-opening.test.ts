// What a hospital keeps of its own input opens what it signed, and nothing else; and nobody else is shown it.

import { beforeAll, describe, expect, it } from 'vitest';
import { initCrypto } from '../keys.ts';
import { bytesOfRawCounts, readRawBytes } from '../numbers/raw-count-bytes.ts';
import {
	countedInput,
	countedOf,
	deliver,
	hospitalOf,
	prepareSession,
	runSession,
	type Session,
	startSession,
	throughJson,
} from './in-memory-session.ts';
import { type InputOpening, inputCommitment } from './input-opening.ts';
import { provideInput, receiveAsMember } from './member.ts';
import { toBytes } from './member-share-keys.ts';
import type { MemberState } from './member-state.ts';
import type { MaskedInput } from './messages.ts';

beforeAll(initCrypto);

const name = 'hospital-000';

interface Masked {
	readonly opening: InputOpening;
	readonly send: MaskedInput;
	readonly state: MemberState;
}

/** One hospital's state with its delivery taken, ready for its vector; the session stands where it did. */
function readyToMask(session: Session): MemberState {
	while (session.parcels[0]?.body.kind !== 'deliver') {
		const parcel = session.parcels.shift();
		if (parcel === undefined) throw new Error('nothing was delivered');
		deliver(session, parcel);
	}
	const delivery = session.parcels.find(({ to }) => to === name)?.body;
	const { state, self, random } = hospitalOf(session, name);
	const heard = receiveAsMember(state, throughJson(delivery), self, random);
	if (!heard.ok) throw new Error(heard.error);
	return heard.value.state;
}

function maskOnce(session: Session): Masked {
	const { self, input } = hospitalOf(session, name);
	const given = { question: session.terms, ...countedInput(input) };
	const masked = provideInput(readyToMask(session), given, self);
	if (!masked.ok || masked.value.opening === null || masked.value.send?.kind !== 'masked-input')
		throw new Error('nothing was masked');
	const { state, opening, send } = masked.value;
	return { opening, send, state };
}

describe('the opening of a masked input', () => {
	it.each([64, 128] as const)('fits what was signed, in values of %i bits', (valueBits) => {
		const session = startSession(3, 4, 'opening', { valueBits });
		const { opening, send } = maskOnce(session);
		expect(inputCommitment(opening)).toBe(send.commitment);
		const counted = countedOf(hospitalOf(session, name).input).map(BigInt);
		expect(readRawBytes(toBytes(opening.counts), valueBits)).toEqual(counted);
		expect(toBytes(opening.counts)).toHaveLength((4 * valueBits) / 8);
	});

	it('fits no other count, salt, hospital or session', () => {
		const { opening, send } = maskOnce(startSession(3, 2, 'one opening'));
		const other = maskOnce(startSession(3, 2, 'another')).opening;
		const [first = 0n, ...rest] = readRawBytes(toBytes(opening.counts), 64);
		const { counts } = countedInput([first + 1n, ...rest]);
		const moved = Buffer.from(bytesOfRawCounts(counts, 64)).toString('base64url');
		const altered: readonly Partial<InputOpening>[] = [
			{ counts: moved },
			{ salt: other.salt },
			{ hospital: 'hospital-001' },
			{ sid: other.sid },
			// Bytes that change sides keep what is hashed as a whole, and not the lengths before its parts.
			{ hospital: '', salt: Buffer.from(name).toString('base64url') + opening.salt },
		];
		for (const change of altered)
			expect(inputCommitment({ ...opening, ...change })).not.toBe(send.commitment);
	});

	it('is given once: asked again, the committed bytes come without it', () => {
		const session = startSession(3, 2, 'once');
		const { state, send } = maskOnce(session);
		const { self } = hospitalOf(session, name);
		const again = provideInput(state, { question: session.terms, ...countedInput([5n, 6n]) }, self);
		expect(again.ok && again.value).toMatchObject({ opening: null, send });
	});

	it('is in nothing that is sent or kept of the session', () => {
		const { opening, send, state } = maskOnce(startSession(3, 2, 'apart'));
		for (const text of [JSON.stringify(send), JSON.stringify(state)]) {
			expect(text).not.toContain(opening.salt);
			expect(text).not.toContain(opening.counts);
		}
	});

	it('is of as many counts as the question has cells, or nothing is masked', () => {
		const session = startSession(3, 2, 'too few');
		const input = { question: session.terms, ...countedInput([1n, 2n]) };
		const short = { ...input, counts: input.counts.slice(1) };
		expect(provideInput(readyToMask(session), short, hospitalOf(session, name).self)).toEqual({
			ok: false,
			error: 'bad-cells',
		});
	});
});

describe('what the coordinator is left with', () => {
	it.each([
		['a session', () => startSession(4, 2, 'claims')],
		['two limbs', () => startSession(4, 2, 'claims', { valueBits: 128 })],
	])('is what each contributor signed, of %s', (_what, open) => {
		const session = open();
		runSession(session);
		const [outcome] = session.outcomes;
		if (outcome?.kind !== 'sum') throw new Error('no sum');
		expect(outcome.inputs.claims.map(({ hospital }) => hospital)).toEqual(outcome.contributors);
		expect(new Set(outcome.inputs.claims.map(({ commitment }) => commitment)).size).toBe(4);
	});

	it('is nothing of a session that nobody asked', () => {
		const session = prepareSession(3, 2, 'unasked');
		runSession(session);
		expect(session.outcomes).toEqual([]);
	});
});
