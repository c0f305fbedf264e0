// How a session ends for the researcher: released, withheld or refused, as the body of the answer.

import {
	canonicalJson,
	type NetworkPolicy,
	type Plan,
	type PublicCode,
	type PublishedTable,
	type Wire,
} from '@cordon/shared';
import type { LinearSolver } from '../linear-solver.ts';
import type {
	AnswerBody,
	Ending,
	MergedAnswer,
	QueryRecord,
	SealedAnswer,
	SessionRecord,
} from '../session.ts';
import { collusionClaim } from './collusion-claim.ts';
import { failedBody, releasedBody, sealedBody } from './compose-answer.ts';
import { decideRelease, type Withheld } from './decide-release.ts';
import type { ComparedAnswer } from './limit-subtraction.ts';
import { sealRelease } from './seal-release.ts';

const withheldCodes: Readonly<Record<Withheld, PublicCode>> = {
	'too-few-hospitals': 'too-few-hospitals',
	'implausible-sum': 'unavailable',
	'too-many-cells': 'malformed',
	'took-too-long': 'took-too-long',
	subtraction: 'subtraction',
};

export interface ReleaseFacts {
	readonly query: QueryRecord;
	readonly plan: Plan;
	readonly policy: NetworkPolicy;
	readonly solver: LinearSolver;
	/** Earlier exact answers whose comparisons follow the plan's cells; null where none do. */
	readonly compared: readonly ComparedAnswer[] | null;
	/** Noised: whether a hospital of the roster has ever released exactly. */
	readonly exactBefore: boolean;
}

export async function endMerged(
	facts: ReleaseFacts,
	record: SessionRecord,
	answer: MergedAnswer,
): Promise<Ending> {
	const { query, plan, policy, solver, compared, exactBefore } = facts;
	const size = plan.cells.length;
	const merged = compared === null ? answer.merged : answer.merged.slice(0, size);
	const comparisons = compared === null ? null : { earlier: compared, numbers: answer.merged.slice(size) };
	const input = { ...answer, merged, comparisons, plan, policy, exactBefore };
	const released = await decideRelease(input, solver);
	if (!released.ok) return { ...endWithheld(query, record, released.error), ...inputsOf(answer) };
	const shown = shownOf({ plan, policy }, record, answer, released.value);
	return { ...endReleased(shown.contributors, releasedBody(query, record, shown)), ...inputsOf(answer) };
}

/** The same in a blind network: the sum is under the researcher's masks, and goes into the answer as it is. */
export function endSealed(
	{ query, plan, policy, exactBefore }: Omit<ReleaseFacts, 'solver' | 'compared'>,
	record: SessionRecord,
	answer: SealedAnswer,
): Ending {
	const released = sealRelease({ ...answer, plan, policy, exactBefore });
	if (!released.ok) return { ...endWithheld(query, record, released.error), ...inputsOf(answer) };
	const shown = shownOf({ plan, policy }, record, answer, released.value);
	return { ...endReleased(shown.contributors, sealedBody(query, record, shown)), ...inputsOf(answer) };
}

/** Kept also where nothing is released: a hospital that lied may be the reason. */
function inputsOf({ inputs }: Pick<MergedAnswer, 'inputs'>): Pick<Ending, 'inputs'> {
	return inputs === undefined ? {} : { inputs };
}

interface Shown<R> {
	readonly released: R;
	readonly contributors: readonly string[];
	readonly epochs: Readonly<Record<string, string>>;
	readonly variables: readonly Wire[];
}

/** What a release says in either network, opened or sealed. */
function shownOf<R extends { readonly claims: readonly string[] }>(
	{ plan, policy }: Pick<ReleaseFacts, 'plan' | 'policy'>,
	{ roster }: SessionRecord,
	{ contributors, epochs }: Pick<MergedAnswer, 'contributors' | 'epochs'>,
	released: R,
): Shown<R> {
	// Parsed again, so that what is signed is plain JSON and nothing else.
	const variables = JSON.parse(canonicalJson(plan.variables)) as readonly Wire[];
	const shares = { hospitals: roster.length, contributors: contributors.length };
	const claims = [...released.claims, ...collusionClaim(plan, policy, shares)];
	return { released: { ...released, claims }, contributors, epochs, variables };
}

function endReleased(contributors: readonly string[], body: AnswerBody): Ending {
	return { status: 'released', code: null, fault: null, contributors, body };
}

export function endFailed(
	query: QueryRecord,
	record: SessionRecord,
	failure: { readonly status: 'withheld' | 'refused'; readonly code: PublicCode },
): Ending {
	return { ...failure, fault: null, contributors: [], body: failedBody(query, record, failure) };
}

/** The researcher is not told that a hospital's numbers are impossible: which one it was, nobody can know of a sum. */
function endWithheld(query: QueryRecord, record: SessionRecord, reason: Withheld): Ending {
	const ending = endFailed(query, record, { status: 'withheld', code: withheldCodes[reason] });
	return { ...ending, fault: reason === 'implausible-sum' ? reason : null };
}

/** What later answers are compared with; null where nothing was released. Errors: throws on an answer without cells. */
export function releasedIn(
	{ status, body }: Ending,
	{ variables }: Pick<Plan, 'variables'>,
): Pick<PublishedTable, 'shown' | 'hiddenSums'> | null {
	if (status !== 'released') return null;
	const { cells, hiddenSums } = body;
	if (!Array.isArray(cells) || !Array.isArray(hiddenSums)) throw new Error('a released answer without cells');
	return {
		shown: cells.map((cell: Wire) => isShownCell(cell)),
		hiddenSums: hiddenSums.map((sum: Wire) => {
			const [variable, name] = Array.isArray(sum) ? sum : [];
			const category = variables[Number(variable)]?.categories.indexOf(String(name)) ?? -1;
			if (category < 0) throw new Error('a released answer with a sum that there is not');
			return { variable: Number(variable), category };
		}),
	};
}

function isShownCell(cell: Wire): boolean {
	return typeof cell === 'object' && cell !== null && 'value' in cell && cell['value'] !== null;
}
