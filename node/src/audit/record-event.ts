// What a hospital's log says of each outcome: the stage, the class of decision, ids and codes; never a number.

import type { AuditLog, Decision, NodeStage, RefusalCode } from '@cordon/shared';
import type { SessionRecord } from '../ports.ts';

export interface SessionEvent {
	readonly stage: NodeStage;
	readonly decision: Decision;
	readonly record: SessionRecord;
}

export async function recordEvent(log: AuditLog, event: SessionEvent): Promise<void> {
	const { session, person, project, purpose, epoch, requestHash, plan } = event.record;
	await log.append({
		key: `${session}/${event.decision}`,
		stage: event.stage,
		decision: event.decision,
		body: {
			session,
			person,
			project,
			purpose,
			epoch,
			requestHash,
			ask: plan.askKind,
			mechanism: plan.mechanism,
			epsilonMicros: plan.epsilonMicros,
			dataClasses: plan.dataClasses,
		},
	});
}

/** The exact code stays here; the researcher is told the coarse one. */
export async function recordRefusal(log: AuditLog, session: string, code: RefusalCode): Promise<void> {
	await log.append({
		key: `${session}/refused`,
		stage: stageOf(code),
		decision: 'refused',
		body: { session, code },
	});
}

const stages: Readonly<Partial<Record<RefusalCode, NodeStage>>> = {
	'unknown-project': 'authorize',
	'not-a-member': 'authorize',
	'ask-not-permitted': 'authorize',
	'dataset-not-approved': 'authorize',
	'exact-not-granted': 'authorize',
	'purpose-not-permitted': 'authorize',
	'policy-unavailable': 'authorize',
	'consent-unavailable': 'consent',
	'mechanism-not-permitted': 'plan',
	'budget-exhausted': 'plan',
	'ledger-unavailable': 'plan',
	'too-many-cells': 'plan',
	'no-data': 'plan',
};

function stageOf(code: RefusalCode): NodeStage {
	return stages[code] ?? 'receive';
}
