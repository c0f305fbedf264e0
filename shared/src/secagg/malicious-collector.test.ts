import { beforeAll, describe, expect, it } from 'vitest';
import { initCrypto } from '../keys.ts';
import { deliver, hospitalOf, runSession, type Session, startSession } from './in-memory-session.ts';
import { receiveAsMember } from './member.ts';
import type { Advert, Adverts, Deliver, Inputs, SecaggBody, Signatures } from './messages.ts';
import { advertStatement, rosterStatement, sign } from './signatures.ts';
import { psidOf, secaggHash } from './terms.ts';

beforeAll(initCrypto);

const victim = 'hospital-000';

/** Honest up to the point where the collector would send this kind; the victim's own copy is given back. */
function stopAt<T extends SecaggBody>(session: Session, kind: T['kind']): T {
	while (session.parcels[0]?.body.kind !== kind) {
		const parcel = session.parcels.shift();
		if (parcel === undefined) throw new Error(`${kind} is never sent`);
		deliver(session, parcel);
	}
	return session.parcels[0].body as T;
}

function faultAt(session: Session, body: SecaggBody): string {
	const { state, self, random } = hospitalOf(session, victim);
	const result = receiveAsMember(state, body, self, random);
	return result.ok ? 'accepted' : result.error;
}

function replaceAt<T>(list: readonly T[], index: number, change: (entry: T) => T): readonly T[] {
	return list.map((entry, position) => (position === index ? change(entry) : entry));
}

/** An advert that a colluding hospital signs itself, whatever it says. */
function colluding(session: Session, advert: Advert, change: Partial<Advert>): Advert {
	const changed = { ...advert, ...change };
	const seed = hospitalOf(session, advert.hospital).self.signingSeed;
	return { ...changed, signature: sign(seed, advertStatement(psidOf(session.terms), changed)) };
}

describe('a collector that tampers with the adverts', () => {
	const attacks: readonly [
		string,
		string,
		(adverts: readonly Advert[], session: Session) => readonly Advert[],
	][] = [
		[
			'puts its own channel key in the place of a member’s',
			'bad-signature',
			(all) => replaceAt(all, 1, (advert) => ({ ...advert, channelKey: 'A'.repeat(43) })),
		],
		[
			'changes an epoch',
			'bad-signature',
			(all) => replaceAt(all, 1, (advert) => ({ ...advert, epoch: 'old' })),
		],
		['shrinks the roster below m', 'too-few-members', (all) => all.slice(0, 2)],
		['leaves the victim out', 'not-included', (all) => all.slice(1)],
		['names one member twice', 'bad-order', (all) => [...all, ...all.slice(3)]],
		['sends them in another order', 'bad-order', (all) => all.toReversed()],
		[
			'invents a member',
			'unknown-hospital',
			(all) => [
				...all,
				{
					...(all[3] as Advert),
					hospital: 'sybil',
					channelKey: 'A'.repeat(43),
					maskKey: `${'B'.repeat(42)}A`,
				},
			],
		],
		[
			'has a colluder advertise a key of low order',
			'weak-key',
			(all, session) =>
				replaceAt(all, 1, (advert) => colluding(session, advert, { maskKey: 'A'.repeat(43) })),
		],
		[
			'has a colluder copy another’s key',
			'bad-order',
			(all, session) =>
				replaceAt(all, 1, (advert) => colluding(session, advert, { maskKey: (all[2] as Advert).maskKey })),
		],
		[
			'reuses adverts of another session',
			'bad-signature',
			(all) => replaceAt(all, 1, () => startedAdvert(startSession(4, 2, 'other'), 'hospital-001')),
		],
	];

	it.each(attacks)('%s: %s', (_attack, fault, change) => {
		const session = startSession(4, 2, 'adverts');
		const { adverts } = stopAt<Adverts>(session, 'adverts');
		expect(faultAt(session, { kind: 'adverts', adverts: change(adverts, session) })).toBe(fault);
		expect(faultAt(session, { kind: 'adverts', adverts })).toBe('accepted');
	});

	it('shows the members different rosters: their boxes do not open', () => {
		const session = startSession(4, 2, 'split');
		const { adverts } = stopAt<Adverts>(session, 'adverts');
		const { self, random } = hospitalOf(session, victim);
		const shown = { kind: 'adverts', adverts: adverts.slice(0, 3) };
		const step = receiveAsMember(hospitalOf(session, victim).state, shown, self, random);
		if (!step.ok) throw new Error(step.error);
		session.parcels.splice(0, 1);
		const others = session.parcels.filter((parcel) => parcel.to !== victim);
		session.parcels.splice(0);
		for (const parcel of others) deliver(session, parcel);
		const sealed = session.parcels.flatMap(({ from, body }) =>
			body.kind === 'shares'
				? body.sealed.filter((entry) => entry.to === victim).map(({ box }) => ({ from: from ?? '', box }))
				: [],
		);
		hospitalOf(session, victim).state = step.value.state;
		expect(sealed.length).toBe(3);
		expect(faultAt(session, { kind: 'deliver', sealed: sealed.slice(0, 2) })).toBe('bad-share');
		expect(faultAt(session, { kind: 'deliver', sealed })).toBe('bad-share');
	});
});

describe('a collector that tampers with the delivery', () => {
	it.each<[string, string, (sealed: Deliver['sealed']) => Deliver['sealed']]>([
		['delivers too few', 'too-few-members', (sealed) => sealed.slice(0, 1)],
		[
			'swaps two boxes',
			'bad-share',
			([a, b, ...rest]) => [
				{ from: a?.from ?? '', box: b?.box ?? '' },
				{ from: b?.from ?? '', box: a?.box ?? '' },
				...rest,
			],
		],
		[
			'delivers in the victim’s own name',
			'wrong-members',
			(sealed) => replaceAt(sealed, 0, (entry) => ({ ...entry, from: victim })),
		],
		[
			'delivers from a stranger',
			'wrong-members',
			(sealed) => replaceAt(sealed, 2, (entry) => ({ ...entry, from: 'sybil' })),
		],
		[
			'delivers one box twice',
			'bad-order',
			(sealed) => replaceAt(sealed, 1, () => sealed[0] ?? { from: '', box: '' }),
		],
	])('%s: %s', (_attack, fault, change) => {
		const session = startSession(4, 2, 'delivery');
		const { sealed } = stopAt<Deliver>(session, 'deliver');
		expect(faultAt(session, { kind: 'deliver', sealed: change(sealed) })).toBe(fault);
	});

	it('gives two members different sets: no roster of both their inputs is ever signed', () => {
		const session = startSession(5, 2, 'two sets');
		const { sealed } = stopAt<Deliver>(session, 'deliver');
		const parcel = session.parcels.shift();
		// The victim is told that the last hospital never shared, the others that it did: m = 4 of 5 either way.
		deliver(session, { from: null, to: victim, body: { kind: 'deliver', sealed: sealed.slice(0, 3) } });
		expect(parcel?.to).toBe(victim);
		runSession(session);
		expect(session.faults).toContain('bad-signature');
		expect(session.outcomes).toEqual([]);
		expect([...session.hospitals.values()].some(({ state }) => state.phase === 'confirmed')).toBe(false);
	});
});

describe('a collector that tampers with the roster of inputs', () => {
	it.each<[string, string, (inputs: Inputs['inputs']) => Inputs['inputs']]>([
		[
			'counts somebody who never shared keys',
			'wrong-members',
			(inputs) => [...inputs, { ...(inputs[3] as Inputs['inputs'][0]), hospital: 'sybil' }],
		],
		['drops the victim', 'not-included', (inputs) => inputs.slice(1)],
		['shrinks it below m', 'too-few-members', (inputs) => inputs.slice(0, 2)],
		[
			'replaces another’s vector',
			'bad-signature',
			(inputs) => replaceAt(inputs, 1, (claim) => ({ ...claim, hash: 'A'.repeat(43) })),
		],
		[
			'replaces the victim’s vector',
			'not-included',
			(inputs) => replaceAt(inputs, 0, (claim) => ({ ...claim, hash: 'A'.repeat(43) })),
		],
		[
			'counts a member twice',
			'bad-order',
			(inputs) => replaceAt(inputs, 1, () => inputs[2] ?? (inputs[0] as Inputs['inputs'][0])),
		],
	])('%s: %s', (_attack, fault, change) => {
		const session = startSession(4, 2, 'inputs');
		const { inputs } = stopAt<Inputs>(session, 'inputs');
		expect(faultAt(session, { kind: 'inputs', inputs: change(inputs) })).toBe(fault);
	});

	it('asks for a second roster: conflicting-message', () => {
		const session = startSession(4, 2, 'second roster');
		const { inputs } = stopAt<Inputs>(session, 'inputs');
		stopAt<Signatures>(session, 'signatures');
		expect(faultAt(session, { kind: 'inputs', inputs: inputs.slice(0, 3) })).toBe('conflicting-message');
	});
});

describe('a collector that tampers with the signatures', () => {
	it.each<[string, string, (all: Signatures['signatures'], session: Session) => Signatures['signatures']]>([
		['brings fewer than t', 'too-few-members', (all) => all.slice(0, 2)],
		[
			'brings one twice',
			'bad-order',
			(all) => replaceAt(all, 1, () => all[0] ?? { hospital: '', signature: '' }),
		],
		[
			'brings another’s in a name',
			'bad-signature',
			(all) => replaceAt(all, 1, (entry) => ({ ...entry, signature: all[0]?.signature ?? '' })),
		],
		[
			'brings a colluder’s over another roster',
			'bad-signature',
			(all, session) =>
				replaceAt(all, 1, ({ hospital }) => ({
					hospital,
					signature: sign(
						hospitalOf(session, hospital).self.signingSeed,
						rosterStatement(secaggHash('sid'), []),
					),
				})),
		],
		[
			'brings a stranger’s',
			'wrong-members',
			(all) => replaceAt(all, 3, (entry) => ({ ...entry, hospital: 'sybil' })),
		],
	])('%s: %s', (_attack, fault, change) => {
		const session = startSession(4, 2, 'signatures');
		const { signatures } = stopAt<Signatures>(session, 'signatures');
		expect(faultAt(session, { kind: 'signatures', signatures: change(signatures, session) })).toBe(fault);
	});

	it('asks to unmask twice, with another set of signatures: conflicting-message', () => {
		const session = startSession(4, 2, 'unmask twice');
		const { signatures } = stopAt<Signatures>(session, 'signatures');
		runSession(session);
		expect(hospitalOf(session, victim).state.phase).toBe('done');
		expect(faultAt(session, { kind: 'signatures', signatures: signatures.slice(0, 3) })).toBe(
			'conflicting-message',
		);
	});

	it('asks to unmask before the roster is signed: unexpected-message', () => {
		const early = startSession(4, 2, 'signatures');
		const { signatures } = stopAt<Signatures>(startSession(4, 2, 'signatures'), 'signatures');
		stopAt<Inputs>(early, 'inputs');
		expect(faultAt(early, { kind: 'signatures', signatures })).toBe('unexpected-message');
	});
});

function startedAdvert(session: Session, hospital: string): Advert {
	const found = session.parcels.find((parcel) => parcel.from === hospital)?.body;
	if (found?.kind !== 'advertise') throw new Error('no advert');
	return found;
}
