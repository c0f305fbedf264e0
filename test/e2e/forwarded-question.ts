// A researcher's question as a coordinator that checks nothing would hand it to a node, genuine but for what a test changes.

import { manifestHash, newRequestId, type OpenMessage, type Random, signRequest } from '@cordon/shared';
import { seededRandom } from '../../shared/src/noise/seeded-random.ts';
import { forgeToken, type TokenClaims } from './forged-token.ts';
import { issuer, type JudgedNode, network } from './judged-node.ts';

export interface Changes {
	/** Keys of the question file to put in place of the genuine ones. */
	readonly question?: Readonly<Record<string, unknown>>;
	readonly claims?: Partial<TokenClaims>;
	readonly audience?: string;
	/** How long before now the researcher signed. */
	readonly ageMs?: number;
	readonly requestId?: string;
	/** Of the researcher, as in a blind network. */
	readonly receiverKey?: string;
	readonly message?: Partial<OpenMessage>;
}

const random: Random = seededRandom('forwarded questions');

const question = {
	cordon: 1,
	project: 'glioma',
	purpose: 'HMB',
	cohort: { condition: { code: 'top' } },
	ask: { count: {} },
	release: { mechanism: 'noised', epsilon: 0.5 },
};

/** A new session and a new request id every time. The project in the open is the question's. */
export async function forward(node: JudgedNode, changes: Changes = {}): Promise<OpenMessage> {
	const asked = { ...question, ...changes.question };
	const payload = {
		cordon: 1,
		question: asked,
		audience: changes.audience ?? network,
		iatMs: node.clock.nowMs - (changes.ageMs ?? 1000),
		jti: changes.requestId ?? newRequestId(random),
		...(changes.receiverKey === undefined ? {} : { receiverKey: changes.receiverKey }),
	} as const;
	return {
		kind: 'open',
		session: Buffer.from(random.bytes(32)).toString('hex'),
		manifest: manifestHash(node.parts.manifest),
		project: asked.project,
		signed: {
			token: tokenOf(node, changes.claims),
			request: await signRequest(payload, node.researcher),
		},
		deadlineMs: node.clock.nowMs + 30_000,
		prepared: false,
		...changes.message,
	};
}

/** Given a minute ago, for ten. */
export function tokenOf(node: JudgedNode, change: Partial<TokenClaims> = {}): string {
	const iat = Math.floor(node.clock.nowMs / 1000) - 60;
	const { jkt } = node.researcher;
	const claims = { iss: issuer, sub: 'ada', aud: network, iat, exp: iat + 660, cnf: { jkt } };
	return forgeToken({ ...claims, ...change }, node.issuerKey);
}
