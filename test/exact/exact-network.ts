// For tests: a whole network that answers exactly. Coordinator, protocol and the hospitals' memory of earlier answers are
// the real ones; the hospitals' patients are lists, so that a test knows every difference.

import {
	type Database,
	encodeSafeCounts,
	migrate,
	openDatabase,
	type Plan,
	parseQuestion,
	planUnderPolicy,
} from '@cordon/shared';
import { sql } from 'drizzle-orm';
import type { FakeMember } from '../../coordinator/src/testing/fake-member.ts';
import { ask, getQuery, type Json, submit } from '../../coordinator/src/testing/researcher.ts';
import {
	foundNetwork,
	type TestCoordinator,
	testCoordinator,
} from '../../coordinator/src/testing/test-coordinator.ts';
import {
	testDictionary,
	testFounding,
	testHospitals,
	testPolicy,
} from '../../coordinator/src/testing/test-policy.ts';
import { createExactHistory } from '../../node/src/adapters/exact-history/exact-history.ts';
import { exactHistoryMigration } from '../../node/src/adapters/exact-history/exact-history-migration.ts';
import { discloseForSum } from '../../node/src/disclose/disclose-counts.ts';
import type { ExactHistory, Placed } from '../../node/src/ports.ts';
import { memoryHistory } from './memory-history.ts';

/** Patients are numbers; number `n` is treated at hospital `n % 4`. */
export interface Asked {
	/** Names the cohort: another number is a question in other words. */
	readonly cohort: number;
	readonly patients: readonly number[];
	/** By sex, where a histogram is asked: 0 female, 1 male, 2 unknown. */
	readonly sexOf?: (patient: number) => number;
	readonly mechanism?: 'exact' | 'noised';
	readonly project?: string;
	/** Another title makes another request of the same question. */
	readonly title?: string;
}

export interface ExactNetwork {
	readonly coordinator: TestCoordinator;
	readonly members: readonly FakeMember[];
	readonly histories: readonly ExactHistory[];
	readonly ask: (asked: Asked) => Promise<Json>;
	/** What the coordinator says to it at once. */
	readonly submit: (asked: Asked) => Promise<Response>;
	/** Hospitals work until nothing waits. */
	readonly work: (asked: Asked) => Promise<void>;
}

interface ExactNetworkOptions {
	readonly projects?: (typeof testFounding)['projects'];
	readonly isDeafToEnds?: true;
	/** A project and mechanism; none by default. */
	readonly preparedSessions?: number;
}

let database: Database | null = null;

/** One hospital remembers in a real database, made once a file and emptied for each network; the others in lists. */
export async function openExactNetwork(options: ExactNetworkOptions = {}): Promise<ExactNetwork> {
	const { projects = testFounding.projects, isDeafToEnds, preparedSessions = 0 } = options;
	const founding = { ...testFounding, projects };
	const coordinator = await testCoordinator({ founding, preparedSessions });
	const members = await foundNetwork(coordinator);
	const histories = await openHistories();
	const work = async (asked: Asked): Promise<void> => {
		for (const [at, member] of members.entries()) hearAs(at, member, { asked, histories, isDeafToEnds });
		for (let round = 0; round < 8; round += 1) {
			for (const [at, member] of members.entries()) await member.work(countsOf(placedAt(at, asked), asked));
		}
	};
	return {
		coordinator,
		members,
		histories,
		work,
		submit: (asked) => submit(coordinator, questionOf(asked)),
		ask: async (asked) => {
			const id = await ask(coordinator, questionOf(asked));
			await work(asked);
			return getQuery(coordinator, id);
		},
	};
}

async function openHistories(): Promise<readonly ExactHistory[]> {
	if (database === null) {
		database = await openDatabase({ kind: 'memory' });
		await migrate(database, [exactHistoryMigration]);
	}
	await database.read((tx) => tx.execute(sql`truncate exact_answer, exact_patient`));
	const [, ...others] = testHospitals;
	return [createExactHistory(database), ...others.map(() => memoryHistory())];
}

interface Hearing {
	readonly asked: Asked;
	readonly histories: readonly ExactHistory[];
	readonly isDeafToEnds: true | undefined;
}

function hearAs(at: number, member: FakeMember, { asked, histories, isDeafToEnds }: Hearing): void {
	const history = histories[at];
	if (history === undefined) throw new Error('a hospital without a memory');
	member.compare = async ({ session, earlier = [], project }) => {
		const epoch = '2026-11';
		const answer = {
			session,
			project,
			epoch,
			roster: testHospitals,
			plan: planOf(asked),
			placed: placedAt(at, asked),
		};
		const counts = await history.keepAndCompare(answer, earlier);
		if (!counts.ok) throw new Error(counts.error);
		return encodeSafeCounts(discloseForSum(answer.plan, counts.value, null)).map(Number);
	};
	if (isDeafToEnds) return;
	member.ended = ({ session, outcome }) => history.settle(session, outcome);
}

function placedAt(hospital: number, { patients, sexOf }: Asked): readonly Placed[] {
	const own = [...new Set(patients)].filter((patient) => patient % testHospitals.length === hospital);
	return own.map((patient) => ({ patient: `p${patient}`, cell: sexOf?.(patient) ?? 0 }));
}

function countsOf(placed: readonly Placed[], { sexOf }: Asked): readonly number[] {
	const cells = sexOf === undefined ? [0] : [0, 1, 2];
	return cells.map((cell) => placed.filter((one) => one.cell === cell).length);
}

function questionOf({ cohort, sexOf, mechanism = 'exact', project = 'glioma', title }: Asked): Json {
	const variant = { assembly: 'GRCh38', contig: '2', position: 1000 + cohort, ref: 'C', alt: 'T' };
	return {
		cordon: 1,
		project,
		purpose: 'HMB',
		cohort: { variant },
		ask: sexOf === undefined ? { count: {} } : { histogram: { of: 'sex' } },
		release: mechanism === 'exact' ? { mechanism } : { mechanism, epsilon: 0.5 },
		...(title === undefined ? {} : { title }),
	};
}

function planOf(asked: Asked): Plan {
	const question = parseQuestion(questionOf(asked), testDictionary);
	if (!question.ok) throw new Error('not a question');
	const plan = planUnderPolicy(question.value, testDictionary, testPolicy);
	if (!plan.ok) throw new Error(plan.error);
	return plan.value;
}
