// For tests: a coordinator on a database in memory, with a clock that is moved by hand and a gate that takes names.

import {
	type AuditEntry,
	type Database,
	initCrypto,
	migrate,
	ok,
	openDatabase,
	publicKeyOf,
} from '@cordon/shared';
import { sql } from 'drizzle-orm';
import type { Hono } from 'hono';
import { coordinatorMigrations } from '../adapters/coordinator-migrations.ts';
import { abandonmentMigration, sqlAbandonments } from '../adapters/sql-abandonments.ts';
import { exactSessionsMigration, sqlExactSessions } from '../adapters/sql-exact-sessions.ts';
import { sqlMembershipStore } from '../adapters/sql-membership-store.ts';
import { preparedMigration, sqlPreparedStore } from '../adapters/sql-prepared-store.ts';
import { sqlSessionStore } from '../adapters/sql-session-store.ts';
import { memoryWakeUps } from '../adapters/wake-ups.ts';
import type { AppParts } from '../http/app-parts.ts';
import { createApp } from '../http/create-app.ts';
import type { Founding } from '../membership/founding.ts';
import { issueInvitation } from '../membership/invitation.ts';
import { createPipeline } from '../pipeline.ts';
import type { CoordinatorAudit, ResearcherGate, Timer } from '../ports.ts';
import { FakeMember } from './fake-member.ts';
import { readNamedRequest } from './named-request.ts';
import { countingRandom, seedOf } from './seeded.ts';
import { testDictionary, testFounding, testPolicy } from './test-policy.ts';
import { testSolver } from './test-solver.ts';

export interface ManualTime {
	readonly nowMs: () => number;
	readonly timer: Timer;
	/** Moves the clock and runs what falls due. */
	readonly advance: (ms: number) => void;
	/** How many are waiting for a time to come. */
	readonly waiting: () => number;
}

export interface TestCoordinator {
	readonly app: Hono;
	readonly parts: AppParts;
	readonly database: Database;
	readonly entries: readonly AuditEntry[];
	readonly logged: readonly string[];
	readonly time: ManualTime;
	readonly stop: () => void;
}

export const startMs: number = Date.UTC(2026, 10, 23, 9, 30);

export function manualTime(): ManualTime {
	let nowMs = startMs;
	let due: { readonly atMs: number; readonly work: () => void }[] = [];
	return {
		nowMs: () => nowMs,
		timer: {
			after: (delayMs, work) => {
				const entry = { atMs: nowMs + delayMs, work };
				due.push(entry);
				return () => {
					due = due.filter((other) => other !== entry);
				};
			},
		},
		waiting: () => due.length,
		advance: (ms) => {
			nowMs += ms;
			const ready = due.filter((entry) => entry.atMs <= nowMs);
			due = due.filter((entry) => entry.atMs > nowMs);
			for (const { work } of ready) work();
		},
	};
}

/** `Authorization: DPoP NAME` is that person; the request is the question itself, as JSON. */
const namesGate: ResearcherGate = {
	authenticate: async ({ authorization }) => {
		const token = authorization?.replace('DPoP ', '') ?? '';
		return token === '' || token === 'stranger'
			? { ok: false, error: token === '' ? 'token-invalid' : 'token-expired' }
			: ok({ person: token, token });
	},
	verifyRequest: async ({ token, request }) =>
		request === 'altered'
			? { ok: false, error: 'request-altered' }
			: ok({
					person: token,
					requestId: request,
					audience: 'test-network',
					iatMs: 1,
					...readNamedRequest(request),
				}),
};

function memoryAudit(entries: AuditEntry[]): CoordinatorAudit {
	return {
		append: async (entry) => {
			const known = entries.findIndex(({ key }) => key === entry.key);
			return known >= 0 ? known : entries.push(entry) - 1;
		},
		proof: async (index) => ({ index }),
	};
}

let shared: Database | null = null;

/** One database a test file, emptied for each test: opening one takes longer than all of a test's queries. */
async function emptyDatabase(): Promise<Database> {
	shared ??= await openDatabase({ kind: 'memory' });
	await shared.read(async (tx) => {
		await tx.execute(sql`drop schema public cascade`);
		await tx.execute(sql`create schema public`);
	});
	return shared;
}

export async function testCoordinator(
	options: {
		readonly founding?: Founding;
		readonly database?: Database;
		/** Default: none, so that nothing is said but what the test makes somebody say. */
		readonly preparedSessions?: number;
	} = {},
): Promise<TestCoordinator> {
	await initCrypto();
	const database = options.database ?? (await emptyDatabase());
	await migrate(database, [
		...coordinatorMigrations,
		preparedMigration,
		exactSessionsMigration,
		abandonmentMigration,
	]);
	const entries: AuditEntry[] = [];
	const logged: string[] = [];
	const time = manualTime();
	const stopping = new AbortController();
	const core = {
		sessions: sqlSessionStore(database),
		exact: sqlExactSessions(database),
		abandonments: sqlAbandonments(database),
		prepared: { store: sqlPreparedStore(database), target: options.preparedSessions ?? 0 },
		membership: sqlMembershipStore(database),
		audit: memoryAudit(entries),
		gate: namesGate,
		wakeUps: memoryWakeUps(),
		clock: time,
		random: countingRandom('coordinator'),
		identitySeed: seedOf('coordinator'),
		dictionary: testDictionary,
		solver: testSolver,
		log: {
			info: (event: string, ids: object) => void logged.push(`${event} ${JSON.stringify(ids)}`),
			fault: (event: string, ids: object) => void logged.push(`${event} ${JSON.stringify(ids)}`),
		},
	};
	await core.membership.found(options.founding ?? testFounding);
	const parts: AppParts = {
		...core,
		pipeline: createPipeline(core),
		timer: time.timer,
		publicUrl: 'http://127.0.0.1:8440',
		logKey: publicKeyOf(seedOf('coordinator log')),
		network: 'test-network',
		stopping: stopping.signal,
	};
	return { app: createApp(parts), parts, database, entries, logged, time, stop: () => stopping.abort() };
}

/** Invites, enrols and signs for every hospital of the founding document; `ownK` raises the k of some. */
export async function foundNetwork(
	coordinator: TestCoordinator,
	ownK: Readonly<Record<string, number>> = {},
): Promise<readonly FakeMember[]> {
	const { app, parts, time } = coordinator;
	const founding = await parts.membership.founding();
	const members: FakeMember[] = [];
	for (const hospital of founding?.hospitals ?? []) {
		const { secret, stored } = issueInvitation(hospital, parts.random, parts.clock);
		await parts.membership.invite(stored);
		const member = new FakeMember({
			hospital,
			app,
			nowMs: time.nowMs,
			seed: seedOf(hospital),
			k: ownK[hospital] ?? founding?.policy.k ?? testPolicy.k,
		});
		await member.enrol(secret);
		members.push(member);
	}
	for (const member of members) await member.signManifest();
	return members;
}
