import { beforeAll, describe, expect, it } from 'vitest';
import { initCrypto } from '../keys.ts';
import { readMerged } from '../numbers/released-count.ts';
import { openCollector, receiveAsCollector, withdraw } from './collector.ts';
import {
	applyCollectorStep,
	countedInput,
	deliver,
	hospitalOf,
	runSession,
	type Session,
	startSession,
	throughJson,
	trueSum,
} from './in-memory-session.ts';
import { abandonMember, openMember, provideInput, receiveAsMember } from './member.ts';

beforeAll(initCrypto);

function openedSum(session: Session): readonly bigint[] {
	const [outcome] = session.outcomes;
	if (outcome?.kind !== 'sum') throw new Error('no sum');
	return outcome.cells.map(readMerged);
}

/** Delivers parcels up to, and not including, the first of this kind. */
function runUntil(session: Session, kind: string): void {
	while (session.parcels.length > 0 && session.parcels[0]?.body.kind !== kind) {
		const parcel = session.parcels.shift();
		if (parcel !== undefined) deliver(session, parcel);
	}
}

describe('a session of secure aggregation', () => {
	it.each([3, 4, 5, 10])('opens the exact sum over %d hospitals', (hospitals) => {
		const session = startSession(hospitals, 7, `exact ${hospitals}`);
		runSession(session);
		const names = session.terms.roster.map((entry) => entry.hospital);
		expect(session.faults).toEqual([]);
		expect(session.outcomes.length).toBe(1);
		expect(session.outcomes[0]).toMatchObject({ kind: 'sum', contributors: names });
		expect(session.outcomes[0]).toHaveProperty('epochs.hospital-001', 'epoch-1');
		expect(openedSum(session)).toEqual(trueSum(session, names));
		expect([...session.hospitals.values()].every(({ state }) => state.phase === 'done')).toBe(true);
	});

	it('keeps no secret in a member that is done, and nothing in a collector that ended', () => {
		const session = startSession(3, 2, 'secrets');
		const before = session.terms.roster.map(({ hospital }) => hospitalOf(session, hospital).state);
		runSession(session);
		for (const state of before) {
			if (state.phase !== 'advertised') throw new Error('not at the start');
			const after = JSON.stringify(hospitalOf(session, state.hospital).state);
			expect(hospitalOf(session, state.hospital).state).not.toHaveProperty('held');
			for (const secret of Object.values(state.secrets)) expect(after).not.toContain(secret);
		}
		expect(session.collector).toMatchObject({
			phase: 'ended',
			usid: null,
			sid: null,
			claims: [],
			adverts: [],
			shares: [],
			summed: null,
			unmasks: [],
		});
	});

	it('sends each member message with one length, whatever the input', () => {
		const lengths = (seed: string): readonly number[] => {
			const session = startSession(3, 4, seed);
			const seen: number[] = [];
			runSession(session, () => {
				seen.push(JSON.stringify(session.parcels[0]?.body).length);
				return 0;
			});
			return seen;
		};
		expect(lengths('sizes a')).toEqual(lengths('sizes b'));
	});
});

describe('a collector', () => {
	it('hears vectors that look uniform and differ from the input', () => {
		const session = startSession(3, 2_000, 'curious');
		runUntil(session, 'inputs');
		const ones = [...session.hospitals.values()].map(({ state, input }) => {
			const sent = state.answers.find(({ kind }) => kind === 'deliver')?.send;
			if (sent?.kind !== 'masked-input') throw new Error('no vector');
			const bytes = Buffer.from(sent.shares, 'base64url');
			const equal = input.filter((x, cell) => bytes.readBigInt64LE(cell * 8) === x);
			expect(equal).toEqual([]);
			return bytes.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
		});
		// 128,000 fair bits: standard deviation 179; six of them.
		for (const count of ones) expect(Math.abs(count - 64_000)).toBeLessThan(6 * 179);
	});

	it('keeps of the vectors their sum alone, so that its state holds one vector however many came', () => {
		const lengths = [3, 7].map((hospitals) => {
			const session = startSession(hospitals, 1_000, 'one sum');
			runUntil(session, 'inputs');
			const { shares, adverts, claims, terms, ...rest } = session.collector;
			expect(claims).toHaveLength(hospitals);
			return JSON.stringify(rest).length;
		});
		expect(lengths[0]).toBe(lengths[1]);
	});

	it('forgets the boxes once every vector is in', () => {
		const session = startSession(4, 2, 'boxes');
		const boxes = (): number => session.collector.shares.flatMap(({ sealed }) => sealed).length;
		runUntil(session, 'masked-input');
		expect(boxes()).toBe(12);
		runUntil(session, 'inputs');
		expect([session.collector.shares.length, boxes()]).toEqual([4, 0]);
		runSession(session);
		expect(session.outcomes[0]?.kind).toBe('sum');
	});

	it('tells a vector that comes again from another one by its hash, though it kept neither', () => {
		const session = startSession(4, 2, 'again');
		runUntil(session, 'masked-input');
		const [parcel] = session.parcels;
		if (parcel?.body.kind !== 'masked-input') throw new Error('no vector');
		deliver(session, parcel);
		const kept = JSON.stringify(session.collector);
		deliver(session, parcel);
		expect(session.faults).toEqual([]);
		const shares = Buffer.from(parcel.body.shares, 'base64url');
		shares[0] = (shares[0] ?? 0) ^ 1;
		deliver(session, { ...parcel, body: { ...parcel.body, shares: shares.toString('base64url') } });
		expect(session.faults).toEqual(['conflicting-message']);
		expect(JSON.stringify(session.collector)).toBe(kept);
	});

	it('persists no member input in any state it passes through, and no sum', () => {
		const session = startSession(4, 3, 'persisted');
		const persisted: string[] = [];
		runSession(session, () => {
			persisted.push(JSON.stringify(session.collector));
			return 0;
		});
		persisted.push(JSON.stringify(session.collector));
		const all = persisted.join('\n');
		const names = session.terms.roster.map((entry) => entry.hospital);
		const secrets = [...names.flatMap((name) => hospitalOf(session, name).input), ...trueSum(session, names)];
		for (const value of secrets) {
			const bytes = Buffer.alloc(8);
			bytes.writeBigInt64LE(value);
			expect(all).not.toContain(value.toString());
			expect(all).not.toContain(bytes.toString('base64url').slice(0, 10));
			expect(all).not.toContain(bytes.toString('hex'));
		}
	});

	it('goes on without a hospital that refuses before it advertised, while m remain', () => {
		const session = startSession(4, 2, 'refuses');
		const gone = session.parcels.pop()?.from ?? '';
		runSession(session);
		applyCollectorStep(session, withdraw(session.collector, gone));
		runSession(session);
		const names = session.terms.roster.map((entry) => entry.hospital).filter((name) => name !== gone);
		expect(session.outcomes[0]).toMatchObject({ kind: 'sum', contributors: names });
		expect(openedSum(session)).toEqual(trueSum(session, names));
	});

	it('aborts with too-few-hospitals when a refusal leaves fewer than m', () => {
		const session = startSession(3, 2, 'too few');
		const step = withdraw(session.collector, 'hospital-001');
		expect(step.outcome).toEqual({ kind: 'aborted', reason: 'too-few-hospitals' });
		expect(step.state.phase).toBe('ended');
	});

	it('aborts at the first refusal where the whole roster is needed', () => {
		const session = startSession(4, 2, 'whole roster', { minimum: 4 });
		const step = withdraw(session.collector, 'hospital-001');
		expect(step.outcome).toEqual({ kind: 'aborted', reason: 'too-few-hospitals' });
	});

	it('cannot leave a hospital out where the whole roster is needed: the others share nothing', () => {
		const session = startSession(4, 2, 'left out', { minimum: 4 });
		const adverts = session.parcels.flatMap(({ body }) => (body.kind === 'advertise' ? [body] : []));
		const { state, self, random } = hospitalOf(session, 'hospital-000');
		const shrunk = { kind: 'adverts', adverts: adverts.slice(0, 3) };
		expect(receiveAsMember(state, shrunk, self, random)).toEqual({
			ok: false,
			error: 'too-few-members',
		});
	});

	it('opens over the whole roster where all of it is needed', () => {
		const session = startSession(5, 3, 'all of five', { minimum: 5 });
		runSession(session);
		expect(openedSum(session)).toEqual(
			trueSum(
				session,
				session.terms.roster.map((entry) => entry.hospital),
			),
		);
	});

	it('refuses an advert of a hospital that has withdrawn', () => {
		const session = startSession(4, 2, 'late');
		applyCollectorStep(session, withdraw(session.collector, 'hospital-000'));
		deliver(session, session.parcels[0] ?? session.parcels[1] ?? { from: null, to: null, body: never() });
		expect(session.faults).toEqual(['unexpected-message']);
	});

	const rounds = ['advertise', 'shares', 'masked-input', 'consistency', 'unmask'] as const;

	it.each(rounds)('opens the sum without a hospital that falls silent when it awaits %s', (kind) => {
		const session = startSession(5, 3, `silent ${kind}`);
		runUntil(session, kind);
		const silent = session.parcels.shift()?.from ?? '';
		applyCollectorStep(session, withdraw(session.collector, silent));
		runSession(session);
		const names = session.terms.roster.map((entry) => entry.hospital);
		const isIn = kind === 'consistency' || kind === 'unmask';
		const contributors = isIn ? names : names.filter((name) => name !== silent);
		expect(session.faults).toEqual([]);
		expect(session.outcomes).toMatchObject([{ kind: 'sum', contributors }]);
		expect(openedSum(session)).toEqual(trueSum(session, contributors));
	});

	it.each(rounds)('takes what a hospital said before it leaves, when it awaits %s', (kind) => {
		const session = startSession(5, 3, `left ${kind}`);
		runUntil(session, kind);
		const said = session.parcels.shift();
		if (said !== undefined) deliver(session, said);
		applyCollectorStep(session, withdraw(session.collector, said?.from ?? ''));
		runSession(session);
		const names = session.terms.roster.map((entry) => entry.hospital);
		const isOut = kind === 'advertise' || kind === 'shares';
		const contributors = isOut ? names.filter((name) => name !== said?.from) : names;
		expect(session.outcomes).toMatchObject([{ kind: 'sum', contributors }]);
		expect(openedSum(session)).toEqual(trueSum(session, contributors));
	});

	it('recovers the masks of as many as may drop out, one in each round', () => {
		const session = startSession(10, 3, 'three drop out');
		for (const kind of ['advertise', 'shares', 'masked-input'] as const) {
			runUntil(session, kind);
			const silent = session.parcels.shift()?.from ?? '';
			applyCollectorStep(session, withdraw(session.collector, silent));
		}
		runSession(session);
		const names = session.terms.roster.map((entry) => entry.hospital);
		expect(session.outcomes).toMatchObject([{ contributors: names.slice(3) }]);
		expect(openedSum(session)).toEqual(trueSum(session, names.slice(3)));
	});

	it.each(rounds)('aborts with too-few-hospitals when fewer than m are left while it awaits %s', (kind) => {
		const session = startSession(5, 2, `too few ${kind}`);
		runUntil(session, kind);
		for (const parcel of session.parcels.splice(0, 2)) {
			applyCollectorStep(session, withdraw(session.collector, parcel.from ?? ''));
		}
		runSession(session);
		expect(session.outcomes).toEqual([{ kind: 'aborted', reason: 'too-few-hospitals' }]);
	});

	it('discards the vector of a hospital that was declared dropped', () => {
		const session = startSession(5, 2, 'late vector');
		runUntil(session, 'masked-input');
		const late = session.parcels.shift();
		if (late === undefined) throw new Error('no vector');
		applyCollectorStep(session, withdraw(session.collector, late.from ?? ''));
		deliver(session, late);
		runUntil(session, 'unmask');
		deliver(session, late);
		expect(session.faults).toEqual(['unexpected-message', 'unexpected-message']);
		expect(session.collector.claims.map(({ hospital }) => hospital)).not.toContain(late.from);
		runSession(session);
		expect(openedSum(session)).toEqual(
			trueSum(
				session,
				session.terms.roster.map((entry) => entry.hospital).filter((name) => name !== late.from),
			),
		);
	});

	it('aborts with unmask-failed when a member shows a wrong share of a dropped mask key', () => {
		const session = startSession(5, 2, 'wrong mask key');
		runUntil(session, 'masked-input');
		const gone = session.parcels.shift()?.from ?? '';
		applyCollectorStep(session, withdraw(session.collector, gone));
		runUntil(session, 'signatures');
		const liar = hospitalOf(session, 'hospital-001');
		if (liar.state.phase !== 'confirmed') throw new Error('not confirmed');
		const held = liar.state.held.map((shares) => {
			if (shares.of !== gone) return shares;
			const bytes = Buffer.from(shares.maskSecret, 'base64url');
			bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
			return { ...shares, maskSecret: bytes.toString('base64url') };
		});
		liar.state = { ...liar.state, held };
		runSession(session);
		expect(session.outcomes).toEqual([{ kind: 'aborted', reason: 'unmask-failed' }]);
	});

	it('opens with m unmask messages although the rest never come', () => {
		const session = startSession(5, 2, 'm unmask');
		runUntil(session, 'unmask');
		session.parcels.splice(session.terms.parameters.minimum);
		runSession(session);
		expect(openedSum(session)).toEqual(
			trueSum(
				session,
				session.terms.roster.map((entry) => entry.hospital),
			),
		);
	});

	it('answers a repeated message of a finished round again, and a changed one with conflicting-message', () => {
		const session = startSession(3, 2, 'repeat');
		const advert = session.parcels[0];
		if (advert === undefined) throw new Error('no advert');
		runUntil(session, 'adverts');
		const again = receiveAsCollector(session.collector, 'hospital-000', advert.body);
		expect(again.ok && again.value.send.map(({ to, body }) => [to, body.kind])).toEqual([
			['hospital-000', 'adverts'],
		]);
		const other = openMember(
			session.terms,
			hospitalOf(session, 'hospital-000').self,
			hospitalOf(session, 'hospital-000').random,
		);
		expect(receiveAsCollector(session.collector, 'hospital-000', other.send)).toEqual({
			ok: false,
			error: 'conflicting-message',
		});
	});

	it('refuses a message in another name, from a stranger, and out of turn', () => {
		const session = startSession(3, 2, 'names');
		const body = session.parcels[0]?.body;
		expect(receiveAsCollector(session.collector, 'hospital-001', body)).toMatchObject({
			error: 'wrong-sender',
		});
		const stranger = { ...body, hospital: 'constructor' };
		expect(receiveAsCollector(session.collector, 'constructor', stranger)).toMatchObject({
			error: 'unknown-hospital',
		});
		runUntil(session, 'shares');
		const shares = session.parcels[0]?.body;
		const fresh = startSession(3, 2, 'names').collector;
		expect(receiveAsCollector(fresh, 'hospital-000', shares)).toMatchObject({
			error: 'unexpected-message',
		});
	});

	it('aborts with unmask-failed when a member signs a wrong share', () => {
		const session = startSession(3, 2, 'wrong share');
		runUntil(session, 'signatures');
		const liar = hospitalOf(session, 'hospital-000');
		if (liar.state.phase !== 'confirmed') throw new Error('not confirmed');
		const [first, ...rest] = liar.state.held;
		if (first === undefined) throw new Error('nothing held');
		const bytes = Buffer.from(first.selfMask, 'base64url');
		bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
		liar.state = { ...liar.state, held: [{ ...first, selfMask: bytes.toString('base64url') }, ...rest] };
		runSession(session);
		expect(session.outcomes).toEqual([{ kind: 'aborted', reason: 'unmask-failed' }]);
	});
});

describe('a member', () => {
	const receive = (session: Session, name: string, body: unknown): unknown => {
		const { state, self, random } = hospitalOf(session, name);
		const result = receiveAsMember(state, body, self, random);
		return result.ok ? result.value : result.error;
	};

	it.each(['adverts', 'deliver', 'inputs', 'signatures'])(
		'answers %s again byte for byte, and another one not at all',
		(kind) => {
			const session = startSession(3, 2, `again ${kind}`);
			runUntil(session, kind);
			const parcel = session.parcels[0];
			if (parcel?.to == null) throw new Error('no parcel');
			deliver(session, parcel);
			const sent = session.parcels.at(-1)?.body;
			expect(receive(session, parcel.to, throughJson(parcel.body))).toMatchObject({ send: sent });
			const list = Object.values(parcel.body).find((value) => Array.isArray(value));
			const key = Object.keys(parcel.body).find((name) => name !== 'kind') ?? '';
			const shorter = { ...parcel.body, [key]: Array.isArray(list) ? list.slice(1) : [] };
			expect(receive(session, parcel.to, shorter)).toBe('conflicting-message');
			runSession(session);
			expect(openedSum(session)).toEqual(
				trueSum(
					session,
					session.terms.roster.map((entry) => entry.hospital),
				),
			);
		},
	);

	it('gives back the committed bytes when the input is provided again with other noise', () => {
		const session = startSession(3, 2, 'redraw');
		runUntil(session, 'masked-input');
		const { state, self } = hospitalOf(session, 'hospital-000');
		const again = provideInput(state, { question: session.terms, ...countedInput([1n, 2n]) }, self);
		expect(again.ok && again.value.send).toEqual(session.parcels[0]?.body);
	});

	it('never holds the input once it is masked', () => {
		const session = startSession(3, 3, 'no input');
		runUntil(session, 'inputs');
		const { state, input } = hospitalOf(session, 'hospital-000');
		for (const value of input) expect(JSON.stringify(state)).not.toContain(value.toString());
		expect(state).not.toHaveProperty('secrets');
	});

	it('refuses a vector of another length, and an input before delivery', () => {
		const session = startSession(3, 2, 'cells');
		const name = 'hospital-000';
		expect(
			provideInput(
				hospitalOf(session, name).state,
				{ question: session.terms, ...countedInput([1n, 2n]) },
				hospitalOf(session, name).self,
			),
		).toEqual({ ok: false, error: 'unexpected-message' });
		runUntil(session, 'deliver');
		const step = receive(session, name, session.parcels[0]?.body);
		expect(step).toMatchObject({ needsInput: true, send: null });
		const { state } = step as { readonly state: Parameters<typeof provideInput>[0] };
		const short = { question: session.terms, ...countedInput([1n]) };
		expect(provideInput(state, short, hospitalOf(session, name).self)).toEqual({
			ok: false,
			error: 'bad-cells',
		});
	});

	it('says nothing more once abandoned', () => {
		const session = startSession(3, 2, 'abandoned');
		runUntil(session, 'signatures');
		const hospital = hospitalOf(session, 'hospital-000');
		hospital.state = abandonMember(hospital.state);
		expect(receive(session, 'hospital-000', session.parcels[0]?.body)).toBe('session-ended');
		expect(JSON.stringify(hospital.state)).not.toContain('held');
	});

	it('throws on terms that contradict themselves', () => {
		const { terms, hospitals } = startSession(4, 2, 'terms');
		const { self, random } = hospitals.get('hospital-000') ?? never();
		const open =
			(changed: object): (() => unknown) =>
			() =>
				openMember({ ...terms, ...changed }, self, random);
		expect(open({ parameters: { ...terms.parameters, threshold: 2 } })).toThrow('parameters');
		expect(open({ roster: terms.roster.toReversed() })).toThrow('order');
		expect(() => openCollector({ ...terms, cells: 0 })).toThrow('no cells');
		const stolen = terms.roster.map((entry) => ({
			...entry,
			identityKey: terms.roster[1]?.identityKey ?? '',
		}));
		expect(open({ roster: stolen })).toThrow('one identity key');
		const swapped = [{ ...terms.roster[0], identityKey: 'A'.repeat(43) }, ...terms.roster.slice(1)];
		expect(open({ roster: swapped })).toThrow('under this key');
	});
});

function never(): never {
	throw new Error('absent');
}
