// Asks as `cordon query` does, through the same client, and notes when each of its exchanges went out and came back.

import { systemClock, systemRandom } from '@cordon/shared';
import { askCoordinator } from '../../cli/src/client/ask-coordinator.ts';
import type { Profile } from '../../cli/src/client/profile.ts';
import type { SeenByClient } from './split-stages.ts';

export interface TimedAsk extends SeenByClient {
	/** From the wish to ask until the question could be submitted: the issuer's exchanges. */
	readonly tokenMs: number;
	readonly submitBytes: number;
	readonly answerBytes: number;
	/** Of the client, with coordinator and issuer. */
	readonly exchanges: number;
}

interface Call {
	readonly url: string;
	readonly method: string;
	readonly sentMs: number;
	readonly bytes: number;
	headMs: number;
}

const timeoutMs = 120_000;

/** Errors  throws where the question is not answered with a release: there is nothing to measure then. */
export async function timedAsk(question: unknown, profile: Profile): Promise<TimedAsk> {
	const tap = tapFetch();
	const beganMs = Date.now();
	try {
		const answer = await askCoordinator(question, {
			profile,
			clock: systemClock,
			random: systemRandom,
			progress: () => undefined,
			timeoutMs,
		});
		const answeredMs = Date.now();
		if (answer['status'] !== 'released') throw new Error(`not released: ${JSON.stringify(answer)}`);
		const submitted = tap.calls.find(({ method, url }) => method === 'POST' && url.endsWith('/v1/queries'));
		if (submitted === undefined) throw new Error('the client did not submit');
		return {
			query: String(answer['id']),
			submittedMs: submitted.sentMs,
			acceptedMs: submitted.headMs,
			answeredMs,
			tokenMs: submitted.sentMs - beganMs,
			submitBytes: submitted.bytes,
			answerBytes: JSON.stringify(answer).length,
			exchanges: tap.calls.filter(({ url }) => !isOfNodes(url)).length,
		};
	} finally {
		tap.close();
	}
}

/** What a recording line in this process relays is no exchange of the client. */
function isOfNodes(url: string): boolean {
	return /\/v1\/(?:poll|messages)$/.test(url);
}

function tapFetch(): { readonly calls: readonly Call[]; readonly close: () => void } {
	const plain = globalThis.fetch;
	const calls: Call[] = [];
	globalThis.fetch = async (input, init) => {
		const { method = 'GET', body } = init ?? {};
		const bytes = typeof body === 'string' ? body.length : 0;
		const call: Call = { url: String(input), method, sentMs: Date.now(), bytes, headMs: 0 };
		calls.push(call);
		const response = await plain(input, init);
		call.headMs = Date.now();
		return response;
	};
	return {
		calls,
		close: () => {
			globalThis.fetch = plain;
		},
	};
}
