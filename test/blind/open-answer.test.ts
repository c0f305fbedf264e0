// What the researcher's program takes for an answer of a blind network, and what it opens it to.

import {
	dictionaryHash,
	initCrypto,
	type Manifest,
	manifestHash,
	newReceiverKeys,
	openCollector,
	openMember,
	parseQuestion,
	policyHash,
	requestHash,
	type SecaggTerms,
	sessionParameters,
} from '@cordon/shared';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Answer, NoAnswer } from '../../cli/src/client/answer.ts';
import { type OpeningParts, openAnswer } from '../../cli/src/client/open-answer.ts';
import { sampleDictionary } from '../../shared/src/dictionary/sample-dictionary.ts';
import { seededRandom } from '../../shared/src/noise/seeded-random.ts';
import { type Hospital, runSession, type Session } from '../../shared/src/secagg/in-memory-session.ts';
import {
	sampleManifest,
	samplePolicy,
	seedOf,
	signedByAll,
} from '../../shared/src/testing/sample-manifest.ts';

const receiver = newReceiverKeys(seededRandom('who asks'));
const request = {
	question: {
		cordon: 1,
		project: 'glioma',
		purpose: 'HMB',
		cohort: { condition: { code: 'C71' } },
		ask: { histogram: { of: 'age' } },
		release: { mechanism: 'noised', epsilon: 1 },
	},
	audience: 'atlas',
	iatMs: 1_795_435_200_000,
	jti: '0'.repeat(32),
};
const inputs: Readonly<Record<string, readonly bigint[]>> = {
	east: [40n, 12n, -9n],
	north: [7n, 30n, 2n],
	south: [55n, -3n, 1n],
};

let manifest: Manifest;
let parts: OpeningParts;
let answer: Answer;

beforeAll(async () => {
	await initCrypto();
	manifest = sampleManifest({
		dictionary: dictionaryHash(sampleDictionary),
		policy: { ...samplePolicy, visibility: 'blind', mechanisms: ['noised'] },
	});
	parts = {
		signedManifest: signedByAll(manifest),
		dictionary: sampleDictionary,
		coordinatorKey: manifest.coordinator.identityKey,
		request,
		receiver,
	};
	answer = sealedAnswer();
});

function hashOf(receiverKey: string): string {
	const question = parseQuestion(request.question, sampleDictionary);
	if (!question.ok) throw new Error(JSON.stringify(question.error));
	const { audience, iatMs, jti } = request;
	return requestHash({ question: question.value, audience, iatMs, requestId: jti, receiverKey });
}

function termsOf(): SecaggTerms {
	const parameters = sessionParameters(3, manifest.policy, 'noised');
	if (!parameters.ok) throw new Error(parameters.error);
	return {
		session: 'ab'.repeat(32),
		manifestHash: manifestHash(manifest),
		policyHash: policyHash(manifest.policy),
		roster: manifest.members.map(({ hospital, identityKey }) => ({ hospital, identityKey })),
		parameters: parameters.value,
		requestHash: hashOf(receiver.publicKey),
		cells: 3,
		valueBits: 64,
		receiverKey: receiver.publicKey,
	};
}

/** Of a session that the manifest's hospitals ran; signature and receipt are another function's to verify. */
function sealedAnswer(): Answer {
	const terms = termsOf();
	const hospitals = new Map<string, Hospital>();
	const session: Session = {
		terms,
		hospitals,
		parcels: [],
		faults: [],
		outcomes: [],
		collector: openCollector(terms),
	};
	for (const { hospital } of terms.roster) {
		const self = { hospital, signingSeed: seedOf(hospital), epoch: '2026-11' };
		const random = seededRandom(hospital);
		const { state, send } = openMember(terms, self, random);
		hospitals.set(hospital, { self, input: inputs[hospital] ?? [], random, isAsked: true, state });
		if (send !== null) session.parcels.push({ from: hospital, to: null, body: send });
	}
	runSession(session);
	const [outcome] = session.outcomes;
	if (outcome?.kind !== 'sealed') throw new Error('the session did not end');
	return {
		cordon: 1,
		status: 'released',
		manifest: terms.manifestHash,
		requestHash: terms.requestHash,
		visibility: 'blind',
		hospitals: { contributed: outcome.contributors, absent: [] },
		sealed: outcome.sealed,
		receipt: {},
		signature: 'S',
	};
}

function opened(changed: Answer = answer, given: Partial<OpeningParts> = {}): unknown {
	try {
		return openAnswer(changed, { ...parts, ...given });
	} catch (error) {
		if (!(error instanceof NoAnswer)) throw error;
		return error.message;
	}
}

describe('openAnswer', () => {
	it('gives cells and margins of the sum, and the signed answer as it came', () => {
		const read = openAnswer(answer, parts);
		expect(read).toMatchObject({
			status: 'released',
			cells: [
				{ raw: 102, value: 99 },
				{ raw: 39, value: 36 },
				{ raw: -6, value: 0 },
			],
			margins: [{ key: [null], raw: 135, value: 135 }],
			noise: { hospitals: 2, contributors: 3 },
			signed: answer,
		});
		for (const notSigned of ['sealed', 'signature', 'receipt']) expect(read).not.toHaveProperty(notSigned);
	});

	it('gives what was not released as it came', () => {
		const refused = { cordon: 1, status: 'withheld', code: 'too-few-hospitals' };
		expect(openAnswer(refused, parts)).toBe(refused);
	});

	it('takes no numbers that the coordinator offers instead of a sealed sum, or beside one', () => {
		const { sealed: _sealed, ...plain } = answer;
		const none = 'a blind network answers with a sealed sum, and this is none';
		expect(opened({ ...plain, cells: [{ key: [], value: 3 }] })).toBe(none);
		expect(opened({ ...answer, cells: [] })).toBe(none);
		expect(opened(plain)).toBe(none);
	});

	it('believes no manifest but that of the profile, signed by all, blind, and the one that was asked under', () => {
		const { signatures } = signedByAll(manifest);
		const { east: _east, ...others } = signatures;
		const notSigned = 'the manifest is not signed by all, or not of the coordinator of the profile';
		expect(opened(answer, { signedManifest: { manifest, signatures: others } })).toBe(notSigned);
		expect(opened(answer, { signedManifest: null })).toBe(notSigned);
		expect(opened(answer, { coordinatorKey: manifest.members[0]?.identityKey ?? '' })).toBe(notSigned);
		const visible: Manifest = { ...manifest, policy: { ...manifest.policy, visibility: 'visible' } };
		const signedManifest = signedByAll(visible);
		expect(opened(answer, { signedManifest })).toBe(
			'the network has changed its manifest since the question was asked',
		);
		expect(opened({ ...answer, manifest: manifestHash(visible) }, { signedManifest })).toBe(
			'the manifest is not of a blind network, as the profile says',
		);
	});

	it("believes no dictionary but the manifest's, which names the cells", () => {
		const [first, ...rest] = sampleDictionary.elements;
		const renamed = { ...sampleDictionary, elements: [{ ...first, title: 'something else' }, ...rest] };
		expect(opened(answer, { dictionary: renamed })).toBe("the dictionary is not the manifest's");
	});

	it('takes no answer to another request, be it of the same question under another key', () => {
		const other = 'the answer is to another request';
		expect(opened({ ...answer, requestHash: 'f'.repeat(64) })).toBe(other);
		expect(opened(answer, { request: { ...request, jti: '1'.repeat(32) } })).toBe(other);
		expect(opened(answer, { receiver: newReceiverKeys(seededRandom('another key')) })).toBe(other);
	});

	it('takes no other contributors than those whose masks are on the sum', () => {
		expect(opened({ ...answer, hospitals: { contributed: ['east', 'north'] } })).toContain('other hospitals');
	});

	it('takes no sum that its masks do not fit, nor mask keys that no hospital signed', () => {
		const sealed = Object(answer['sealed']);
		const otherSid = { ...sealed, sid: Buffer.alloc(32, 5).toString('base64url') };
		expect(opened({ ...answer, sealed: otherSid })).toBe(
			'the sum opens to numbers that no hospitals add up to',
		);
		const [first, ...rest] = sealed.adverts;
		const forged = { ...sealed, adverts: [{ ...first, maskKey: receiver.publicKey }, ...rest] };
		expect(opened({ ...answer, sealed: forged })).toBe('the sealed sum does not open: bad-signature');
	});
});
