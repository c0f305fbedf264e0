// A coordinator and T hospitals show the others two rosters of contributors, with a hospital and without it: one
// opening would give its self mask and the other its mask key, and both together its own numbers.

import { beforeAll, describe, expect, it } from 'vitest';
import { initCrypto } from '../../shared/src/keys.ts';
import { subtractWords } from '../../shared/src/numbers/little-endian-words.ts';
import { decodeMaskedShare } from '../../shared/src/numbers/masked-share.ts';
import {
	deliver,
	hospitalOf,
	type Session,
	startSession,
} from '../../shared/src/secagg/in-memory-session.ts';
import {
	pairMaskKey,
	selfMaskKey,
	x25519,
	x25519Public,
	x25519Secret,
} from '../../shared/src/secagg/key-agreement.ts';
import { addMask, subtractMask } from '../../shared/src/secagg/mask-stream.ts';
import { receiveAsMember } from '../../shared/src/secagg/member.ts';
import type { InputClaim, SecaggBody, Unmask } from '../../shared/src/secagg/messages.ts';
import { combineShares } from '../../shared/src/secagg/secret-sharing.ts';

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

function secretOf(answers: readonly (SecaggBody | string)[], kind: 'selfMasks' | 'maskKeys'): Uint8Array {
	const shown = answers
		.filter((body): body is Unmask => typeof body !== 'string' && body.kind === 'unmask')
		.flatMap((body) => body[kind].filter(({ of }) => of === victim));
	const rebuilt = combineShares(shown.map(({ share }) => Buffer.from(share, 'base64url')));
	if (!rebuilt.ok) throw new Error(rebuilt.error);
	return rebuilt.value;
}

/** Takes every mask off the victim's own vector. */
function bareInput(session: Session, selfMask: Uint8Array, maskKey: Uint8Array): readonly bigint[] {
	const { collector } = session;
	const sid = Buffer.from(collector.sid ?? '', 'base64url');
	const masks = new BigUint64Array(cells);
	addMask(masks, selfMaskKey(selfMask, sid, victim));
	for (const { hospital, maskKey: peerKey } of collector.adverts) {
		if (hospital === victim) continue;
		const shared = x25519(x25519Secret(maskKey), x25519Public(Buffer.from(peerKey, 'base64url')));
		if (!shared.ok) throw new Error(shared.error);
		const key = pairMaskKey(shared.value, sid, victim, hospital);
		if (hospital > victim) addMask(masks, key);
		else subtractMask(masks, key);
	}
	const input = collector.inputs.find(({ hospital }) => hospital === victim);
	const decoded = decodeMaskedShare(input?.shares ?? '', cells);
	if (!decoded.ok) throw new Error(decoded.error);
	const vector = new BigUint64Array(decoded.value as unknown as BigUint64Array);
	subtractWords(vector, masks);
	return [...new BigInt64Array(vector.buffer)];
}

describe('two rosters of one session', () => {
	it('teeth: where three signatures were enough, they open one hospital’s own numbers', () => {
		const session = sessionWith(3);
		const [withVictim = [], without = []] = attack(session);
		const selfMask = secretOf(withVictim, 'selfMasks');
		const maskKey = secretOf(without, 'maskKeys');
		expect(bareInput(session, selfMask, maskKey)).toEqual(hospitalOf(session, victim).input);
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
