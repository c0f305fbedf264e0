// Decides whether a session may spend privacy budget: what was promised as a cap for an epoch and for life is kept.

import { type Clock, type Database, rowsOf, type Tx } from '@cordon/shared';
import { sql } from 'drizzle-orm';
import type { BudgetOutcome, BudgetRequest, Ledger } from '../../ports.ts';
import { type LedgerCaps, restoredPrefix } from './charge-restored.ts';

export interface NodeLedger extends Ledger {
	/** Sessions that released exactly. After one, epsilon holds only against people who cannot see its result. */
	readonly exactReleases: (epoch: string) => Promise<{ readonly inEpoch: number; readonly ever: number }>;
}

const ledgerLock = 'cordon-ledger';

/**
 * Shape   one row a session, for ever; the first answer to a session is its answer.
 * Units   millionths of epsilon, whole numbers; an exact session costs 0 and is recorded all the same.
 * Errors  throws `DatabaseFault`, and where a session comes again with another request: its caller then refuses.
 */
export function createLedger(database: Database, caps: LedgerCaps, clock: Clock): NodeLedger {
	requireMicros(caps.epochMicros);
	requireMicros(caps.lifeMicros);
	return {
		reserve: async (request) => {
			requireCost(request);
			return database.exclusive(ledgerLock, (tx) => reserve(tx, request, { caps, nowMs: clock.nowMs() }));
		},
		commit: (session) => database.read((tx) => commit(tx, session)),
		spent: (epoch) => database.read((tx) => spentIn(tx, epoch)),
		exactReleases: (epoch) => database.read((tx) => exactReleasesIn(tx, epoch)),
	};
}

interface Terms {
	readonly caps: LedgerCaps;
	readonly nowMs: number;
}

async function reserve(tx: Tx, request: BudgetRequest, terms: Terms): Promise<BudgetOutcome> {
	const before = await answeredBefore(tx, request);
	if (before !== null) return before;
	const outcome = (await isAffordable(tx, request, terms.caps)) ? 'reserved' : 'exhausted';
	await tx.execute(sql`insert into ledger_entry
		(session, project, person, epoch, mechanism, asked_micros, charged_micros, state, asked_at_ms)
		values (${request.session}, ${request.project}, ${request.person}, ${request.epoch}, ${request.mechanism},
			${request.epsilonMicros}::bigint, ${outcome === 'reserved' ? request.epsilonMicros : 0}::bigint,
			${outcome}, ${terms.nowMs}::bigint)`);
	return outcome;
}

async function answeredBefore(tx: Tx, request: BudgetRequest): Promise<BudgetOutcome | null> {
	const [row] = rowsOf(
		await tx.execute(sql`select state, (project, person, epoch, mechanism, asked_micros) = (${request.project}::text,
			${request.person}::text, ${request.epoch}::text, ${request.mechanism}::text,
			${request.epsilonMicros}::bigint) as same from ledger_entry where session = ${request.session}`),
	);
	if (row === undefined) return null;
	if (row['same'] !== true) throw new Error('a session was used for another request');
	return row['state'] === 'exhausted' ? 'exhausted' : 'reserved';
}

/** An exact session has no share in the budget, so nothing of it stops one but a restored store. */
async function isAffordable(tx: Tx, request: BudgetRequest, caps: LedgerCaps): Promise<boolean> {
	if (await isForgotten(tx, request.epoch)) return false;
	if (request.mechanism === 'exact') return true;
	const { epochMicros, lifeMicros } = await spentIn(tx, request.epoch);
	return (
		epochMicros + request.epsilonMicros <= caps.epochMicros &&
		lifeMicros + request.epsilonMicros <= caps.lifeMicros
	);
}

/** The store came from a backup, and nobody knows any more what was released of this epoch. */
async function isForgotten(tx: Tx, epoch: string): Promise<boolean> {
	const found = await tx.execute(
		sql`select 1 from ledger_entry where session like ${`${restoredPrefix}%`} and epoch >= ${epoch} limit 1`,
	);
	return rowsOf(found).length > 0;
}

/** One statement, and no sum: it needs no lock. */
async function commit(tx: Tx, session: string): Promise<void> {
	const rows = rowsOf(
		await tx.execute(sql`update ledger_entry set state = 'committed'
			where session = ${session} and state in ('reserved', 'committed') returning session`),
	);
	if (rows.length !== 1) throw new Error('a session without a reservation cannot be committed');
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
