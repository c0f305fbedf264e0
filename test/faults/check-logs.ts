// Whether the logs of a schedule's sessions agree: within each party, and between the hospitals and the coordinator.

import { type OpenedEntry, ofSession } from '../e2e/opened-log.ts';
import { hospitals } from './made-hospitals.ts';
import type { ReadLogs } from './read-logs.ts';
import type { Violation } from './violation.ts';

/** One session as all logs tell it. */
export interface LoggedSession {
	readonly session: string;
	/** How the coordinator ended it, as often as it says so. */
	readonly endings: readonly OpenedEntry[];
	/** Decisions of each hospital, in order. */
	readonly decisions: Readonly<Record<string, readonly string[]>>;
}

/** Four members, of whom one may collude. */
const minimumContributors = 3;

/** Every session that the coordinator dispatched and that is not among those `seen`. */
export function sessionsIn({ entries }: ReadLogs, seen: ReadonlySet<string>): readonly LoggedSession[] {
	const coordinator = entries.get('coordinator') ?? [];
	const dispatched = coordinator.filter(({ stage }) => stage === 'dispatch');
	const sessions = [...new Set(dispatched.map(({ body }) => String(body['session'])))];
	return sessions
		.filter((session) => !seen.has(session))
		.map((session) => ({
			session,
			endings: ofSession(coordinator, session).filter(({ stage }) => stage === 'release'),
			decisions: Object.fromEntries(
				hospitals.map((hospital) => [hospital, decisionsOf(entries.get(hospital) ?? [], session)]),
			),
		}));
}

function decisionsOf(entries: readonly OpenedEntry[], session: string): readonly string[] {
	return ofSession(entries, session).map(({ decision }) => decision);
}

/**
 * The coordinator logs a dispatch before it stores it: killed in between, it has told nobody, and asks again with a
 * new session. Such an entry has no end, and none of a hospital beside it.
 */
export function wasNeverStored({ endings, decisions }: LoggedSession): boolean {
	return endings.length === 0 && Object.values(decisions).every((entries) => entries.length === 0);
}

export function checkSession(session: LoggedSession): readonly Violation[] {
	const { endings, decisions } = session;
	const name = session.session.slice(0, 8);
	const found = Object.entries(decisions).flatMap(([hospital, entries]) =>
		checkHospital(entries).map((fault) => ({ ...fault, what: `${hospital} on ${name}: ${fault.what}` })),
	);
	if (endings.length > 1) found.push({ invariant: 'once', what: `${name} ended ${endings.length} times` });
	return [...found, ...checkAgreement(session)];
}

function checkHospital(decisions: readonly string[]): readonly Violation[] {
	const faults: Violation[] = [];
	// A hospital that was killed before its vector was kept masks anew, with an entry of its own; that no second vector
	// leaves is seen on the line.
	for (const decision of ['admitted', 'unmasked'] as const) {
		const times = decisions.filter((one) => one === decision).length;
		if (times > 1) faults.push({ invariant: 'once', what: `${decision} ${times} times` });
	}
	const order = ['admitted', 'answered', 'unmasked'].map((one) => decisions.indexOf(one));
	const isOutOfOrder = order.some((at, step) => at !== -1 && step > 0 && (order[step - 1] ?? -1) > at - 1);
	const isWithout = order.some((at, step) => at !== -1 && step > 0 && order[step - 1] === -1);
	if (isOutOfOrder || isWithout) faults.push({ invariant: 'logs', what: `the order ${decisions.join(' ')}` });
	return faults;
}

/** A release needs the logged answer of each contributor, and a hospital hears of no release that was not one. */
function checkAgreement({ session, endings, decisions }: LoggedSession): readonly Violation[] {
	const [ending] = endings;
	const name = session.slice(0, 8);
	const saying = (decision: string): readonly string[] =>
		hospitals.filter((hospital) => decisions[hospital]?.includes(decision));
	if (ending?.decision !== 'released') {
		const misled = saying('released');
		return misled.length === 0
			? []
			: [{ invariant: 'logs', what: `${misled.join(' ')} heard that ${name} was released` }];
	}
	const contributors = ending.body['contributors'];
	const claimed = Array.isArray(contributors) ? contributors.map(String) : [];
	const silent = claimed.filter((hospital) => !saying('answered').includes(hospital));
	const faults: Violation[] = silent.map((hospital) => ({
		invariant: 'logs',
		what: `${name} was released with ${hospital}, which logged no answer`,
	}));
	for (const hospital of saying('changed'))
		faults.push({ invariant: 'once', what: `${hospital} gave back what it charged for ${name}, a release` });
	if (claimed.length < minimumContributors || saying('unmasked').length < minimumContributors) {
		faults.push({ invariant: 'logs', what: `${name} was released by too few` });
	}
	return faults;
}
