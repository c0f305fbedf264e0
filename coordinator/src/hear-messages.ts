// What several messages of hospitals make of a session, one after the other: who is accepted, and one change for all.

import { isClosedTo, leavingOf, noteHeard } from './dispatch/open-session.ts';
import type { Said, Verdict } from './gather-messages.ts';
import { type MergeFacts, type MergeStep, mergeMessage } from './merge/merge-step.ts';
import type { StoredSession, TakenMessage } from './ports.ts';
import type { SessionRecord } from './session.ts';

export interface Heard {
	/** With what the hospitals' standings are now; its merge is as it was, `step` has the new one. */
	readonly record: SessionRecord;
	/** Of all together; null: nothing changes. */
	readonly step: MergeStep | null;
	/** What is taken now, and was not before. */
	readonly taken: readonly TakenMessage[];
	/** Of as many as were heard, in their order. What comes after an outcome is not: it is taken of the ended session. */
	readonly verdicts: readonly Verdict[];
}

/** `facts`: null of a session that has ended, which accepts what it has taken before and nothing else. */
export function hearMessages(
	{ record, taken }: StoredSession,
	said: readonly Said[],
	facts: MergeFacts | null,
	nowMs: number,
): Heard {
	let heard: Heard = { record, step: null, taken: [], verdicts: [] };
	const known = new Map(taken.map((one) => [keyOf(one), one.digest]));
	for (const one of said) {
		if (heard.step !== null && heard.step.outcome !== null) break;
		const before = known.get(keyOf(one));
		const next =
			before !== undefined || facts === null
				? { ...heard, verdicts: [...heard.verdicts, verdictOn(one, before)] }
				: hearNew(heard, one, facts, nowMs);
		if (next.taken.length > heard.taken.length) known.set(keyOf(one), one.digest);
		heard = next;
	}
	return heard;
}

function hearNew(heard: Heard, said: Said, facts: MergeFacts, nowMs: number): Heard {
	const { hospital, message, step: name, digest } = said;
	const refused: Heard = { ...heard, verdicts: [...heard.verdicts, 'conflict'] };
	const state = heard.step?.state ?? heard.record.merge;
	if (state === null || isClosedTo(heard.record, hospital, nowMs)) return refused;
	const record = noteHeard(heard.record, hospital, message);
	const leaving = leavingOf(record, facts.plan.mechanism);
	const step = mergeMessage(state, { hospital, message, leaving }, facts);
	if (!step.ok) return refused;
	return {
		record,
		step: heard.step === null ? step.value : joined(heard.step, step.value),
		taken: [...heard.taken, { hospital, step: name, digest }],
		verdicts: [...heard.verdicts, 'accepted'],
	};
}

function joined(first: MergeStep, second: MergeStep): MergeStep {
	const progress = second.progress ?? first.progress;
	return { ...second, send: [...first.send, ...second.send], progress };
}

/** The same message again has no effect, and another one for its step never has one. */
function verdictOn({ digest }: Said, before: string | undefined): Verdict {
	return before === digest ? 'accepted' : 'conflict';
}

/** No name of a hospital or step has a line break in it. */
function keyOf({ hospital, step }: Pick<TakenMessage, 'hospital' | 'step'>): string {
	return `${hospital}\n${step}`;
}
