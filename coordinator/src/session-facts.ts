// What is fixed for a session from its beginning, read from what was signed and stored: once a process, as it never changes.

import {
	type NetworkPolicy,
	type Plan,
	planUnderPolicy,
	queryHash,
	type Random,
	type SecaggParameters,
	toHex,
} from '@cordon/shared';
import { minimumOf, parametersOf } from './merge/open-merge.ts';
import type { CoordinatorParts, ExactSession, StoredManifest } from './ports.ts';
import type { QueryRecord, SessionRecord } from './session.ts';
import type { Submission } from './submit/submit.ts';

export interface SessionFacts {
	readonly query: QueryRecord;
	readonly policy: NetworkPolicy;
	readonly plan: Plan;
	/** null in a plain network. */
	readonly parameters: SecaggParameters | null;
	readonly hospitalK: Readonly<Record<string, number>>;
	/** m: fewer contributors release nothing. */
	readonly minimum: number;
	/** Earlier exact answers whose comparisons follow the plan's cells; null where none do. */
	readonly compared: readonly ExactSession[] | null;
}

export type FactsParts = Pick<CoordinatorParts, 'sessions' | 'membership' | 'dictionary' | 'exact'>;

/** As many sessions as may well run at once; one that was forgotten is read again. */
const mostRemembered = 64;

/** Each hospital's each round needs the facts again; a process reads them once a session. Errors  those of `factsOf`. */
export function rememberedFacts(parts: FactsParts): (record: SessionRecord) => Promise<SessionFacts> {
	const remembered = new Map<string, SessionFacts>();
	return async (record) => {
		// It may yet be computed, as an exact session with a list.
		if (record.merge?.kind === 'replay') return factsOf(parts, record);
		const known = remembered.get(record.session);
		if (known !== undefined) return known;
		const facts = await factsOf(parts, record);
		const [oldest] = remembered.keys();
		if (remembered.size >= mostRemembered && oldest !== undefined) remembered.delete(oldest);
		remembered.set(record.session, facts);
		return facts;
	};
}

/** Errors  throws where the store contradicts itself: a session without its query, manifest or plan. */
export async function factsOf(parts: FactsParts, record: SessionRecord): Promise<SessionFacts> {
	const query = await parts.sessions.query(record.query);
	const stored = await parts.membership.manifest(record.manifest);
	if (query === null || stored === null) throw new Error('a session without its query or manifest');
	const { manifest } = stored;
	const plan = planUnderPolicy(query.question, parts.dictionary, manifest.policy);
	if (!plan.ok) throw new Error('a session whose question has no plan');
	const parameters = parametersOf(manifest, record.roster, plan.value);
	return {
		query,
		compared: await comparedIn(parts, record, parameters),
		policy: manifest.policy,
		plan: plan.value,
		parameters,
		hospitalK: Object.fromEntries(manifest.members.map(({ hospital, k }) => [hospital, k])),
		minimum: minimumOf(parameters, record.roster, plan.value),
	};
}

/** Hospitals of a plain network judge for themselves, and send no comparisons. */
async function comparedIn(
	{ exact }: FactsParts,
	record: SessionRecord,
	parameters: SecaggParameters | null,
): Promise<readonly ExactSession[] | null> {
	if (record.exact !== true || parameters === null) return null;
	const compared = await exact.comparedWith(record.session);
	if (compared === null) throw new Error('an exact session that was not recorded');
	return compared;
}

export function newQuery(random: Random, manifest: StoredManifest, submission: Submission): QueryRecord {
	const { person, requestDigest, requestHash, question } = submission;
	return {
		id: toHex(random.bytes(16)),
		session: toHex(random.bytes(32)),
		person,
		requestDigest,
		requestHash,
		queryHash: queryHash(question.query),
		manifest: manifest.hash,
		question,
		answer: null,
	};
}
