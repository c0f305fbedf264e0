// The researcher's fresh key of one question in a blind network: who may present one, and which are taken.

import type { Random } from '../clock-and-random.ts';
import type { NetworkPolicy } from '../manifest/manifest.ts';
import { err, ok, type Result } from '../result.ts';
import { Sensitive } from '../sensitive.ts';
import { isPublicKeyText, x25519PublicKey, x25519Secret } from './key-agreement.ts';
import { toText } from './member-share-keys.ts';

/** X25519. The secret opens every sum that was asked for with the key, and is for one question. */
export interface ReceiverKeys {
	/** 32 bytes, base64url; part of what the researcher signs. */
	readonly publicKey: string;
	readonly secret: Sensitive<Uint8Array>;
}

export function newReceiverKeys(random: Random): ReceiverKeys {
	const secret = random.bytes(32);
	return { publicKey: toText(x25519PublicKey(x25519Secret(secret))), secret: new Sensitive(secret) };
}

/**
 * Asked by coordinator and nodes alike of the key in the signed request, and of no other.
 *
 * Shape   the key of a blind network, null in a visible one.
 * Errors  `receiver-key-wrong` absent in a blind network, present in a visible one (its holder would expect a sum that
 *         only they can read), not 32 bytes in the one spelling, or of low order, which would let anybody take
 *         the mask off.
 */
export function decideReceiverKey(
	{ visibility }: Pick<NetworkPolicy, 'visibility'>,
	receiverKey: string | null,
): Result<string | null, 'receiver-key-wrong'> {
	if (visibility === 'visible') return receiverKey === null ? ok(null) : err('receiver-key-wrong');
	if (receiverKey === null || !isPublicKeyText(receiverKey)) return err('receiver-key-wrong');
	return ok(receiverKey);
}
