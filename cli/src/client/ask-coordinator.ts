// Asks one question as a researcher does: a bound token, a signed request, then progress until the signed answer.

import { subjectOfAnswer, verifyAnswer } from '@cordon/coordinator';
import {
	type Clock,
	createDpopProof,
	initCrypto,
	newReceiverKeys,
	newRequestId,
	pause,
	type Random,
	signRequest,
	verifyReceipt,
} from '@cordon/shared';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { obtainToken } from '../issuer/obtain-token.ts';
import { resourceOf } from '../issuer/start-issuer.ts';
import { type Answer, NoAnswer } from './answer.ts';
import { openAnswer } from './open-answer.ts';
import type { Profile } from './profile.ts';
import { whyNoReplay } from './verify-replay.ts';

export interface AskParts {
	readonly profile: Profile;
	readonly clock: Clock;
	readonly random: Random;
	/** Told each new state of the query, as the coordinator words it. */
	readonly progress: (state: unknown) => void;
	/** Told where the answer is a release made before, to another query: nothing was computed or charged for this one. */
	readonly replayed?: () => void;
	/** Gives up waiting for the answer after this time; the query itself goes on. */
	readonly timeoutMs: number;
}

export type { Answer } from './answer.ts';
export { NoAnswer } from './answer.ts';

const retryMs = 500;
const mostSubmissions = 5;
const issuerTimeoutMs = 10_000;
const publicTimeoutMs = 10_000;

/**
 * In a blind network the question carries a fresh key, and the answer is opened here: its secret half is in this
 * process's memory only, and gone with it.
 *
 * Errors  throws `NoAnswer`; a refusal is an answer. An answer whose signature is not the coordinator's of the
 *         manifest is no answer. One to another query is taken only as a replay of this very question.
 */
export async function askCoordinator(question: unknown, parts: AskParts): Promise<Answer> {
	await initCrypto();
	const { profile, clock, random } = parts;
	const token = await tokenFor(parts);
	const receiver = profile.visibility === 'blind' ? newReceiverKeys(random) : null;
	const asked = { question, audience: profile.network, iatMs: clock.nowMs(), jti: newRequestId(random) };
	const own = receiver === null ? {} : { receiverKey: receiver.publicKey };
	const request = await signRequest({ cordon: 1, ...asked, ...own }, profile.key);
	const { status, receipt } = await submit(parts, token, { token, request });
	if (status !== 202) return refusalIn(receipt);
	const id = receipt['id'];
	if (typeof id !== 'string') throw new NoAnswer('the coordinator gave the query no id');
	const answer = await follow(parts, token, id);
	verifyOrThrow(answer, profile);
	if (answer['id'] !== id) {
		const why = await whyNotOurs(parts, answer, { question, askedMs: asked.iatMs });
		if (why !== null) throw new NoAnswer(`the answer is to another query, and no replay for ours: ${why}`);
		parts.replayed?.();
	}
	if (receiver === null) return answer;
	const signedManifest = await published(parts, '/v1/manifest');
	const dictionary = await published(parts, '/v1/dictionary');
	const { identityKey: coordinatorKey } = profile.coordinator;
	return openAnswer(answer, { signedManifest, dictionary, coordinatorKey, request: asked, receiver });
}

/** What the coordinator shows to anybody. */
async function published({ profile }: AskParts, path: string): Promise<unknown> {
	const url = new URL(path, profile.coordinatorUrl).href;
	const init: RequestInit = { redirect: 'error', signal: AbortSignal.timeout(publicTimeoutMs) };
	const response = await fetch(url, init).catch(() => null);
	if (response?.ok !== true)
		throw new NoAnswer(`the coordinator does not show ${path}, which the answer is verified by`);
	return response.json().catch(() => null);
}

/** null: it answers our question all the same. */
async function whyNotOurs(
	parts: AskParts,
	answer: Answer,
	asked: { readonly question: unknown; readonly askedMs: number },
): Promise<string | null> {
	const manifest = await published(parts, '/v1/manifest');
	const dictionary = await published(parts, '/v1/dictionary');
	const coordinatorKey = parts.profile.coordinator.identityKey;
	return whyNoReplay(answer, { ...asked, coordinatorKey, manifest, dictionary });
}

interface Submitted {
	readonly status: number;
	readonly receipt: Answer;
}

/**
 * The same signed request is the same query, however often it is sent: one whose fate is unknown goes again, since
 * hospitals may have been charged for it. Errors: the last attempt's.
 */
async function submit(parts: AskParts, token: string, body: unknown): Promise<Submitted> {
	for (let attempt = 1; ; attempt += 1) {
		const isLast = attempt === mostSubmissions;
		const submitted = await submitOnce(parts, token, body).catch((error: unknown) => {
			if (isLast || !(error instanceof NoAnswer)) throw error;
			return null;
		});
		if (submitted !== null && (isLast || submitted.status < 500)) return submitted;
		await pause(retryMs, AbortSignal.timeout(parts.timeoutMs));
	}
}

async function submitOnce(parts: AskParts, token: string, body: unknown): Promise<Submitted> {
	const response = await send(parts, { method: 'POST', path: '/v1/queries', token, body });
	return { status: response.status, receipt: await readJson(response) };
}

/** What is refused at the door is not signed, and so may be nothing but a refusal. */
function refusalIn(answer: Answer): Answer {
	if (answer['status'] !== 'refused')
		throw new NoAnswer('the coordinator neither took the question nor refused it');
	return answer;
}

/** Signed by the coordinator, and this very answer logged: an answer without both is none. */
function verifyOrThrow(answer: Answer, { coordinator, network }: Profile): void {
	if (!verifyAnswer(answer, coordinator.identityKey)) {
		throw new NoAnswer("the answer is not signed by this network's coordinator");
	}
	const key = { name: `${network}/coordinator`, publicKey: coordinator.logKey };
	const receipt = verifyReceipt(answer['receipt'], key);
	if (!receipt.ok) throw new NoAnswer(`the answer's receipt does not verify: ${receipt.error}`);
	if (receipt.value.leaf.subject !== subjectOfAnswer(answer)) {
		throw new NoAnswer('the receipt is of another answer');
	}
}

async function tokenFor({ profile, clock, random }: AskParts): Promise<string> {
	const { issuer, person, secret, network, key } = profile;
	const request = {
		issuer,
		person,
		credential: { secret },
		resource: resourceOf(network),
		dpopKey: key,
		timeoutMs: issuerTimeoutMs,
	};
	const obtained = await obtainToken(request, { clock, random });
	if (obtained.ok) return obtained.value.token.reveal();
	const why =
		obtained.error === 'issuer-refused'
			? 'gave no token for'
			: 'does not answer (is the network up?); it was asked for a token for';
	throw new NoAnswer(`the issuer ${issuer} ${why} ${person}`);
}

/** Listens to the events, and again after the connection broke: a coordinator may restart while a query runs. */
async function follow(parts: AskParts, token: string, id: string): Promise<Answer> {
	const deadline = AbortSignal.timeout(parts.timeoutMs);
	while (!deadline.aborted) {
		const answer = await listen(parts, token, id, deadline).catch((error: unknown) => {
			if (error instanceof NoAnswer) throw error;
			return null;
		});
		if (answer !== null) return answer;
		await pause(retryMs, deadline);
	}
	throw new NoAnswer(`no answer within ${parts.timeoutMs / 1000} s; the query ${id} may still end`);
}

async function listen(
	parts: AskParts,
	token: string,
	id: string,
	signal: AbortSignal,
): Promise<Answer | null> {
	const response = await send(parts, { method: 'GET', path: `/v1/queries/${id}/events`, token, signal });
	if (response.status >= 500) return null;
	if (!response.ok || response.body === null)
		throw new NoAnswer(`the coordinator knows no query ${id} of ours`);
	const events = response.body
		.pipeThrough(new TextDecoderStream())
		.pipeThrough(new EventSourceParserStream());
	for await (const { event, data } of events) {
		const value: unknown = JSON.parse(data);
		if (event === 'final') return asAnswer(value);
		parts.progress(value);
	}
	return null;
}

interface Outgoing {
	readonly method: 'GET' | 'POST';
	readonly path: string;
	readonly token: string;
	readonly body?: unknown;
	readonly signal?: AbortSignal;
}

async function send(parts: AskParts, { method, path, token, body, signal }: Outgoing): Promise<Response> {
	const { profile, clock, random } = parts;
	const url = new URL(path, profile.coordinatorUrl).href;
	const content = { method, url, token, jti: newRequestId(random), nowMs: clock.nowMs() };
	const headers = {
		authorization: `DPoP ${token}`,
		dpop: await createDpopProof(content, profile.key),
		'content-type': 'application/json',
	};
	const init: RequestInit = { method, headers, redirect: 'error' };
	if (body !== undefined) init.body = JSON.stringify(body);
	if (signal !== undefined) init.signal = signal;
	const response = await fetch(url, init).catch(() => null);
	if (response !== null) return response;
	if (method === 'GET') return new Response(null, { status: 503 });
	throw new NoAnswer(`no coordinator answers at ${profile.coordinatorUrl}: is the network up?`);
}

async function readJson(response: Response): Promise<Answer> {
	const value: unknown = await response.json().catch(() => null);
	return asAnswer(value);
}

function asAnswer(value: unknown): Answer {
	if (typeof value !== 'object' || value === null || Array.isArray(value))
		throw new NoAnswer('not an answer');
	return value as Answer;
}
