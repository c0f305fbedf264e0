// Decides what a ledger that came from a backup must be charged: all that may have been spent since, and no less.

import { type BudgetCaps, epochOf, rhoMicrosOf, rowsOf, type Tx } from '@cordon/shared';
import { sql } from 'drizzle-orm';

/** The caps per hospital over all projects, millionths of epsilon. */
export type LedgerCaps = Pick<BudgetCaps, 'epochMicros' | 'lifeMicros'>;

/** Rows of this kind are no session's; with one, nothing more is spent in its epoch nor in an earlier one. */
export const restoredPrefix = 'restored/';

export interface RestoredCharge {
	readonly epoch: string;
	readonly micros: number;
}

/**
 * In each epoch since the backup at most the cap was spent, so the rest of every one's is charged.
 *
 * Shape   a charge for each calendar month from the store's own epoch to the present one; a store that has none, or
 *         whose months have no budget left, is charged the rest of its life in the present one.
 * Units   millionths of epsilon; `nowMs` milliseconds since 1970-01-01 UTC.
 */
export function decideCharges(
	spent: { readonly lifeMicros: number; readonly byEpoch: ReadonlyMap<string, number> },
	caps: LedgerCaps,
	span: { readonly from: string | null; readonly nowMs: number },
): readonly RestoredCharge[] {
	let left = Math.max(0, caps.lifeMicros - spent.lifeMicros);
	const present = epochOf(span.nowMs).label;
	// A store without a snapshot is older than anything known: it says nothing of how long ago.
	if (span.from === null) return [{ epoch: present, micros: left }];
	const charges: RestoredCharge[] = [];
	for (const epoch of monthsBetween(span.from, present)) {
		const rest = Math.max(0, caps.epochMicros - (spent.byEpoch.get(epoch) ?? 0));
		const micros = Math.min(rest, left);
		left -= micros;
		charges.push({ epoch, micros });
	}
	return charges;
}

/** `from` later than `to` (a clock that was wrong): `from` alone, which fences all before it too. */
function monthsBetween(from: string, to: string): readonly string[] {
	const months = [from];
	const [year = 0, month = 0] = from.split('-').map(Number);
	for (let next = 0; (months.at(-1) ?? to) < to; next += 1)
		months.push(epochOf(Date.UTC(year, month + next, 1)).label);
	return months;
}

/** `name` tells this restoration from every other of this store. */
export async function chargeRestored(
	tx: Tx,
	name: string,
	given: { readonly caps: BudgetCaps; readonly nowMs: number },
): Promise<readonly RestoredCharge[]> {
	const { caps, nowMs } = given;
	const rows = rowsOf(
		await tx.execute(
			sql`select epoch, sum(charged_micros)::text as micros from ledger_entry group by epoch order by epoch`,
		),
	);
	const byEpoch = new Map(rows.map((row) => [String(row['epoch']), Number(row['micros'])]));
	const lifeMicros = [...byEpoch.values()].reduce((sum, micros) => sum + micros, 0);
	const [snapshot] = rowsOf(await tx.execute(sql`select epoch from snapshot where state = 'current'`));
	const from = snapshot === undefined ? null : String(snapshot['epoch']);
	const charges = decideCharges({ lifeMicros, byEpoch }, caps, { from, nowMs });
	for (const { epoch, micros } of charges) {
		const rhoMicros = await rhoOfRest(tx, { epoch, micros }, caps);
		await tx.execute(sql`insert into ledger_entry
			(session, project, person, epoch, mechanism, asked_micros, charged_micros, charged_rho_micros, state, asked_at_ms)
			values (${`${restoredPrefix}${name}/${epoch}`}, '', '', ${epoch}, 'noised', ${micros}::bigint,
				${micros}::bigint, ${rhoMicros}::bigint, 'committed', ${nowMs}::bigint)`);
	}
	return charges;
}

/** However the rest of the epsilon was spent, it was no more rho than in one piece, nor than what was left of its caps. */
async function rhoOfRest(tx: Tx, { epoch, micros }: RestoredCharge, caps: BudgetCaps): Promise<number> {
	const [row] = rowsOf(
		await tx.execute(sql`select coalesce(sum(charged_rho_micros), 0)::text as life,
			coalesce(sum(charged_rho_micros) filter (where epoch = ${epoch}), 0)::text as epoch from ledger_entry`),
	);
	const leftOf = (cap: number | null, spent: unknown): number =>
		cap === null ? Number.POSITIVE_INFINITY : Math.max(0, cap - Number(spent));
	return Math.min(
		rhoMicrosOf(micros),
		leftOf(caps.rhoEpochMicros, row?.['epoch']),
		leftOf(caps.rhoLifeMicros, row?.['life']),
	);
}

/** When a restored store was last accepted; null: never. Milliseconds since 1970-01-01 UTC. */
export async function lastRestoredMs(tx: Tx): Promise<number | null> {
	const [row] = rowsOf(
		await tx.execute(
			sql`select max(asked_at_ms)::text as at from ledger_entry where session like ${`${restoredPrefix}%`}`,
		),
	);
	return typeof row?.['at'] === 'string' ? Number(row['at']) : null;
}
