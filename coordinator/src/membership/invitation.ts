// Invitations: who may enrol as which hospital, proved by a secret that is stored only as its hash.

import { timingSafeEqual } from 'node:crypto';
import {
	type Clock,
	err,
	hashParts,
	ok,
	type PublicKeyText,
	type Random,
	type Result,
	toBase64Url,
	toHex,
} from '@cordon/shared';
import type { Invitation } from '../ports.ts';

/** What the invited hospital is given, on a channel the coordinator trusts. It pins the coordinator's keys. */
export interface InvitationFile {
	readonly cordon: 1;
	readonly network: string;
	readonly coordinatorUrl: string;
	readonly coordinatorIdentityKey: PublicKeyText;
	readonly coordinatorLogKey: PublicKeyText;
	readonly hospital: string;
	/** 256 bit, base64url; works once. */
	readonly secret: string;
	/** ISO 8601. */
	readonly expires: string;
}

export interface IssuedInvitation {
	readonly secret: string;
	readonly stored: Invitation;
}

export const invitationLifeMs: number = 7 * 24 * 3_600_000;

export function issueInvitation(hospital: string, random: Random, clock: Clock): IssuedInvitation {
	const secret = toBase64Url(random.bytes(32));
	const expiresMs = clock.nowMs() + invitationLifeMs;
	return { secret, stored: { hospital, secretHash: secretHash(secret), expiresMs } };
}

/** Errors  `not-invited` for no invitation, a wrong secret and an expired one alike: a guesser learns nothing. */
export function verifyInvitation(
	invitation: Invitation | null,
	secret: string,
	nowMs: number,
): Result<null, 'not-invited'> {
	if (invitation === null || nowMs >= invitation.expiresMs) return err('not-invited');
	const given = Buffer.from(secretHash(secret), 'hex');
	return timingSafeEqual(given, Buffer.from(invitation.secretHash, 'hex')) ? ok(null) : err('not-invited');
}

function secretHash(secret: string): string {
	return toHex(hashParts('cordon-invitation/1', secret));
}
