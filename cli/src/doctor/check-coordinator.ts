// Looks from a node towards its coordinator and its issuers: reachable, who they should be, and clocks that agree.

import { fieldOf } from '../report/field-of.ts';
import { type Finding, right, wrong } from './finding.ts';

const timeoutMs = 5_000;
/** Messages die at 60 s; half of that is no room for the way. */
const mostSkewMs = 30_000;

export interface PinnedCoordinator {
	readonly url: string;
	readonly identityKey: string;
	readonly logKey: string;
}

export async function checkCoordinator(
	pinned: PinnedCoordinator,
	nowMs: () => number,
): Promise<readonly Finding[]> {
	const answer = await fetch(new URL('/v1/info', pinned.url), {
		signal: AbortSignal.timeout(timeoutMs),
		redirect: 'error',
	}).catch(() => null);
	if (answer === null || !answer.ok) {
		const what = answer === null ? 'gives no answer' : `answers with HTTP ${answer.status}`;
		const mend = 'check address, name resolution, firewall (outbound HTTPS), and its certificate';
		return [wrong('coordinator', `${pinned.url} ${what}`, mend)];
	}
	const date = answer.headers.get('date');
	const info: unknown = await answer.json().catch(() => null);
	const keys = [fieldOf(info, 'coordinatorIdentityKey'), fieldOf(info, 'coordinatorLogKey')];
	const isPinned = keys[0] === pinned.identityKey && keys[1] === pinned.logKey;
	return [
		isPinned
			? right('coordinator', `${pinned.url} answers with the pinned keys`)
			: wrong(
					'coordinator',
					'answers with other keys than the pinned ones',
					'trust nothing: call its operator',
				),
		checkClock(date === null ? Number.NaN : Date.parse(date), nowMs()),
	];
}

/** The header is cut to the second. */
export function checkClock(theirsMs: number, oursMs: number): Finding {
	if (Number.isNaN(theirsMs)) return wrong('clock', 'the coordinator names no time', 'call its operator');
	const offMs = Math.abs(oursMs - theirsMs);
	const text = `${Math.round(offMs / 1000)} s off the coordinator's`;
	if (offMs <= mostSkewMs) return right('clock', text);
	return wrong('clock', text, 'set both by NTP: messages older than 60 s are refused');
}

export async function checkIssuer({
	issuer,
	jwksUri,
}: {
	issuer: string;
	jwksUri: string;
}): Promise<Finding> {
	const answer = await fetch(jwksUri, { signal: AbortSignal.timeout(timeoutMs), redirect: 'error' }).catch(
		() => null,
	);
	const keys = answer?.ok === true ? fieldOf(await answer.json().catch(() => null), 'keys') : null;
	if (Array.isArray(keys) && keys.length > 0) return right('issuer', `${issuer}: ${keys.length} keys`);
	const mend = `let this machine reach ${jwksUri}: until then every question of its people is refused`;
	return wrong('issuer', `${issuer} shows no keys`, mend);
}
