// A researcher who does not give up: sends the same signed request until it is taken or refused, and asks for the
// answer until it is there. What arrives is checked as `cordon query` checks it.

import { subjectOfAnswer, verifyAnswer } from '@cordon/coordinator';
import {
	createDpopProof,
	newRequestId,
	pause,
	signRequest,
	systemClock,
	systemRandom,
	verifyReceipt,
} from '@cordon/shared';
import type { Answer } from '../../cli/src/client/ask-coordinator.ts';
import type { Profile } from '../../cli/src/client/profile.ts';
import { obtainToken } from '../../cli/src/issuer/obtain-token.ts';
import { resourceOf } from '../../cli/src/issuer/start-issuer.ts';

export interface SteadyAnswer {
	readonly id: string | null;
	readonly answer: Answer;
	/** As received, byte for byte; null where the question was refused at the door. */
	readonly text: string | null;
}

export interface SteadyClient {
	/** Errors  rejects once the signal is given, saying what it still waited for. */
	readonly ask: (question: unknown, signal: AbortSignal) => Promise<SteadyAnswer>;
	/** The stored answer once more. */
	readonly fetchAgain: (id: string, signal: AbortSignal) => Promise<string>;
}

const retryMs = 60;
const requestTimeoutMs = 3_000;
const tokenTimeoutMs = 10_000;

/** With a token obtained now, so that what becomes of the issuer later is no matter. */
export async function steadyClient(profile: Profile): Promise<SteadyClient> {
	const token = await obtain(profile);
	return {
		ask: async (question, signal) => {
			const submitted = await submit(profile, token, { question, signal });
			if (submitted.id === null) return submitted;
			const text = await follow(profile, token, { id: submitted.id, signal });
			const answer = JSON.parse(text) as Answer;
			verifyOrThrow(answer, profile, submitted.id);
			return { id: submitted.id, answer, text };
		},
		fetchAgain: (id, signal) => follow(profile, token, { id, signal }),
	};
}

async function obtain({ issuer, person, secret, network, key }: Profile): Promise<string> {
	const obtained = await obtainToken(
		{
			issuer,
			person,
			credential: { secret },
			resource: resourceOf(network),
			dpopKey: key,
			timeoutMs: tokenTimeoutMs,
		},
		{ clock: systemClock, random: systemRandom },
	);
	if (!obtained.ok) throw new Error(`no token: ${obtained.error}`);
	return obtained.value.token.reveal();
}

async function submit(
	profile: Profile,
	token: string,
	{ question, signal }: { readonly question: unknown; readonly signal: AbortSignal },
): Promise<SteadyAnswer> {
	const payload = {
		cordon: 1,
		question,
		audience: profile.network,
		iatMs: systemClock.nowMs(),
		jti: newRequestId(systemRandom),
	} as const;
	const body = JSON.stringify({ token, request: await signRequest(payload, profile.key) });
	while (!signal.aborted) {
		const response = await send(profile, token, { method: 'POST', path: '/v1/queries', body });
		const answer = response === null ? null : readJson(response.text);
		if (response?.status === 202 && typeof answer?.['id'] === 'string')
			return { id: answer['id'], answer, text: null };
		const isRefused = response !== null && response.status >= 400 && response.status < 500;
		if (isRefused && answer?.['status'] === 'refused') return { id: null, answer, text: null };
		await pause(retryMs, signal);
	}
	throw new Error('the question was never taken');
}

async function follow(
	profile: Profile,
	token: string,
	{ id, signal }: { readonly id: string; readonly signal: AbortSignal },
): Promise<string> {
	while (!signal.aborted) {
		const response = await send(profile, token, { method: 'GET', path: `/v1/queries/${id}` });
		const status = response === null ? null : readJson(response.text)?.['status'];
		if (response?.status === 200 && typeof status === 'string' && status !== 'running') return response.text;
		await pause(retryMs, signal);
	}
	throw new Error(`query ${id} never ended`);
}

interface Sent {
	readonly method: 'GET' | 'POST';
	readonly path: string;
	readonly body?: string;
}

/** Null where no whole answer came. */
async function send(
	{ coordinatorUrl, key }: Profile,
	token: string,
	{ method, path, body }: Sent,
): Promise<{ readonly status: number; readonly text: string } | null> {
	const url = new URL(path, coordinatorUrl).href;
	const proof = { method, url, token, jti: newRequestId(systemRandom), nowMs: systemClock.nowMs() };
	const headers = {
		authorization: `DPoP ${token}`,
		dpop: await createDpopProof(proof, key),
		'content-type': 'application/json',
	};
	try {
		const signal = AbortSignal.timeout(requestTimeoutMs);
		const response = await fetch(url, { method, headers, body: body ?? null, signal });
		return { status: response.status, text: await response.text() };
	} catch {
		return null;
	}
}

function verifyOrThrow(answer: Answer, { coordinator, network }: Profile, id: string): void {
	const key = { name: `${network}/coordinator`, publicKey: coordinator.logKey };
	const receipt = verifyReceipt(answer['receipt'], key);
	const isWhole =
		verifyAnswer(answer, coordinator.identityKey) &&
		answer['id'] === id &&
		receipt.ok &&
		receipt.value.leaf.subject === subjectOfAnswer(answer);
	if (!isWhole) throw new Error('an answer that its signature or its receipt does not cover');
}

function readJson(text: string): Answer | null {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === 'object' && value !== null ? (value as Answer) : null;
	} catch {
		return null;
	}
}
