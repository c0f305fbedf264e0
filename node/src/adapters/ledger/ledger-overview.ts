// What a ledger shows the hospital's own people: who spent how much of which cap, by epoch, life, project and person.

import { type BudgetCaps, rowsOf, type Tx } from '@cordon/shared';
import { sql } from 'drizzle-orm';

/** Millionths. `reserved`: of sessions under way; they become spent, or are given back. */
export interface LedgerAmount {
	readonly spentMicros: number;
	readonly reservedMicros: number;
	/** null: no cap of its own; what is left is then the epoch's. */
	readonly capMicros: number | null;
	/** Never under 0, also where a cap was lowered since. */
	readonly leftMicros: number | null;
}

export interface LedgerLine {
	readonly scope: 'epoch' | 'life' | 'project' | 'researcher';
	/** The epoch, the project, or the person as the audit log names them; null for life. */
	readonly name: string | null;
	readonly epsilon: LedgerAmount;
	readonly rho: LedgerAmount;
	/** Millionths of epsilon that were set aside and given back; in nothing else. */
	readonly refundedMicros: number;
}

export interface LedgerOverview {
	readonly epoch: string;
	/** Epoch, life, then projects and people who asked in the epoch, by name. */
	readonly lines: readonly LedgerLine[];
}

interface Charge {
	readonly project: string;
	readonly person: string;
	readonly isOfEpoch: boolean;
	readonly isReserved: boolean;
	readonly micros: number;
	readonly rhoMicros: number;
	readonly refundedMicros: number;
}

export async function overviewOf(
	tx: Tx,
	epoch: string,
	capsOf: (project: string) => BudgetCaps,
): Promise<LedgerOverview> {
	const charges = await chargesIn(tx, epoch);
	const caps = capsOf('');
	const ofEpoch = charges.filter(({ isOfEpoch }) => isOfEpoch);
	// What was charged for a restored backup is nobody's.
	const names = (key: 'project' | 'person'): readonly string[] =>
		[...new Set(ofEpoch.map((charge) => charge[key]))].filter((name) => name !== '').sort();
	return {
		epoch,
		lines: [
			lineOf('epoch', epoch, { charges: ofEpoch, cap: caps.epochMicros, rhoCap: caps.rhoEpochMicros }),
			lineOf('life', null, { charges, cap: caps.lifeMicros, rhoCap: caps.rhoLifeMicros }),
			...names('project').map((project) => {
				const own = ofEpoch.filter((charge) => charge.project === project);
				return lineOf('project', project, { charges: own, cap: capsOf(project).projectMicros, rhoCap: null });
			}),
			...names('person').map((person) => {
				const own = ofEpoch.filter((charge) => charge.person === person);
				return lineOf('researcher', person, { charges: own, cap: caps.researcherMicros, rhoCap: null });
			}),
		],
	};
}

async function chargesIn(tx: Tx, epoch: string): Promise<readonly Charge[]> {
	const rows = rowsOf(
		await tx.execute(sql`select project, person, epoch = ${epoch} as is_of_epoch, state = 'reserved' as is_reserved,
				sum(charged_micros)::text as micros, sum(charged_rho_micros)::text as rho_micros,
				coalesce(sum(asked_micros) filter (where state = 'refunded'), 0)::text as refunded_micros
			from ledger_entry group by 1, 2, 3, 4`),
	);
	return rows.map((row) => ({
		project: String(row['project']),
		person: String(row['person']),
		isOfEpoch: row['is_of_epoch'] === true,
		isReserved: row['is_reserved'] === true,
		micros: Number(row['micros']),
		rhoMicros: Number(row['rho_micros']),
		refundedMicros: Number(row['refunded_micros']),
	}));
}

function lineOf(
	scope: LedgerLine['scope'],
	name: string | null,
	of: { readonly charges: readonly Charge[]; readonly cap: number | null; readonly rhoCap: number | null },
): LedgerLine {
	const amount = (key: 'micros' | 'rhoMicros', capMicros: number | null): LedgerAmount => {
		const sumOf = (isReserved: boolean): number =>
			of.charges.reduce((sum, charge) => (charge.isReserved === isReserved ? sum + charge[key] : sum), 0);
		const [spentMicros, reservedMicros] = [sumOf(false), sumOf(true)];
		const leftMicros = capMicros === null ? null : Math.max(0, capMicros - spentMicros - reservedMicros);
		return { spentMicros, reservedMicros, capMicros, leftMicros };
	};
	const refundedMicros = of.charges.reduce((sum, charge) => sum + charge.refundedMicros, 0);
	return {
		scope,
		name,
		epsilon: amount('micros', of.cap),
		rho: amount('rhoMicros', of.rhoCap),
		refundedMicros,
	};
}
