// The state machines as a daemon meets them: messages in their binary form, base64url as they lie in its database.

import type { Random } from '../clock-and-random.ts';
import { ok, type Result } from '../result.ts';
import { receiveAsCollector } from './collector.ts';
import type { CollectorState, CollectorStep } from './collector-state.ts';
import type { SecaggFault } from './faults.ts';
import { receiveAsMember } from './member.ts';
import { toBytes, toText } from './member-share-keys.ts';
import type { MemberSelf, MemberState, MemberStep } from './member-state.ts';
import type { CollectorBody, MemberBody } from './messages.ts';
import { packCollectorBody, unpackCollectorBody } from './pack-collector.ts';
import { packMemberBody, unpackMemberBody } from './pack-member.ts';
import type { SessionTerms } from './terms.ts';

/** A message's bytes in base64url; on the wire they are bytes. */
export type PackedText = string;

/** Errors  `malformed-message`, and those of `receiveAsMember`. */
export function hearAsMember(
	state: MemberState,
	packed: PackedText,
	self: MemberSelf,
	random: Random,
): Result<MemberStep, SecaggFault> {
	const body = unpackCollectorBody(toBytes(packed), namesOf(state.terms));
	return body.ok ? receiveAsMember(state, body.value, self, random) : body;
}

/** Errors  `malformed-message`, and those of `receiveAsCollector`. */
export function hearAsCollector(
	state: CollectorState,
	hospital: string,
	packed: PackedText,
): Result<CollectorStep, SecaggFault> {
	if (state.phase === 'ended') return ok({ state, send: [], outcome: null });
	const body = unpackMemberBody(toBytes(packed), { hospital, roster: namesOf(state.terms) });
	return body.ok ? receiveAsCollector(state, hospital, body.value) : body;
}

export function packForCollector(body: MemberBody, terms: SessionTerms): PackedText {
	return toText(packMemberBody(body, namesOf(terms)));
}

export function packForMember(body: CollectorBody, terms: SessionTerms): PackedText {
	return toText(packCollectorBody(body, namesOf(terms)));
}

function namesOf({ roster }: SessionTerms): readonly string[] {
	return roster.map(({ hospital }) => hospital);
}
