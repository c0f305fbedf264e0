// Opens a blind network's answer on the researcher's machine: verified against what all hospitals signed, then
// unmasked and post-processed as a coordinator that may see sums would have done it.

import {
	type Dictionary,
	dictionaryHash,
	type Manifest,
	type MergedCount,
	manifestHash,
	type NoisedAnswer,
	type NoiseReach,
	networkSensitivity,
	noisedAnswer,
	noiseReach,
	openSealedSum,
	type Plan,
	parseDictionary,
	parseQuestion,
	parseSealedSum,
	parseSignedManifest,
	planUnderPolicy,
	type Question,
	questionTermsOf,
	type ReceiverKeys,
	requestHash,
	type SealedSum,
	type SecaggParameters,
	type SecaggTerms,
	sessionTermsOf,
	verifySignedManifest,
} from '@cordon/shared';
import { fieldOf } from '../report/field-of.ts';
import { type Answer, NoAnswer } from './answer.ts';

/** What the researcher signed. */
export interface AskedRequest {
	readonly question: unknown;
	readonly audience: string;
	readonly iatMs: number;
	readonly jti: string;
}

export interface OpeningParts {
	/** As the coordinator has them; nothing of either is believed that is not signed or named by what is. */
	readonly signedManifest: unknown;
	readonly dictionary: unknown;
	/** From the profile: whose manifest it must be. */
	readonly coordinatorKey: string;
	readonly request: AskedRequest;
	readonly receiver: ReceiverKeys;
}

/** All that the answer has to agree with, derived from what is signed. */
interface Session {
	readonly plan: Plan;
	readonly manifest: Manifest;
	readonly parameters: SecaggParameters;
	readonly terms: SecaggTerms;
}

/**
 * Shape   the answer as of a visible network, `cells` and `margins` in it; `signed` is the coordinator's own, to which
 *         signature and receipt belong. An answer that was not released is given back as it is.
 * Errors  throws `NoAnswer` where manifest, dictionary, request, session or sum are not those of the question.
 */
export function openAnswer(signed: Answer, parts: OpeningParts): Answer {
	if (signed['status'] !== 'released') return signed;
	const sealed = parseSealedSum(signed['sealed']);
	if (!sealed.ok || 'cells' in signed)
		throw new NoAnswer('a blind network answers with a sealed sum, and this is none');
	const session = sessionOf(signed, sealed.value, parts);
	const merged = openSealedSum(sealed.value, session.terms, parts.receiver.secret);
	if (!merged.ok) throw new NoAnswer(`the sealed sum does not open: ${merged.error}`);
	const contributors = sealed.value.adverts.map(({ hospital }) => hospital);
	if (JSON.stringify(fieldOf(signed['hospitals'], 'contributed')) !== JSON.stringify(contributors)) {
		throw new NoAnswer('the answer names other hospitals than those whose masks are on its sum');
	}
	const { sealed: _sealed, signature: _signature, receipt: _receipt, ...rest } = signed;
	return { ...rest, ...readAnswer(session, merged.value, contributors.length), signed };
}

function readAnswer(
	{ plan, manifest, parameters }: Session,
	merged: readonly MergedCount[],
	contributors: number,
): NoisedAnswer & { readonly noise: NoiseReach } {
	const spread = {
		epsilonMicros: plan.epsilonMicros,
		l1Sensitivity: networkSensitivity(plan, manifest.policy),
		hospitals: parameters.noiseHospitals,
		contributors,
	};
	const answer = noisedAnswer(plan, merged, spread);
	// A mask that was not taken off, or is not there, leaves numbers without any meaning.
	if (!answer.ok) throw new NoAnswer('the sum opens to numbers that no hospitals add up to');
	return { ...answer.value, noise: noiseReach(spread) };
}

function sessionOf(answer: Answer, { session }: SealedSum, parts: OpeningParts): Session {
	const manifest = verifiedManifest(parts);
	if (answer['manifest'] !== manifestHash(manifest)) {
		throw new NoAnswer('the network has changed its manifest since the question was asked');
	}
	const { policy } = manifest;
	if (policy.visibility !== 'blind')
		throw new NoAnswer('the manifest is not of a blind network, as the profile says');
	const question = askedQuestion(parts, verifiedDictionary(parts, manifest), policy);
	const hash = hashOf(question.value, parts);
	if (answer['requestHash'] !== hash) throw new NoAnswer('the answer is to another request');
	const { plan } = question;
	const hospitals = manifest.projects.find(({ id }) => id === question.value.project)?.hospitals ?? [];
	const agreed = sessionTermsOf(manifest, { session, hospitals, mechanism: plan.mechanism });
	if (!agreed.ok) throw new NoAnswer("the manifest's project is too small for a session");
	const receiverKey = parts.receiver.publicKey;
	const terms: SecaggTerms = {
		...agreed.value,
		...questionTermsOf({ requestHash: hash, receiverKey, plan, earlier: null }),
	};
	return { plan, manifest, parameters: agreed.value.parameters, terms };
}

function verifiedManifest({ signedManifest, coordinatorKey }: OpeningParts): Manifest {
	const signed = parseSignedManifest(signedManifest);
	const verified = signed.ok ? verifySignedManifest(signed.value, coordinatorKey) : signed;
	if (!verified.ok)
		throw new NoAnswer('the manifest is not signed by all, or not of the coordinator of the profile');
	return verified.value;
}

function verifiedDictionary({ dictionary }: OpeningParts, manifest: Manifest): Dictionary {
	const parsed = parseDictionary(dictionary);
	if (!parsed.ok || dictionaryHash(parsed.value) !== manifest.dictionary) {
		throw new NoAnswer("the dictionary is not the manifest's");
	}
	return parsed.value;
}

function askedQuestion(
	{ request }: OpeningParts,
	dictionary: Dictionary,
	policy: Manifest['policy'],
): { readonly value: Question; readonly plan: Plan } {
	const question = parseQuestion(request.question, dictionary);
	const plan = question.ok ? planUnderPolicy(question.value, dictionary, policy) : question;
	if (!question.ok || !plan.ok) throw new NoAnswer('the network answered a question that it does not take');
	return { value: question.value, plan: plan.value };
}

function hashOf(question: Question, { request, receiver }: OpeningParts): string {
	const { audience, iatMs, jti } = request;
	return requestHash({ question, audience, iatMs, requestId: jti, receiverKey: receiver.publicKey });
}
