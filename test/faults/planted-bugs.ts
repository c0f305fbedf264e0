// Bugs that the harness must find, one or more for each promise: what teeth.test.ts plants into a daemon. Each is a
// line that stands in the code once and what somebody might have written there instead.

import type { PlannedFault } from './schedule.ts';
import type { Invariant } from './violation.ts';

export interface PlantedBug {
	readonly name: string;
	/** What it breaks. */
	readonly invariant: Invariant;
	/** Whose daemon has it. */
	readonly party: string;
	readonly file: string;
	readonly right: string;
	readonly wrong: string;
	/** What brings it out. */
	readonly fault: PlannedFault;
	/** Millionths of epsilon of the question; 0 is exact. */
	readonly epsilonMicros: number;
}

const duplicate: PlannedFault = {
	fault: { kind: 'message', how: 'duplicate' },
	at: { line: 'hospitals', moment: 9 },
	lasts: { moments: 1, atMostMs: 100 },
};
const restartCoordinator: PlannedFault = {
	fault: { kind: 'restart', party: 'coordinator' },
	at: { line: 'hospitals', moment: 30 },
	lasts: { moments: 1, atMostMs: 100 },
};
const longGone: PlannedFault = {
	fault: { kind: 'kill', party: 'south' },
	at: { line: 'hospitals', moment: 30 },
	lasts: { moments: 1000, atMostMs: 600_000 },
};

/** The last one damages a log for good. */
export const plantedBugs: readonly PlantedBug[] = [
	{
		name: 'a coordinator that never looks for passed deadlines',
		invariant: 'ended',
		party: 'coordinator',
		file: '/coordinator/src/pipeline.ts',
		right: 'sweep: async () => {',
		wrong: 'sweep: async () => { return;',
		fault: longGone,
		epsilonMicros: 0,
	},
	{
		name: 'a ledger that charges a session twice',
		invariant: 'once',
		party: 'north',
		file: '/node/src/adapters/ledger/ledger.ts',
		right: 'if (before !== null) return before;',
		wrong: `if (before !== null) return before;
			const again = request.session.slice(1);
			if (again.length > 62) await reserve(tx, { ...request, session: again }, terms);`,
		fault: duplicate,
		epsilonMicros: 1_000_001,
	},
	{
		name: 'a node that draws its noise anew and answers again',
		invariant: 'once',
		party: 'east',
		file: '/node/src/pipeline.ts',
		right: "return sessionChange({ ...record, said: 'masked' }, masked.value, input);",
		wrong: `const drawn = await countSafely(parts, record);
			const again = provideInput(state, { question: questionOf(record), ...drawn.value }, self);
			const first = sessionChange(record, masked.value, input);
			return { ...first, outgoing: [...first.outgoing, ...sessionChange(record, again.value).outgoing] };`,
		fault: duplicate,
		epsilonMicros: 1_000_002,
	},
	{
		name: 'a node that leaves patients out',
		invariant: 'right',
		party: 'west',
		file: '/node/src/pipeline.ts',
		right: 'countPatientsOf(plan, patients.value, parts.index)',
		wrong: 'countPatientsOf(plan, patients.value.slice(60), parts.index)',
		fault: duplicate,
		// Asked exactly it would be answered by the release of the same question before.
		epsilonMicros: 5_000_006,
	},
	{
		name: 'a coordinator that names one contributor too few',
		invariant: 'right',
		party: 'coordinator',
		file: '/coordinator/src/merge/secure-merge.ts',
		right: 'contributors: outcome.contributors,',
		wrong: 'contributors: outcome.contributors.slice(1),',
		fault: duplicate,
		epsilonMicros: 1_000_003,
	},
	{
		name: 'a node that hears nothing any more once it could not reach the coordinator',
		invariant: 'next',
		party: 'north',
		file: '/node/src/converse.ts',
		right: 'await parts.pause(retryInMs, signal);',
		wrong: 'await new Promise(() => undefined);',
		fault: restartCoordinator,
		epsilonMicros: 1_000_007,
	},
	{
		name: 'a log that drops the entry of an answer',
		invariant: 'logs',
		party: 'south',
		file: '/shared/src/audit/create-audit-log.ts',
		right: 'append: (entry) => inTurn(() => append(entry)),',
		wrong:
			"append: (entry) => entry.decision === 'answered' ? Promise.resolve(0) : inTurn(() => append(entry)),",
		fault: duplicate,
		epsilonMicros: 1_000_004,
	},
	{
		name: 'a log whose tree is of other entries',
		invariant: 'logs',
		party: 'coordinator',
		file: '/shared/src/audit/create-audit-log.ts',
		right: "leafHash(Buffer.from(row.leaf, 'utf8'))",
		wrong: "leafHash(Buffer.from(row.leaf.toUpperCase(), 'utf8'))",
		fault: duplicate,
		epsilonMicros: 1_000_005,
	},
];
