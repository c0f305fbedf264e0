// For tests: an answer as a coordinator releases it, with a receipt from a log of one entry.

import { createHash } from 'node:crypto';
import { subjectOfAnswer } from '@cordon/coordinator';
import {
	canonicalJson,
	formatCheckpoint,
	hashParts,
	newSigningSeed,
	type Receipt,
	type SigningSeed,
	signBytes,
	signNote,
	toBase64Url,
} from '@cordon/shared';

export type Json = Readonly<Record<string, unknown>>;

export function seedOf(name: string): SigningSeed {
	return newSigningSeed(hashParts('sample-seed', name));
}

/** The receipt of an entry whose subject is this answer, in the log of that name. */
export function receiptFor(
	answer: Json,
	origin: string,
	seed: SigningSeed = seedOf('coordinator log'),
): Receipt {
	const hash = 'a'.repeat(64);
	const leaf = canonicalJson({
		v: 1,
		hour: '2026-11-23T12:00:00.000Z',
		stage: 'release',
		decision: 'released',
		policy: hash,
		subject: subjectOfAnswer(answer),
		commitment: hash,
		body: hash,
		sealedKey: hash,
	});
	// RFC 6962: the root of a tree of one leaf is the leaf's own hash.
	const root = createHash('sha256')
		.update(Buffer.from([0]))
		.update(leaf)
		.digest();
	const checkpoint = signNote(formatCheckpoint({ origin, size: 1n, root }), origin, seed);
	return { index: 0, leaf, checkpoint, proof: [] };
}

export function signAnswer(answer: Json, seed: SigningSeed = seedOf('coordinator')): Json {
	const digest = hashParts('cordon-answer/1', canonicalJson(answer));
	return { ...answer, signature: toBase64Url(signBytes(seed, digest)) };
}

/** Released, logged and signed, all rightly; `change` is made before. */
export function signedAnswer(change: Json = {}): Json {
	const body = { cordon: 1, id: 'q1', status: 'released', cells: [{ key: [], value: 40 }], ...change };
	const receipt = receiptFor(body, 'atlas/coordinator');
	return signAnswer({ ...body, releasedAtHour: '2026-11-23T12:00:00.000Z', receipt });
}
