// What hospitals say to the coordinator: enrolment, signatures, polls and messages, each in a signed envelope.

import {
	canonicalJson,
	type EnvelopeExpectation,
	type EnvelopeFault,
	encodeCbor,
	err,
	hashParts,
	messageValue,
	ok,
	openEnvelope,
	type PublicKeyText,
	type Result,
	sealEnvelope,
	type ToNode,
	verifyBytes,
} from '@cordon/shared';
import { type Context, Hono } from 'hono';
import { addSignature, enrol } from '../membership/membership.ts';
import { type AppParts, bodyOf, bytesOf } from './app-parts.ts';
import { awaitMessages } from './await-messages.ts';
import { type Parsed, parseMemberBody, parseToCoordinator } from './outside-input.ts';
import { refuse } from './refusals.ts';

interface FromMember<T> {
	readonly hospital: string;
	readonly body: T;
}

/** How far a hospital's clock may be off (design/PRIVACY.md section 2, rule 7). */
const maxAgeMs = 60_000;
const longestWaitMs = 25_000;

export function memberRoutes(given: AppParts): Hono {
	const parts = { ...given, keys: memberKeys(given) };
	const app = new Hono();
	app.post('/v1/members/enrol', (context) => takeEnrolment(parts, context));
	app.post('/v1/manifest/signatures', async (context) => {
		const given = await fromMember(parts, context, {
			kind: 'manifest-signature',
			parse: parseMemberBody.manifestSignature,
		});
		if (!given.ok) return given.error;
		const { hospital, body } = given.value;
		const added = await addSignature(parts, { hospital, ...body });
		if (!added.ok) return refuse(context, added.error === 'no-draft' ? 'conflict' : 'not-authenticated');
		return context.json({ cordon: 1, state: added.value });
	});
	app.post('/v1/poll', async (context) => {
		const given = await fromMember(parts, context, { kind: 'poll', parse: parseMemberBody.poll });
		if (!given.ok) return given.error;
		const { hospital, body } = given.value;
		const waitMs = Math.min(body.waitMs ?? longestWaitMs, longestWaitMs);
		const waiting = await awaitMessages(
			parts,
			{ hospital, after: body.after, waitMs },
			context.req.raw.signal,
		);
		// Signed when it is delivered: a message that waited for a hospital is fresh when it arrives.
		const messages = waiting.map(({ seq, message }) => ({
			seq,
			envelope: sealFor(parts, hospital, { seq, message }),
		}));
		const answer = new Uint8Array(encodeCbor({ messages }));
		return context.body(answer, 200, { 'content-type': 'application/cbor' });
	});
	app.post('/v1/messages', async (context) => {
		const given = await fromMember(parts, context, { kind: 'session', parse: parseToCoordinator });
		if (!given.ok) return given.error;
		const taken = await parts.pipeline.take(given.value.hospital, given.value.body);
		return taken === 'accepted'
			? context.json({ cordon: 1, status: 'accepted' })
			: refuse(context, 'conflict');
	});
	return app;
}

async function takeEnrolment(parts: AppParts, context: Context): Promise<Response> {
	const body = await bodyOf(context);
	const parsed = body.ok ? parseMemberBody.enrolment(body.value) : body;
	if (!parsed.ok) return refuse(context, 'malformed', parsed.error);
	const { signature, ...enrolment } = parsed.value;
	const signed = hashParts('cordon-enrolment/1', canonicalJson(enrolment));
	if (!verifyBytes(enrolment.identityKey, signed, Buffer.from(signature, 'base64url'))) {
		return refuse(context, 'not-authenticated');
	}
	const enrolled = await enrol(parts, enrolment);
	if (!enrolled.ok) return refuseEnrolment(context, enrolled.error);
	return context.json({ cordon: 1, status: 'enrolled' });
}

function refuseEnrolment(context: Context, fault: 'not-invited' | 'key-in-use' | 'k-under-policy'): Response {
	if (fault !== 'k-under-policy')
		return refuse(context, fault === 'not-invited' ? 'not-permitted' : 'conflict');
	return refuse(context, 'malformed', [{ path: '/k', message: "less than the network's k", nearest: [] }]);
}

interface Expected<T> {
	readonly kind: string;
	readonly parse: (input: unknown) => Parsed<T>;
}

interface MemberKeys {
	readonly of: (hospital: string) => PublicKeyText | null;
	readonly read: () => Promise<void>;
}

/** A member is written once and never changed, so its key is read once a process; who is not among them is looked up. */
function memberKeys({ membership }: Pick<AppParts, 'membership'>): MemberKeys {
	let keys: ReadonlyMap<string, PublicKeyText> = new Map();
	return {
		of: (hospital) => keys.get(hospital) ?? null,
		read: async () => {
			const members = await membership.members();
			keys = new Map(members.map(({ hospital, identityKey }) => [hospital, identityKey]));
		},
	};
}

/** Who speaks is who signed, by the key under which the hospital enrolled. */
async function fromMember<T>(
	parts: AppParts & { readonly keys: MemberKeys },
	context: Context,
	{ kind, parse }: Expected<T>,
): Promise<Result<FromMember<T>, Response>> {
	const envelope = await bytesOf(context);
	const { keys } = parts;
	const expect: EnvelopeExpectation = {
		to: 'coordinator',
		kind,
		keyOf: (from) => keys.of(from),
		nowMs: parts.clock.nowMs(),
		maxAgeMs,
	};
	const known = openEnvelope(envelope, expect);
	const isStranger = !known.ok && known.error === 'unknown-sender';
	if (isStranger) await keys.read();
	const opened = isStranger ? openEnvelope(envelope, expect) : known;
	if (!opened.ok) return err(refuseEnvelope(context, opened.error));
	const content = parse(opened.value.body);
	if (!content.ok) return err(refuse(context, 'malformed', content.error));
	return ok({ hospital: opened.value.from, body: content.value });
}

function refuseEnvelope(context: Context, fault: EnvelopeFault): Response {
	if (fault !== 'malformed') return refuse(context, 'not-authenticated');
	return refuse(context, 'malformed', [{ path: '', message: 'not an envelope', nearest: [] }]);
}

function sealFor(
	parts: AppParts,
	to: string,
	{ seq, message }: { readonly seq: number; readonly message: ToNode },
): Uint8Array {
	const body = messageValue(message);
	const timeMs = parts.clock.nowMs();
	return sealEnvelope(
		{ from: 'coordinator', to, kind: 'session', id: String(seq), timeMs, body },
		parts.identitySeed,
	);
}
