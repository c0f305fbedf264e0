// Decides whether a session may spend privacy budget: what was promised as a cap for an epoch and for life is kept.

import { type BudgetCaps, type Clock, type Database, rhoMicrosOf, rowsOf, type Tx } from '@cordon/shared';
import { type SQL, sql } from 'drizzle-orm';
import type { BudgetOutcome, BudgetRequest, Ledger } from '../../ports.ts';
import { restoredPrefix } from './charge-restored.ts';
import { type LedgerOverview, overviewOf } from './ledger-overview.ts';

export interface NodeLedger extends Ledger {
	/** Sessions that released exactly. After one, epsilon holds only against people who cannot see its result. */
	readonly exactReleases: (epoch: string) => Promise<{ readonly inEpoch: number; readonly ever: number }>;
	/** For the hospital's own people: who spent what. */
	readonly overview: (epoch: string) => Promise<LedgerOverview>;
}

const ledgerLock = 'cordon-ledger';

/**
 * Shape   one row a session, for ever; the first answer to a session is its answer.
 * Units   millionths of epsilon and of rho, whole numbers; an exact session costs 0 and is recorded all the same.
 * Errors  throws `DatabaseFault`, and where a session comes again with another request, or after its refund: its caller
 *         then refuses.
 */
export function createLedger(
	database: Database,
	capsOf: (project: string) => BudgetCaps,
	clock: Clock,
): NodeLedger {
	return {
		reserve: async (request) => {
			requireCost(request);
			const terms = { caps: capsOf(request.project), nowMs: clock.nowMs() };
			for (const cap of Object.values(terms.caps)) if (cap !== null) requireMicros(cap);
			return database.exclusive(ledgerLock, (tx) => reserve(tx, request, terms));
		},
		commit: (session) => database.read((tx) => commit(tx, session)),
		refundUnsent: (session) => database.read((tx) => refund(tx, session, 'reserved')),
		refundAbandoned: (session) => database.read((tx) => refund(tx, session, 'committed')),
		spent: (epoch) => database.read((tx) => spentIn(tx, epoch)),
		exactReleases: (epoch) => database.read((tx) => exactReleasesIn(tx, epoch)),
		overview: (epoch) => database.read((tx) => overviewOf(tx, epoch, capsOf)),
	};
}

interface Terms {
	readonly caps: BudgetCaps;
	readonly nowMs: number;
}

async function reserve(tx: Tx, request: BudgetRequest, terms: Terms): Promise<BudgetOutcome> {
	const before = await answeredBefore(tx, request);
	if (before !== null) return before;
	const { session, project, person, epoch, mechanism, epsilonMicros } = request;
	const rhoMicros = rhoMicrosOf(epsilonMicros);
	// All caps are looked at and the price is taken in one statement: no other can spend in between.
	const [row] = rowsOf(
		await tx.execute(sql`insert into ledger_entry
			(session, project, person, epoch, mechanism, asked_micros, charged_micros, charged_rho_micros, state, asked_at_ms)
			select ${session}::text, ${project}::text, ${person}::text, ${epoch}::text, ${mechanism}::text,
				${epsilonMicros}::bigint,
				case when is_affordable then ${epsilonMicros}::bigint else 0 end,
				case when is_affordable then ${rhoMicros}::bigint else 0 end,
				case when is_affordable then 'reserved' else 'exhausted' end, ${terms.nowMs}::bigint
			from (select ${isAffordable(request, rhoMicros, terms.caps)} as is_affordable from ledger_entry) as decided
			returning state`),
	);
	return row?.['state'] === 'reserved' ? 'reserved' : 'exhausted';
}

/** An exact session has no share in the budget, so nothing of it stops one but a restored store. */
function isAffordable(request: BudgetRequest, rhoMicros: number, caps: BudgetCaps): SQL {
	const { epoch, project, person, mechanism, epsilonMicros } = request;
	const inEpoch = sql`epoch = ${epoch}`;
	const epsilon = (cap: number | null, of: SQL): SQL =>
		fits('charged_micros', of, { cost: epsilonMicros, cap });
	const rho = (cap: number | null, of: SQL): SQL => fits('charged_rho_micros', of, { cost: rhoMicros, cap });
	const all = sql.join(
		[
			epsilon(caps.epochMicros, inEpoch),
			epsilon(caps.lifeMicros, sql`true`),
			epsilon(caps.projectMicros, sql`${inEpoch} and project = ${project}`),
			epsilon(caps.researcherMicros, sql`${inEpoch} and person = ${person}`),
			rho(caps.rhoEpochMicros, inEpoch),
			rho(caps.rhoLifeMicros, sql`true`),
		],
		sql` and `,
	);
	return sql`${isRemembered(epoch)} and (${mechanism} = 'exact' or (${all}))`;
}

function fits(
	column: 'charged_micros' | 'charged_rho_micros',
	of: SQL,
	{ cost, cap }: { readonly cost: number; readonly cap: number | null },
): SQL {
	if (cap === null) return sql`true`;
	const spent = sql`coalesce(sum(${sql.identifier(column)}) filter (where ${of}), 0)`;
	return sql`${spent} + ${cost}::bigint <= ${cap}::bigint`;
}

/** Unless the store came from a backup, and nobody knows any more what was released of this epoch. */
function isRemembered(epoch: string): SQL {
	return sql`count(*) filter (where session like ${`${restoredPrefix}%`} and epoch >= ${epoch}) = 0`;
}

async function answeredBefore(tx: Tx, request: BudgetRequest): Promise<BudgetOutcome | null> {
	const [row] = rowsOf(
		await tx.execute(sql`select state, (project, person, epoch, mechanism, asked_micros) = (${request.project}::text,
			${request.person}::text, ${request.epoch}::text, ${request.mechanism}::text,
			${request.epsilonMicros}::bigint) as same from ledger_entry where session = ${request.session}`),
	);
	if (row === undefined) return null;
	if (row['same'] !== true) throw new Error('a session was used for another request');
	if (row['state'] === 'refunded') throw new Error('a session that was refunded is over');
	return row['state'] === 'exhausted' ? 'exhausted' : 'reserved';
}

/** One statement, and no sum: it needs no lock. */
async function commit(tx: Tx, session: string): Promise<void> {
	const rows = rowsOf(
		await tx.execute(sql`update ledger_entry set state = 'committed'
			where session = ${session} and state in ('reserved', 'committed') returning session`),
	);
	if (rows.length !== 1) throw new Error('a session without a reservation cannot be committed');
}

/** Of a commit and a refund of one row the second sees what the first did, and does nothing or throws. */
async function refund(tx: Tx, session: string, from: 'reserved' | 'committed'): Promise<'refunded' | 'kept'> {
	const rows = rowsOf(
		await tx.execute(sql`update ledger_entry
			set state = 'refunded', charged_micros = 0, charged_rho_micros = 0, charged_delta = 0
			where session = ${session} and state = ${from} returning session`),
	);
	return rows.length === 1 ? 'refunded' : 'kept';
}

async function spentIn(tx: Tx, epoch: string): Promise<{ epochMicros: number; lifeMicros: number }> {
	const [row] = rowsOf(
		await tx.execute(sql`select
			coalesce(sum(charged_micros) filter (where epoch = ${epoch}), 0)::text as epoch_micros,
			coalesce(sum(charged_micros), 0)::text as life_micros from ledger_entry`),
	);
	return {
		epochMicros: requireMicros(row?.['epoch_micros']),
		lifeMicros: requireMicros(row?.['life_micros']),
	};
}

async function exactReleasesIn(tx: Tx, epoch: string): Promise<{ inEpoch: number; ever: number }> {
	const [row] = rowsOf(
		await tx.execute(sql`select count(*) filter (where epoch = ${epoch})::text as in_epoch, count(*)::text as ever
			from ledger_entry where mechanism = 'exact' and state = 'committed'`),
	);
	return { inEpoch: requireMicros(row?.['in_epoch']), ever: requireMicros(row?.['ever']) };
}

/** A noised session that costs nothing would be asked without end; an exact one that costs was priced by mistake. */
function requireCost({ mechanism, epsilonMicros }: BudgetRequest): void {
	requireMicros(epsilonMicros);
	if ((mechanism === 'exact') !== (epsilonMicros === 0))
		throw new Error('the price does not fit the mechanism');
}

function requireMicros(value: unknown): number {
	const micros = Number(value ?? Number.NaN);
	if (!Number.isSafeInteger(micros) || micros < 0) throw new Error('a budget is a safe integer >= 0');
	return micros;
}
