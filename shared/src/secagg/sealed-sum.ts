// The sum of a blind network as it travels to the researcher: masked, with what they need to take the masks off.

import { z } from 'zod';
import { err, ok, type Result } from '../result.ts';
import { type Advert, parseMemberBody } from './messages.ts';

export interface SealedSum {
	/** The coordinator's nonce, hex; names the session whose adverts these are. */
	readonly session: string;
	/** Salts the masks; base64url. */
	readonly sid: string;
	/** The sum under the researcher's mask of each contributor: as a masked vector, base64url. */
	readonly sum: string;
	/** Of each contributor, ascending: its signed mask key. */
	readonly adverts: readonly Advert[];
}

const longestVector = 2 ** 20;

const sealedSchema = z.strictObject({
	session: z.string().regex(/^[0-9a-f]{64}$/),
	sid: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
	sum: z.string().max(longestVector),
	adverts: z.array(z.unknown()).max(100),
});

/** Errors  `malformed-message` not of this closed shape. */
export function parseSealedSum(input: unknown): Result<SealedSum, 'malformed-message'> {
	const parsed = sealedSchema.safeParse(input);
	if (!parsed.success) return err('malformed-message');
	const adverts: Advert[] = [];
	for (const entry of parsed.data.adverts) {
		const body = parseMemberBody(entry);
		if (!body.ok || body.value.kind !== 'advertise') return err('malformed-message');
		adverts.push(body.value);
	}
	return ok({ ...parsed.data, adverts });
}
