// A node's only way out: signed envelopes over HTTPS to the coordinator. A hospital opens no inbound port.

import {
	type CborValue,
	type Clock,
	decodeCbor,
	type Envelope,
	envelopeType,
	messageValue,
	openEnvelope,
	type PublicKeyText,
	type SigningSeed,
	sealEnvelope,
	type ToNode,
	toBase64Url,
} from '@cordon/shared';
import { z } from 'zod';
import type { CoordinatorClient, InboundMessage, SendOutcome } from '../../ports.ts';
import type { OutgoingMessage } from '../../session.ts';
import { exchangeOverHttp, type HttpExchange, type HttpRequest } from './http-exchange.ts';

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
	/** Absent: over HTTP. */
	readonly exchange?: HttpExchange;
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

/** The coordinator wants no more of this session, as it says of each that a message comes too late for. */
const lateStatuses: ReadonlySet<number> = new Set([409, 410]);
/** The coordinator understood and will never take it: malformed, unknown session, too large. */
const finalStatuses: ReadonlySet<number> = new Set([400, 404, 413, 422]);

const pollAnswer = z.strictObject({
	messages: z.array(z.strictObject({ seq: z.int().nonnegative(), envelope: z.instanceof(Uint8Array) })),
});

export function createCoordinatorClient(parts: ClientParts): CoordinatorClient {
	return {
		poll: (after, waitMs, signal) => poll(parts, { after, waitMs }, signal),
		send: (outgoing) => send(parts, outgoing),
		manifest: () => readJson(parts, '/v1/manifest'),
		dictionary: () => readJson(parts, '/v1/dictionary'),
		signManifest: async (hash, signature) => {
			await post(
				parts,
				'/v1/manifest/signatures',
				envelope(parts, 'manifest-signature', hash, { hash, signature }),
			);
		},
	};
}

async function send(parts: ClientParts, { id, message }: OutgoingMessage): Promise<SendOutcome> {
	const body = envelope(parts, 'session', id, messageValue(message));
	try {
		await post(parts, '/v1/messages', body);
		return 'accepted';
	} catch (error) {
		if (!(error instanceof CoordinatorUnreachable) || error.status === null) throw error;
		if (lateStatuses.has(error.status)) return 'late';
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
	const decoded = decodeCbor(answer);
	const parsed = pollAnswer.safeParse(decoded.ok ? decoded.value : null);
	if (!parsed.success) throw new CoordinatorUnreachable(null);
	return parsed.data.messages.flatMap(({ seq, envelope: sealed }) => {
		const opened = openEnvelope(sealed, {
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

const hex64 = z.string().regex(/^[0-9a-f]{64}$/);
const asked = {
	session: hex64,
	manifest: hex64,
	project: z.string().max(64),
	signed: z.strictObject({ token: z.string().max(16_384), request: z.string().max(262_144) }),
	deadlineMs: z.int().nonnegative(),
};
/** More than one message's comparisons have room for. */
const earlierReleases = z
	.array(z.strictObject({ session: hex64, cells: z.int().min(1).max(4096) }))
	.max(32_768);

/** Of a session of secure aggregation. */
const mostMembers = 100;

const toNode: z.ZodType<ToNode> = z.discriminatedUnion('kind', [
	z.strictObject({
		kind: z.literal('open'),
		...asked,
		prepared: z.boolean(),
		earlier: earlierReleases.exactOptional(),
	}),
	z.strictObject({ kind: z.literal('replay'), ...asked, released: hex64 }),
	z.strictObject({
		kind: z.literal('prepare'),
		session: hex64,
		manifest: hex64,
		project: z.string().max(64),
		mechanism: z.enum(['noised', 'exact']),
		expiresMs: z.int().nonnegative(),
	}),
	z.strictObject({
		kind: z.literal('secagg'),
		session: hex64,
		body: z.instanceof(Uint8Array).transform(toBase64Url),
	}),
	z.strictObject({
		kind: z.literal('end'),
		session: hex64,
		outcome: z.enum(['released', 'aborted']),
	}),
	z.strictObject({
		kind: z.literal('abandoned'),
		session: hex64,
		promises: z
			.array(z.strictObject({ hospital: z.string().max(64), signature: z.string().max(86) }))
			.max(mostMembers),
	}),
]);

function readMessage(content: Envelope): ToNode | null {
	const parsed = toNode.safeParse(content.body);
	return parsed.success ? parsed.data : null;
}

function envelope(parts: ClientParts, kind: string, id: string, body: CborValue): Uint8Array {
	const content = { from: parts.hospital, to: 'coordinator', kind, id, timeMs: parts.clock.nowMs(), body };
	return sealEnvelope(content, parts.seed);
}

function post(parts: ClientParts, path: string, body: Uint8Array, signal?: AbortSignal): Promise<Uint8Array> {
	return call(parts, path, {
		method: 'POST',
		contentType: envelopeType,
		body,
		...(signal === undefined ? {} : { signal }),
	});
}

async function readJson(parts: ClientParts, path: string): Promise<unknown> {
	const bytes = await call(parts, path, { method: 'GET' });
	return JSON.parse(Buffer.from(bytes).toString('utf8')) as unknown;
}

type Call = Pick<HttpRequest, 'method' | 'contentType' | 'body'> & { readonly signal?: AbortSignal };

async function call(parts: ClientParts, path: string, { signal, ...asked }: Call): Promise<Uint8Array> {
	const { exchange = exchangeOverHttp, stopping, coordinator } = parts;
	const signals = [signal, stopping].filter((end) => end !== undefined);
	const answer = await exchange(new URL(path, coordinator.url), {
		...asked,
		signals,
		timeoutMs: requestTimeoutMs,
		maxAnswerBytes,
	}).catch(() => {
		throw new CoordinatorUnreachable(null);
	});
	const { status, body } = answer;
	// What is said is for the address in the configuration, and for no other that it names.
	if (body === null) throw new CoordinatorUnreachable(status >= 300 && status < 400 ? null : status);
	return body;
}
