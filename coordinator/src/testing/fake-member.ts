// For tests: a hospital that speaks to the coordinator as a node does, with counts that are given instead of counted.

import {
	type CborValue,
	canonicalJson,
	countPatients,
	decodeCbor,
	decodeSafeCounts,
	envelopeType,
	hashParts,
	hearAsMember,
	type Manifest,
	type Mechanism,
	type MemberState,
	type MemberStep,
	manifestHash,
	messageValue,
	openMember,
	packForCollector,
	parseQuestion,
	policyHash,
	provideInput,
	publicKeyOf,
	type QuestionTerms,
	type Random,
	readUnverified,
	requestHash,
	type SafeCount,
	type SessionTerms,
	type SigningSeed,
	sealEnvelope,
	sessionParameters,
	signBytes,
	signManifest,
	type ToCoordinator,
	type ToNode,
	toBase64Url,
	vectorLength,
} from '@cordon/shared';
import { readNamedRequest } from './named-request.ts';
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
	/** In a blind network. */
	readonly receiverKey?: string;
}

type Opening = Extract<ToNode, { kind: 'open' }>;
type Ending = Extract<ToNode, { kind: 'end' }>;

export interface Polled {
	readonly seq: number;
	readonly envelope: Uint8Array;
	readonly message: ToNode;
}

export class FakeMember {
	readonly hospital: string;
	readonly #setup: MemberSetup;
	readonly #random: Random;
	#sent = 0;
	#after = 0;
	readonly #states = new Map<string, MemberState>();
	readonly #questions = new Map<string, QuestionTerms>();
	readonly #vectors = new Map<string, readonly number[]>();
	/** Its comparisons with earlier exact answers; the default: its patients are in none. */
	compare: (open: Opening, length: number) => Promise<readonly number[]> = async (_open, length) =>
		new Array<number>(length).fill(0);
	/** Told how each session ended. */
	ended: (end: Ending) => Promise<void> = async () => undefined;

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

	postBytes(path: string, bytes: Uint8Array): Promise<Response> {
		const init = { method: 'POST', headers: { 'content-type': envelopeType }, body: new Uint8Array(bytes) };
		return Promise.resolve(this.#setup.app.request(path, init));
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
			body: body as CborValue,
		};
		return this.postBytes(path, sealEnvelope(content, seed));
	}

	async poll(after: number = this.#after): Promise<readonly Polled[]> {
		const answer = await this.call('/v1/poll', 'poll', { after, waitMs: 0 });
		const { messages } = decoded(new Uint8Array(await answer.arrayBuffer())) as {
			readonly messages: readonly { readonly seq: number; readonly envelope: Uint8Array }[];
		};
		return messages.map(({ seq, envelope }) => {
			const content = readUnverified(envelope)?.body as ToNode;
			const isPacked = content.kind === 'secagg';
			const message = isPacked
				? { ...content, body: toBase64Url(content.body as unknown as Uint8Array) }
				: content;
			return { seq, envelope, message };
		});
	}

	async send(message: ToCoordinator): Promise<number> {
		return (await this.call('/v1/messages', 'session', messageValue(message))).status;
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
		if (message.kind === 'abandoned') return [];
		if (message.kind === 'replay') return [{ kind: 'permit', session }];
		const manifest = await this.manifest();
		if (message.kind === 'open' && manifest.policy.aggregation === 'plain') {
			return [{ kind: 'plain', session, epoch: '2026-11', k: manifest.policy.k, cells: counts.map(String) }];
		}
		const step = await this.#stepOf(manifest, message, counts);
		if (step === null) return [];
		return packed(step).map((body) => ({ kind: 'secagg', session, body }));
	}

	async #stepOf(
		manifest: Manifest,
		message: Exclude<ToNode, { kind: 'end' | 'replay' | 'abandoned' }>,
		counts: readonly number[],
	): Promise<MemberStep | null> {
		const { session } = message;
		if (message.kind === 'prepare') return this.#begin(manifest, session, message.mechanism);
		if (message.kind === 'open') {
			const asked = (this.#setup.read ?? readRequest)(message.signed.request);
			const length = vectorLength(counts.length, message.earlier ?? null);
			const compared = length - counts.length;
			const vector = compared === 0 ? counts : [...counts, ...(await this.compare(message, compared))];
			this.#vectors.set(session, vector);
			this.#questions.set(session, { ...asked, cells: length, valueBits: 64 });
			const state = this.#states.get(session);
			if (message.prepared && state !== undefined) return this.#answer(session, state);
			return this.#begin(manifest, session, asked.mechanism);
		}
		const state = this.#states.get(session);
		if (state === undefined) return null;
		const heard = hearAsMember(state, message.body, this.#self, this.#random);
		if (!heard.ok) throw new Error(heard.error);
		if (heard.value.needsInput && this.#questions.has(session))
			return this.#answer(session, heard.value.state);
		this.#states.set(session, heard.value.state);
		return heard.value;
	}

	#begin(manifest: Manifest, session: string, mechanism: Mechanism): MemberStep {
		const step = openMember(termsOf(manifest, session, mechanism), this.#self, this.#random);
		this.#states.set(session, step.state);
		return step;
	}

	#answer(session: string, state: MemberState): MemberStep {
		const question = this.#questions.get(session);
		const vector = this.#vectors.get(session);
		if (question === undefined || vector === undefined) throw new Error('nothing is asked');
		const provided = provideInput(
			state,
			{ question, cells: safe(vector), counts: vector.map((n) => countPatients(Math.abs(n))) },
			this.#self,
		);
		if (!provided.ok) throw new Error(provided.error);
		this.#states.set(session, provided.value.state);
		return provided.value;
	}

	get #self(): { readonly hospital: string; readonly signingSeed: SigningSeed; readonly epoch: string } {
		return { hospital: this.hospital, signingSeed: this.#setup.seed, epoch: '2026-11' };
	}
}

function termsOf(manifest: Manifest, session: string, mechanism: Mechanism): SessionTerms {
	const parameters = sessionParameters(manifest.members.length, manifest.policy, mechanism);
	if (!parameters.ok) throw new Error(parameters.error);
	return {
		session,
		manifestHash: manifestHash(manifest),
		policyHash: policyHash(manifest.policy),
		roster: manifest.members.map(({ hospital, identityKey }) => ({ hospital, identityKey })),
		parameters: parameters.value,
	};
}

function packed({ state, send }: MemberStep): readonly string[] {
	return send === null ? [] : [packForCollector(send, state.terms)];
}

function decoded(bytes: Uint8Array): unknown {
	const value = decodeCbor(bytes);
	if (!value.ok) throw new Error('the coordinator answers no CBOR');
	return value.value;
}

function readRequest(request: string): AskedRequest {
	const { receiverKey, ...named } = readNamedRequest(request);
	const question = parseQuestion(named.question, testDictionary);
	if (!question.ok) throw new Error('not a question');
	const facts = { audience: 'test-network', iatMs: 1, requestId: request, receiverKey };
	const { mechanism } = question.value.release;
	const blind = receiverKey === null ? {} : { receiverKey };
	return { requestHash: requestHash({ question: question.value, ...facts }), mechanism, ...blind };
}

function safe(counts: readonly number[]): readonly SafeCount[] {
	const decoded = decodeSafeCounts(counts.map(String), counts.length);
	if (!decoded.ok) throw new Error(decoded.error);
	return decoded.value.flatMap((cell) => cell ?? []);
}
