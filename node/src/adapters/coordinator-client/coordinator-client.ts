// A node's only way out: signed envelopes over HTTPS to the coordinator. A hospital opens no inbound port.

import {
	type Clock,
	type Envelope,
	openEnvelope,
	type PublicKeyText,
	type SigningSeed,
	sealEnvelope,
	type ToNode,
	type Wire,
} from '@cordon/shared';
import { z } from 'zod';
import type { CoordinatorClient, InboundMessage, OutgoingMessage } from '../../ports.ts';
import { readBounded } from './read-bounded.ts';

export interface CoordinatorAddress {
	readonly url: string;
	readonly identityKey: PublicKeyText;
}

export interface ClientParts {
	readonly hospital: string;
	readonly seed: SigningSeed;
	readonly clock: Clock;
	readonly coordinator: CoordinatorAddress;
	/** Ends what is under way. */
	readonly stopping?: AbortSignal;
}

/** The coordinator could not be reached or did not answer as agreed; try again later. */
export class CoordinatorUnreachable extends Error {
	readonly status: number | null;

	constructor(status: number | null) {
		super(`coordinator did not answer as agreed (HTTP ${status ?? 'none'})`);
		this.name = 'CoordinatorUnreachable';
		this.status = status;
	}
}

const maxAnswerBytes = 64 * 1024 * 1024;
const requestTimeoutMs = 60_000;
/** The coordinator signs a message when it delivers it (design/PRIVACY.md section 2, rule 7). */
const maxMessageAgeMs = 60_000;

/** The coordinator understood and will never take it: malformed, unknown session, session over, too large. */
const finalStatuses: ReadonlySet<number> = new Set([400, 404, 409, 410, 413, 422]);

const pollAnswer = z.strictObject({
	messages: z.array(z.strictObject({ seq: z.int().nonnegative(), text: z.string() })),
});

export function createCoordinatorClient(parts: ClientParts): CoordinatorClient {
	return {
		poll: (after, waitMs, signal) => poll(parts, { after, waitMs }, signal),
		send: (outgoing) => send(parts, outgoing),
		manifest: async () => JSON.parse(await call(parts, '/v1/manifest', { method: 'GET' })) as unknown,
		dictionary: async () => JSON.parse(await call(parts, '/v1/dictionary', { method: 'GET' })) as unknown,
		signManifest: async (hash, signature) => {
			await post(
				parts,
				'/v1/manifest/signatures',
				envelope(parts, 'manifest-signature', hash, { hash, signature }),
			);
		},
	};
}

async function send(
	parts: ClientParts,
	{ id, message }: OutgoingMessage,
): Promise<'accepted' | 'rejected' | 'failed'> {
	// Every message type is JSON by construction; its numbers are sizes, masked shares or safe counts.
	const body = envelope(parts, 'session', id, message as unknown as Wire);
	try {
		await post(parts, '/v1/messages', body);
		return 'accepted';
	} catch (error) {
		if (!(error instanceof CoordinatorUnreachable) || error.status === null) throw error;
		return finalStatuses.has(error.status) ? 'rejected' : 'failed';
	}
}

async function poll(
	parts: ClientParts,
	body: { readonly after: number; readonly waitMs: number },
	signal: AbortSignal,
): Promise<readonly InboundMessage[]> {
	const id = `poll-${body.after}-${parts.clock.nowMs()}`;
	const answer = await post(parts, '/v1/poll', envelope(parts, 'poll', id, body), signal);
	const parsed = pollAnswer.safeParse(JSON.parse(answer));
	if (!parsed.success) throw new CoordinatorUnreachable(null);
	return parsed.data.messages.flatMap(({ seq, text }) => {
		const opened = openEnvelope(text, {
			to: parts.hospital,
			kind: 'session',
			keyOf: (from) => (from === 'coordinator' ? parts.coordinator.identityKey : null),
			nowMs: parts.clock.nowMs(),
			maxAgeMs: maxMessageAgeMs,
		});
		// The number outside the signature moves nothing: only what the coordinator signed as this number for us does.
		if (!opened.ok || opened.value.id !== String(seq)) return [];
		return [{ sequence: seq, message: readMessage(opened.value) }];
	});
}

/** More than one message's comparisons have room for. */
const earlierReleases = z
	.array(z.strictObject({ session: z.string().regex(/^[0-9a-f]{64}$/), cells: z.int().min(1).max(4096) }))
	.max(32_768);

const toNode: z.ZodType<ToNode> = z.discriminatedUnion('kind', [
	z.strictObject({
		kind: z.literal('open'),
		session: z.string().regex(/^[0-9a-f]{64}$/),
		manifest: z.string().regex(/^[0-9a-f]{64}$/),
		project: z.string().max(64),
		signed: z.strictObject({ token: z.string().max(16_384), request: z.string().max(262_144) }),
		deadlineMs: z.int().nonnegative(),
		earlier: earlierReleases.exactOptional(),
	}),
	z.strictObject({
		kind: z.literal('secagg'),
		session: z.string().regex(/^[0-9a-f]{64}$/),
		body: z.unknown(),
	}),
	z.strictObject({
		kind: z.literal('end'),
		session: z.string().regex(/^[0-9a-f]{64}$/),
		outcome: z.enum(['released', 'aborted']),
	}),
]);

function readMessage(content: Envelope): ToNode | null {
	const parsed = toNode.safeParse(content.body);
	return parsed.success ? parsed.data : null;
}

function envelope(parts: ClientParts, kind: string, id: string, body: Wire): string {
	const content = { from: parts.hospital, to: 'coordinator', kind, id, timeMs: parts.clock.nowMs(), body };
	return JSON.stringify({ envelope: sealEnvelope(content, parts.seed) });
}

function post(parts: ClientParts, path: string, body: string, signal?: AbortSignal): Promise<string> {
	const init = { method: 'POST', body, headers: { 'content-type': 'application/json' } };
	return call(parts, path, signal === undefined ? init : { ...init, signal });
}

async function call(parts: ClientParts, path: string, init: RequestInit): Promise<string> {
	const ends = [init.signal ?? null, parts.stopping ?? null, AbortSignal.timeout(requestTimeoutMs)];
	const signal = AbortSignal.any(ends.filter((end) => end !== null));
	const answer = await fetch(new URL(path, parts.coordinator.url), {
		...init,
		signal,
		redirect: 'error',
	}).catch(() => {
		throw new CoordinatorUnreachable(null);
	});
	if (!answer.ok) {
		await answer.body?.cancel();
		throw new CoordinatorUnreachable(answer.status);
	}
	const text = await readBounded(answer.body, maxAnswerBytes).catch(() => null);
	if (text === null) throw new CoordinatorUnreachable(answer.status);
	return text;
}
