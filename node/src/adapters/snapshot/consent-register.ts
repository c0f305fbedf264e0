// Gives the consent stage every patient of the current snapshot, those without a consent included.

import { type Database, rowsOf } from '@cordon/shared';
import { sql } from 'drizzle-orm';
import type { PatientConsent } from '../../consent/patient-consent.ts';
import type { ConsentRegister, CurrentWithdrawals, Pseudonym } from '../../ports.ts';

/**
 * `withdrawals` is null where the hospital keeps no list. What it says is added to what the snapshot holds, each time
 * anew: a patient put on the list is out of the next computation, and an ingest need not come first.
 *
 * Errors  throws `DatabaseFault`, and what the list throws; the stage then refuses, since it does not know who has
 *         agreed.
 */
export function createConsentRegister(
	database: Database,
	withdrawals: CurrentWithdrawals | null = null,
): ConsentRegister {
	return {
		all: async () => {
			const rows = await database.read(async (tx) => rowsOf(await tx.execute(everyPatient)));
			const withdrawn = await withdrawals?.patients();
			return rows.map((row) => {
				const consents = consentsOf(row['consents']);
				const isWithdrawn = withdrawn?.has(row['pseudonym'] as Pseudonym) === true;
				return {
					patient: Number(row['ordinal']),
					consents: isWithdrawn && withdrawals ? [...consents, withdrawals.consent] : consents,
				};
			});
		},
	};
}

const everyPatient = sql`
	select p.ordinal, p.pseudonym,
		coalesce(json_agg(c.consent) filter (where c.consent is not null), '[]')::text as consents
	from snapshot s
	join patient p on p.snapshot = s.id
	left join consent c on c.snapshot = p.snapshot and c.ordinal = p.ordinal
	where s.state = 'current'
	group by p.ordinal, p.pseudonym
	order by p.ordinal`;

/** Written by this program alone (write-batch.ts), in a form that the migration list ties to this version of it. */
function consentsOf(text: unknown): readonly PatientConsent[] {
	if (typeof text !== 'string') throw new Error('consents are read as text');
	return JSON.parse(text) as readonly PatientConsent[];
}
