// A coordinator that has seen the vectors and then lies: it declares a hospital dropped, asks to unmask twice, brings
// messages of another session, or has asked the hospitals different questions. Each attack is run against members that
// lack the one defence first (a secret is peeked at, a state is put back), and then against members as they are.

import { beforeAll, describe, expect, it } from 'vitest';
import { initCrypto } from '../../shared/src/keys.ts';
import { openCollector } from '../../shared/src/secagg/collector.ts';
import {
	countedInput,
	deliver,
	type Hospital,
	hospitalOf,
	type Session,
	startSession,
	throughJson,
	trueSum,
} from '../../shared/src/secagg/in-memory-session.ts';
import { openMember, provideInput, receiveAsMember } from '../../shared/src/secagg/member.ts';
import type { SecaggBody } from '../../shared/src/secagg/messages.ts';
import { combineShares } from '../../shared/src/secagg/secret-sharing.ts';
import type { QuestionTerms, SecaggTerms } from '../../shared/src/secagg/terms.ts';
import { bareInput, openTwoRosters, secretOf, sessionUpToInputs } from './two-rosters.ts';

beforeAll(initCrypto);

const names = ['hospital-000', 'hospital-001', 'hospital-002', 'hospital-003', 'hospital-004'] as const;
const victim = 'hospital-004';
const others = names.filter((name) => name !== victim);

describe('a coordinator that declares a hospital dropped after it has its vector', () => {
	const dropped = (): { readonly session: Session; readonly maskKey: Uint8Array; readonly shown: string } => {
		const session = sessionUpToInputs(5, 'dropped after all');
		const nobody = { claims: [], honest: [] };
		const [answers = []] = openTwoRosters(session, {
			colluders: [],
			first: { claims: others, honest: others },
			second: nobody,
		});
		return { session, maskKey: secretOf(answers, 'maskKeys', victim), shown: JSON.stringify(answers) };
	};

	/** What the others hold of the victim's self mask and do not show. */
	function heldShares(session: Session): readonly string[] {
		return others.flatMap((name) => {
			const { state } = hospitalOf(session, name);
			return 'held' in state
				? state.held.filter(({ of }) => of === victim).map(({ selfMask }) => selfMask)
				: [];
		});
	}

	it('teeth: without the self mask, the shares of its mask key open its own numbers', () => {
		const held = heldShares(sessionUpToInputs(5, 'dropped after all'));
		const selfMask = combineShares(held.map((share) => Buffer.from(share, 'base64url')));
		if (!selfMask.ok) throw new Error(selfMask.error);
		const { session, maskKey } = dropped();
		expect(bareInput(session, victim, { selfMask: selfMask.value, maskKey })).toEqual(
			hospitalOf(session, victim).input,
		);
	});

	it('hold: its self mask stays on, of which no share is shown', () => {
		const { session, maskKey, shown } = dropped();
		const left = bareInput(session, victim, { selfMask: null, maskKey });
		const { input } = hospitalOf(session, victim);
		expect(left.some((value, cell) => value === input[cell])).toBe(false);
		const held = heldShares(sessionUpToInputs(5, 'dropped after all'));
		expect(held).toHaveLength(4);
		expect(held.some((share) => shown.includes(share))).toBe(false);
	});
});

describe('a coordinator that asks to unmask twice', () => {
	const attack = {
		first: { claims: [...names], honest: [] },
		second: { claims: others, honest: [] },
	};

	it('teeth: members whose state was put back open both rosters, and with them one hospital', () => {
		const session = sessionUpToInputs(5, 'twice');
		// `colluders` here are honest hospitals that were restored from a backup between the two.
		const [withVictim = [], without = []] = openTwoRosters(session, { ...attack, colluders: others });
		const secrets = {
			selfMask: secretOf(withVictim, 'selfMasks', victim),
			maskKey: secretOf(without, 'maskKeys', victim),
		};
		expect(bareInput(session, victim, secrets)).toEqual(hospitalOf(session, victim).input);
	});

	it('hold: members that remember answer the second with a fault, and show nothing of it', () => {
		const session = sessionUpToInputs(5, 'twice');
		const asked = { ...attack, first: { ...attack.first, honest: others }, colluders: [] };
		const [withVictim = [], without = []] = openTwoRosters(session, {
			...asked,
			second: { ...attack.second, honest: others },
		});
		expect(withVictim.filter((answer) => typeof answer !== 'string')).toHaveLength(4);
		expect(without).toEqual([
			'conflicting-message',
			'conflicting-message',
			'conflicting-message',
			'conflicting-message',
		]);
	});
});

/** The same hospitals in another session, or with other terms for some of them. */
function reopened(session: Session, termsOf: (name: string) => SecaggTerms): Session {
	const parcels: Session['parcels'] = [];
	const members = [...session.hospitals].map(([name, hospital]): [string, Hospital] => {
		const step = openMember(termsOf(name), hospital.self, hospital.random);
		if (step.send !== null) parcels.push({ from: name, to: null, body: step.send });
		return [name, { ...hospital, state: step.state }];
	});
	const collector = openCollector(termsOf('coordinator'));
	return { ...session, hospitals: new Map(members), parcels, faults: [], outcomes: [], collector };
}

describe('a coordinator that asks hospitals different questions', () => {
	const asked = 'hospital-002';

	/** The one is asked what `question` says; the others, and the coordinator, what the session is about. */
	function runAsking(question: (session: Session) => QuestionTerms): Session {
		const session = startSession(4, 2, 'two questions');
		while (session.parcels.length > 0) {
			const parcel = session.parcels.shift();
			if (parcel === undefined) break;
			if (parcel.to === asked) answerAs(session, parcel.body, question(session));
			else deliver(session, parcel);
		}
		return session;
	}

	function answerAs(session: Session, body: SecaggBody, question: QuestionTerms): void {
		const hospital = hospitalOf(session, asked);
		const heard = receiveAsMember(hospital.state, throughJson(body), hospital.self, hospital.random);
		if (!heard.ok) {
			session.faults.push(heard.error);
			return;
		}
		let step = heard.value;
		if (step.needsInput) {
			const input = { question, ...countedInput(hospital.input) };
			const masked = provideInput(step.state, input, hospital.self);
			if (!masked.ok) throw new Error(masked.error);
			step = masked.value;
		}
		hospital.state = throughJson(step.state);
		if (step.send !== null) session.parcels.push({ from: asked, to: null, body: step.send });
	}

	it('teeth: what it signs is all that holds it; told the same hash, its numbers are in the sum', () => {
		const session = runAsking(({ terms }) => terms);
		expect(session.outcomes).toMatchObject([
			{ kind: 'sum', cells: trueSum(session, [...session.hospitals.keys()]) },
		]);
	});

	it('hold: told another, its vector is no part of this sum, which is of the others or of nobody', () => {
		const session = runAsking(({ terms }) => ({ ...terms, requestHash: 'f'.repeat(64) }));
		const sums = session.outcomes.flatMap((outcome) =>
			outcome.kind === 'sum' ? [outcome.contributors] : [],
		);
		expect(sums.flat()).not.toContain(asked);
		expect(session.faults.length + session.outcomes.length).toBeGreaterThan(0);
		expect(hospitalOf(session, asked).state.phase).not.toBe('done');
	});
});

describe('a coordinator that brings messages of another session of the same hospitals', () => {
	/** What the first hospital is sent at each step of an honest session. */
	function sentTo(session: Session, name: string): readonly SecaggBody[] {
		const bodies: SecaggBody[] = [];
		while (session.parcels.length > 0) {
			const parcel = session.parcels.shift();
			if (parcel === undefined) break;
			if (parcel.to === name) bodies.push(throughJson(parcel.body));
			deliver(session, parcel);
		}
		return bodies;
	}

	it('teeth: in their own session they are taken', () => {
		const session = startSession(4, 2, 'replayed');
		expect(sentTo(session, 'hospital-000').map(({ kind }) => kind)).toEqual([
			'adverts',
			'deliver',
			'inputs',
			'signatures',
		]);
		expect(session.faults).toEqual([]);
		expect(session.outcomes).toHaveLength(1);
	});

	it.each(['adverts', 'deliver', 'inputs', 'signatures'] as const)('hold: none of `%s`', (kind) => {
		const first = startSession(4, 2, 'replayed');
		const { terms } = first;
		const second = reopened(first, () => ({ ...terms, session: 'e'.repeat(64) }));
		const replayed = sentTo(first, 'hospital-000').find((body) => body.kind === kind);
		// As far as the first hospital awaits this kind.
		while (second.parcels.length > 0) {
			const [next] = second.parcels;
			if (next?.to === 'hospital-000' && next.body.kind === kind) break;
			second.parcels.shift();
			if (next !== undefined) deliver(second, next);
		}
		const { state, self, random } = hospitalOf(second, 'hospital-000');
		const result = receiveAsMember(state, replayed, self, random);
		expect(result.ok ? 'taken' : result.error).toMatch(/^(?:bad-signature|bad-share|not-included)$/);
	});
});
