// A coordinator and hospitals that collude with it show the others two rosters of one session, and put together what
// the answers open: the tools of the attacks on equivocation.

import { decodeMaskedShare } from '../../shared/src/numbers/masked-share.ts';
import { mergeShares } from '../../shared/src/numbers/merged-count.ts';
import { readMerged } from '../../shared/src/numbers/released-count.ts';
import { newSum } from '../../shared/src/numbers/value-sum.ts';
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
import type { SecaggBody, Unmask } from '../../shared/src/secagg/messages.ts';
import { combineShares } from '../../shared/src/secagg/secret-sharing.ts';

const cells = 3;

export interface Roster {
	/** Whose vectors it names. */
	readonly claims: readonly string[];
	/** Honest hospitals that are shown it. */
	readonly honest: readonly string[];
}

/** Honest until all vectors are in, with the parameters that the roster's size gives. */
export function sessionUpToInputs(hospitals: number, seed: string): Session {
	const session = startSession(hospitals, cells, seed);
	while (session.parcels[0]?.body.kind !== 'inputs') {
		const parcel = session.parcels.shift();
		if (parcel === undefined) throw new Error('no inputs');
		deliver(session, parcel);
	}
	return session;
}

type Answers = readonly (SecaggBody | string)[];

/** The answers to the call to unmask, of each roster; a text is the fault with which a hospital refused. */
export function openTwoRosters(
	session: Session,
	attack: { readonly colluders: readonly string[]; readonly first: Roster; readonly second: Roster },
): readonly Answers[] {
	return [attack.first, attack.second].map((roster) => open(session, attack.colluders, roster));
}

/** What colluders sign is forgotten again, so that they sign the other roster too. */
function open(session: Session, colluders: readonly string[], roster: Roster): Answers {
	const inputs = session.collector.claims.filter(({ hospital }) => roster.claims.includes(hospital));
	const asked = [...roster.honest, ...colluders].toSorted();
	const before = new Map(colluders.map((name) => [name, hospitalOf(session, name).state]));
	const signatures = asked.flatMap((hospital) => {
		const body = tell(session, hospital, { kind: 'inputs', inputs });
		return typeof body !== 'string' && body.kind === 'consistency'
			? [{ hospital, signature: body.signature }]
			: [];
	});
	const answers = asked.map((hospital) => tell(session, hospital, { kind: 'signatures', signatures }));
	for (const [name, state] of before) hospitalOf(session, name).state = state;
	return answers;
}

function tell(session: Session, name: string, body: SecaggBody): SecaggBody | string {
	const hospital = hospitalOf(session, name);
	const step = receiveAsMember(hospital.state, body, hospital.self, hospital.random);
	if (!step.ok) return step.error;
	hospital.state = step.value.state;
	return step.value.send ?? 'nothing';
}

export function secretOf(answers: Answers, kind: 'selfMasks' | 'maskKeys', of: string): Uint8Array {
	const shown = answers
		.filter((body): body is Unmask => typeof body !== 'string' && body.kind === 'unmask')
		.flatMap((body) => body[kind].filter((share) => share.of === of));
	const rebuilt = combineShares(shown.map(({ share }) => Buffer.from(share, 'base64url')));
	if (!rebuilt.ok) throw new Error(rebuilt.error);
	return rebuilt.value;
}

/** Takes off the victim's own vector what can be: `selfMask` null leaves its self mask on. */
export function bareInput(
	session: Session,
	victim: string,
	secrets: { readonly selfMask: Uint8Array | null; readonly maskKey: Uint8Array },
): readonly bigint[] {
	const { collector } = session;
	const sid = Buffer.from(collector.sid ?? '', 'base64url');
	const masks = newSum(cells, 64);
	if (secrets.selfMask !== null) addMask(masks, selfMaskKey(secrets.selfMask, sid, victim));
	for (const { hospital, maskKey: peerKey } of collector.adverts) {
		if (hospital === victim) continue;
		const shared = x25519(x25519Secret(secrets.maskKey), x25519Public(Buffer.from(peerKey, 'base64url')));
		if (!shared.ok) throw new Error(shared.error);
		const key = pairMaskKey(shared.value, sid, victim, hospital);
		if (hospital > victim) addMask(masks, key);
		else subtractMask(masks, key);
	}
	const input = hospitalOf(session, victim).state.answers.find(({ kind }) => kind === 'deliver')?.send;
	const decoded = decodeMaskedShare(input?.kind === 'masked-input' ? input.shares : '', session.terms);
	if (!decoded.ok) throw new Error(decoded.error);
	return mergeShares(decoded.value, masks, session.terms).map(readMerged);
}
