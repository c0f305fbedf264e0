// Gives the consent stage every patient of the current snapshot, those without a consent included.

import { type Database, rowsOf } from '@cordon/shared';
import { sql } from 'drizzle-orm';
import type { PatientConsent } from '../../consent/patient-consent.ts';
import type { ConsentRegister } from '../../ports.ts';

/** Errors  throws `DatabaseFault`; the stage then refuses, since it does not know who has agreed. */
export function createConsentRegister(database: Database): ConsentRegister {
	return {
		all: async () => {
			const rows = await database.read(async (tx) => rowsOf(await tx.execute(everyPatient)));
			return rows.map((row) => ({
				patient: Number(row['ordinal']),
				consents: consentsOf(row['consents']),
			}));
		},
	};
}

const everyPatient = sql`
	select p.ordinal, coalesce(json_agg(c.consent) filter (where c.consent is not null), '[]')::text as consents
	from snapshot s
	join patient p on p.snapshot = s.id
	left join consent c on c.snapshot = p.snapshot and c.ordinal = p.ordinal
	where s.state = 'current'
	group by p.ordinal
	order by p.ordinal`;

/** Written by this program alone (write-batch.ts), in a form that the migration list ties to this version of it. */
function consentsOf(text: unknown): readonly PatientConsent[] {
	if (typeof text !== 'string') throw new Error('consents are read as text');
	return JSON.parse(text) as readonly PatientConsent[];
}
