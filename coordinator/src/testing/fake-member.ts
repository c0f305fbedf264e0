// For tests: a hospital that speaks to the coordinator as a node does, with counts that are given instead of counted.

import {
	canonicalJson,
	comparisonLength,
	decodeSafeCounts,
	hashParts,
	type Manifest,
	type Mechanism,
	type MemberState,
	manifestHash,
	openMember,
	parseQuestion,
	policyHash,
	provideInput,
	publicKeyOf,
	type Random,
	receiveAsMember,
	requestHash,
	type SafeCount,
	type SecaggTerms,
	type SigningSeed,
	sealEnvelope,
	sessionParameters,
	signBytes,
	signManifest,
	type ToCoordinator,
	type ToNode,
	toBase64Url,
	type Wire,
} from '@cordon/shared';
import { countingRandom, seedOf } from './seeded.ts';
import { testDictionary, testPolicy } from './test-policy.ts';

export interface MemberSetup {
	readonly hospital: string;
	readonly app: { readonly request: (path: string, init?: RequestInit) => Response | Promise<Response> };
	readonly nowMs: () => number;
	readonly seed: SigningSeed;
	/** The hospital's own k; default that of `testPolicy`. */
	readonly k?: number;
	/** What a signed request asks; the default reads what `namesGate` takes for one. */
	readonly read?: (request: string) => AskedRequest;
}

export interface AskedRequest {
	readonly requestHash: string;
	readonly mechanism: Mechanism;
}

type Opening = Extract<ToNode, { kind: 'open' }>;
type Ending = Extract<ToNode, { kind: 'end' }>;

export interface Polled {
	readonly seq: number;
	readonly text: string;
	readonly message: ToNode;
}

export class FakeMember {
	readonly hospital: string;
	readonly #setup: MemberSetup;
	readonly #random: Random;
	#sent = 0;
	#after = 0;
	#vector: readonly number[] = [];
	/** Its comparisons with earlier exact answers; the default: its patients are in none. */
	compare: (open: Opening, length: number) => Promise<readonly number[]> = async (_open, length) =>
		new Array<number>(length).fill(0);
	/** Told how each session ended. */
	ended: (end: Ending) => Promise<void> = async () => undefined;
	#state: MemberState | null = null;

	constructor(setup: MemberSetup) {
		this.hospital = setup.hospital;
		this.#setup = setup;
		this.#random = countingRandom(setup.hospital);
	}

	get logKey(): string {
		return publicKeyOf(seedOf(`${this.hospital} log`));
	}

	async enrol(secret: string): Promise<Response> {
		const { seed } = this.#setup;
		const { hospital, logKey } = this;
		const enrolment = {
			hospital,
			name: hospital,
			secret,
			identityKey: publicKeyOf(seed),
			logKey,
			k: this.#setup.k ?? testPolicy.k,
		};
		const signed = signBytes(seed, hashParts('cordon-enrolment/1', canonicalJson(enrolment)));
		return this.post('/v1/members/enrol', { ...enrolment, signature: toBase64Url(signed) });
	}

	async signManifest(): Promise<Response> {
		const manifest = await this.manifest();
		const body = { hash: manifestHash(manifest), signature: signManifest(manifest, this.#setup.seed) };
		return this.call('/v1/manifest/signatures', 'manifest-signature', body);
	}

	async manifest(): Promise<Manifest> {
		const answer = await this.#setup.app.request('/v1/manifest');
		return ((await answer.json()) as { readonly manifest: Manifest }).manifest;
	}

	post(path: string, body: unknown): Promise<Response> {
		const headers = { 'content-type': 'application/json' };
		return Promise.resolve(
			this.#setup.app.request(path, { method: 'POST', headers, body: JSON.stringify(body) }),
		);
	}

	call(path: string, kind: string, body: unknown): Promise<Response> {
		const { hospital, seed, nowMs } = this.#setup;
		this.#sent += 1;
		const content = {
			from: hospital,
			to: 'coordinator',
			kind,
			id: String(this.#sent),
			timeMs: nowMs(),
			body: body as Wire,
		};
		return this.post(path, { envelope: sealEnvelope(content, seed) });
	}

	async poll(after: number = this.#after): Promise<readonly Polled[]> {
		const answer = await this.call('/v1/poll', 'poll', { after, waitMs: 0 });
		const { messages } = (await answer.json()) as {
			readonly messages: readonly { seq: number; text: string }[];
		};
		return messages.map(({ seq, text }) => {
			const payload = JSON.parse(Buffer.from(text.split('.')[1] ?? '', 'base64url').toString()) as {
				body: ToNode;
			};
			return { seq, text, message: payload.body };
		});
	}

	async send(message: ToCoordinator): Promise<number> {
		return (await this.call('/v1/messages', 'session', message)).status;
	}

	/** Deals with what waits, as far as `upTo`; true where there was something. */
	async work(counts: readonly number[], upTo: (message: ToNode) => boolean = () => true): Promise<boolean> {
		let worked = false;
		for (const { seq, message } of await this.poll()) {
			if (!upTo(message)) return worked;
			worked = true;
			for (const answer of await this.#answersTo(message, counts)) await this.send(answer);
			this.#after = seq;
		}
		return worked;
	}

	async #answersTo(message: ToNode, counts: readonly number[]): Promise<readonly ToCoordinator[]> {
		if (message.kind === 'end') {
			await this.ended(message);
			return [];
		}
		const { session } = message;
		const manifest = await this.manifest();
		if (message.kind === 'open' && manifest.policy.aggregation === 'plain') {
			return [{ kind: 'plain', session, epoch: '2026-11', k: manifest.policy.k, cells: counts.map(String) }];
		}
		const bodies =
			message.kind === 'open' ? await this.#open(manifest, message, counts) : await this.#hear(message.body);
		return bodies.map((body) => ({ kind: 'secagg', session, body }));
	}

	async #open(manifest: Manifest, message: Opening, counts: readonly number[]): Promise<readonly unknown[]> {
		const { earlier, session, signed } = message;
		const length = earlier === undefined ? 0 : (comparisonLength(counts.length, earlier) ?? 0);
		this.#vector = [...counts, ...(length === 0 ? [] : await this.compare(message, length))];
		const asked = { ...(this.#setup.read ?? readRequest)(signed.request), cells: this.#vector.length };
		const step = openMember(termsOf(manifest, session, asked), this.#self, this.#random);
		this.#state = step.state;
		return step.send === null ? [] : [step.send];
	}

	async #hear(body: unknown): Promise<readonly unknown[]> {
		if (this.#state === null) return [];
		const heard = receiveAsMember(this.#state, body, this.#self, this.#random);
		if (!heard.ok) throw new Error(heard.error);
		let step = heard.value;
		if (step.needsInput) {
			const provided = provideInput(step.state, safe(this.#vector), this.#self);
			if (!provided.ok) throw new Error(provided.error);
			step = provided.value;
		}
		this.#state = step.state;
		return step.send === null ? [] : [step.send];
	}

	get #self(): { readonly hospital: string; readonly signingSeed: SigningSeed; readonly epoch: string } {
		return { hospital: this.hospital, signingSeed: this.#setup.seed, epoch: '2026-11' };
	}
}

function termsOf(
	manifest: Manifest,
	session: string,
	asked: AskedRequest & { readonly cells: number },
): SecaggTerms {
	const { requestHash: hash, mechanism, cells } = asked;
	const parameters = sessionParameters(manifest.members.length, manifest.policy, mechanism);
	if (!parameters.ok) throw new Error(parameters.error);
	return {
		session,
		manifestHash: manifestHash(manifest),
		policyHash: policyHash(manifest.policy),
		roster: manifest.members.map(({ hospital, identityKey }) => ({ hospital, identityKey })),
		parameters: parameters.value,
		requestHash: hash,
		cells,
	};
}

function readRequest(request: string): AskedRequest {
	const question = parseQuestion(JSON.parse(request), testDictionary);
	if (!question.ok) throw new Error('not a question');
	const facts = { audience: 'test-network', iatMs: 1, requestId: request, receiverKey: null };
	const { mechanism } = question.value.release;
	return { requestHash: requestHash({ question: question.value, ...facts }), mechanism };
}

function safe(counts: readonly number[]): readonly SafeCount[] {
	const decoded = decodeSafeCounts(counts.map(String), counts.length);
	if (!decoded.ok) throw new Error(decoded.error);
	return decoded.value.flatMap((cell) => cell ?? []);
}
