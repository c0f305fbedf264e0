// How far a question has come, in the coarse terms a researcher may see.

import type { Participation, ProgressStep, QueryRecord } from '../session.ts';
import type { AppParts } from './app-parts.ts';

export interface Progress {
	readonly step: ProgressStep;
	/** Hospitals heard of, refusals not counted, of all that were asked. */
	readonly answered: number;
	readonly of: number;
	readonly hospitals: readonly {
		readonly hospital: string;
		readonly state: Exclude<Participation['state'], 'left'>;
	}[];
}

export async function progressOf(parts: Pick<AppParts, 'sessions'>, query: QueryRecord): Promise<Progress> {
	const record = await parts.sessions.session(query.session);
	if (record === null) throw new Error('a query without its session');
	const hospitals = record.roster.map((hospital) => {
		const state = record.participation[hospital]?.state ?? 'waiting';
		// Who falls silent while data are read may be slow because of what it reads: not told while the question runs.
		return { hospital, state: state === 'left' ? 'answering' : state };
	});
	const answered = hospitals.filter(({ state }) => state === 'answering').length;
	return { step: record.step, answered, of: hospitals.length, hospitals };
}
