// The stage that narrows a computation to the patients who agreed to it, for every class of data it reads.

import { type DataClass, err, ok, type Result } from '@cordon/shared';
import type { ConsentRegister, Ordinal } from '../ports.ts';
import { permitsUse } from './permits-use.ts';

export interface ConsentQuestion {
	/** The question's purpose, a DUO shorthand. */
	readonly purpose: string;
	/** Classes of data that the plan reads. */
	readonly dataClasses: readonly DataClass[];
	readonly nowMs: number;
	/** The consortium declared the data open: consent is waived, and every result says so. */
	readonly publicData: boolean;
}

type Registered = Awaited<ReturnType<ConsentRegister['all']>>;

const everyClass: readonly DataClass[] = ['image', 'genome', 'clinical'];

/** The patients, in the register's order, whose consents permit every class. */
export function decideConsenting(registered: Registered, use: ConsentQuestion): readonly Ordinal[] {
	if (use.publicData) return registered.map(({ patient }) => patient);
	// A plan that reads no class still counts patients: consent to nothing must not be consent.
	const classes = use.dataClasses.length === 0 ? everyClass : use.dataClasses;
	const { purpose, nowMs } = use;
	return registered
		.filter(({ consents }) =>
			classes.every((dataClass) => permitsUse(consents, { purpose, dataClass, nowMs })),
		)
		.map(({ patient }) => patient);
}

/**
 * Shape   ordinals of the current snapshot; without publicData only those who permit the purpose, now, for every
 *         class of data.
 * Units   `nowMs` milliseconds since 1970-01-01 UTC.
 * Errors  `consent-unavailable` the register did not answer: nobody is counted.
 */
export async function consentingPatients(
	use: ConsentQuestion,
	register: ConsentRegister,
): Promise<Result<readonly Ordinal[], 'consent-unavailable'>> {
	let registered: Registered;
	try {
		registered = await register.all();
	} catch {
		return err('consent-unavailable');
	}
	return ok(decideConsenting(registered, use));
}
