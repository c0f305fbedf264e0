// A coordinator and T hospitals show the others two rosters of contributors, with a hospital and without it: one
// opening would give its self mask and the other its mask key, and both together its own numbers.

import { beforeAll, describe, expect, it } from 'vitest';
import { initCrypto } from '../../shared/src/keys.ts';
import {
	deliver,
	hospitalOf,
	type Session,
	startSession,
} from '../../shared/src/secagg/in-memory-session.ts';
import { receiveAsMember } from '../../shared/src/secagg/member.ts';
import type { InputClaim, SecaggBody } from '../../shared/src/secagg/messages.ts';
import { bareInput, secretOf } from './two-rosters.ts';

beforeAll(initCrypto);

const cells = 3;
const victim = 'hospital-004';
const colluder = 'hospital-003';
/** Whom each roster is shown to; the colluder signs both. */
const told = { withVictim: ['hospital-000', victim], without: ['hospital-001', 'hospital-002'] } as const;

/** Five hospitals, T = 1, up to where all vectors are in. The honest t is 4. */
function sessionWith(threshold: number): Session {
	const session = startSession(5, cells, 'split roster');
	expect(session.terms.parameters).toMatchObject({ colluders: 1, threshold: 4, minimum: 4 });
	for (const hospital of session.hospitals.values()) {
		const { terms } = hospital.state;
		hospital.state = {
			...hospital.state,
			terms: { ...terms, parameters: { ...terms.parameters, threshold } },
		};
	}
	while (session.parcels[0]?.body.kind !== 'inputs') {
		const parcel = session.parcels.shift();
		if (parcel === undefined) throw new Error('no inputs');
		deliver(session, parcel);
	}
	return session;
}

/** What the member answers, and how it stands then; the colluder's is not kept, so that it may answer twice. */
function ask(session: Session, name: string, body: SecaggBody): SecaggBody | string {
	const hospital = hospitalOf(session, name);
	const step = receiveAsMember(hospital.state, body, hospital.self, hospital.random);
	if (!step.ok) return step.error;
	if (name !== colluder) hospital.state = step.value.state;
	return step.value.send ?? 'nothing';
}

function open(
	session: Session,
	claims: readonly InputClaim[],
	honest: readonly string[],
): readonly (SecaggBody | string)[] {
	const bodies: (readonly [string, SecaggBody | string])[] = [];
	const before = hospitalOf(session, colluder).state;
	for (const name of [...honest, colluder].toSorted()) {
		bodies.push([name, ask(session, name, { kind: 'inputs', inputs: claims })]);
	}
	const signatures = bodies.flatMap(([hospital, body]) =>
		typeof body !== 'string' && body.kind === 'consistency' ? [{ hospital, signature: body.signature }] : [],
	);
	const answers: (SecaggBody | string)[] = [];
	for (const name of honest) answers.push(ask(session, name, { kind: 'signatures', signatures }));
	const { self, random } = hospitalOf(session, colluder);
	const confirmed = receiveAsMember(before, { kind: 'inputs', inputs: claims }, self, random);
	if (!confirmed.ok) throw new Error(confirmed.error);
	const own = receiveAsMember(confirmed.value.state, { kind: 'signatures', signatures }, self, random);
	answers.push(own.ok ? (own.value.send ?? 'nothing') : own.error);
	return answers;
}

function attack(session: Session): readonly (readonly (SecaggBody | string)[])[] {
	const { claims } = session.collector;
	const without = claims.filter(({ hospital }) => hospital !== victim);
	return [open(session, claims, told.withVictim), open(session, without, told.without)];
}

describe('two rosters of one session', () => {
	it('teeth: where three signatures were enough, they open one hospital’s own numbers', () => {
		const session = sessionWith(3);
		const [withVictim = [], without = []] = attack(session);
		const selfMask = secretOf(withVictim, 'selfMasks', victim);
		const maskKey = secretOf(without, 'maskKeys', victim);
		expect(bareInput(session, victim, { selfMask, maskKey })).toEqual(hospitalOf(session, victim).input);
	});

	it('hold: t = 4 signatures cannot be had for both, and nobody shows a share', () => {
		const session = sessionWith(4);
		const answers = attack(session);
		expect(answers).toEqual([
			['too-few-members', 'too-few-members', 'too-few-members'],
			['too-few-members', 'too-few-members', 'too-few-members'],
		]);
	});
});
