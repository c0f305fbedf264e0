// Where the code leaves an arrow of the style guide, each with its reason. An entry nobody needs any more is a failure.

export interface Exception {
	readonly from: string;
	readonly to: string;
	readonly reason: string;
}

/** Files that may load a stage beside the pipeline of their daemon. */
export const stageUsers: readonly Exception[] = [
	{
		from: 'node/src/preview-question.ts',
		to: 'node/src/plan/reserve-plan.ts',
		reason: 'a preview must plan exactly as the pipeline does; it counts and sends nothing',
	},
	{
		from: 'node/src/open-input.ts',
		to: 'node/src/audit/record-event.ts',
		reason:
			'an audit must count exactly as the pipeline does, and says so in the log first; nothing of it is sent',
	},
	{
		from: 'node/src/open-input.ts',
		to: 'node/src/consent/consenting-patients.ts',
		reason:
			'an audit must count exactly as the pipeline does, and says so in the log first; nothing of it is sent',
	},
	{
		from: 'node/src/open-input.ts',
		to: 'node/src/count/count-patients-of.ts',
		reason:
			'an audit must count exactly as the pipeline does, and says so in the log first; nothing of it is sent',
	},
	{
		from: 'node/src/ingest/ingest.ts',
		to: 'node/src/consent/patient-consent.ts',
		reason: 'a withdrawal list becomes the same consent that a FHIR resource would',
	},
	{
		from: 'node/src/ingest/current-withdrawals.ts',
		to: 'node/src/consent/patient-consent.ts',
		reason: 'the same list, read at each computation: it holds the same consent against a patient',
	},
	{
		from: 'node/src/ingest/fhir/fhir-reader.ts',
		to: 'node/src/consent/read-consent.ts',
		reason: 'consents are read at ingest and judged at query time, by one definition',
	},
	{
		from: 'node/src/ingest/fhir/fhir-day.ts',
		to: 'node/src/consent/partial-date.ts',
		reason: 'partial FHIR dates are read in one place',
	},
	{
		from: 'node/src/admit-question.ts',
		to: 'node/src/authorize/access-of.ts',
		reason: 'a part of the pipeline in a file of its own: the checks of a question in their order',
	},
	{
		from: 'node/src/admit-question.ts',
		to: 'node/src/authorize/authorize.ts',
		reason: 'a part of the pipeline in a file of its own: the checks of a question in their order',
	},
	{
		from: 'node/src/admit-question.ts',
		to: 'node/src/mask/session-terms.ts',
		reason: 'a part of the pipeline in a file of its own: the checks of a question in their order',
	},
	{
		from: 'node/src/admit-question.ts',
		to: 'node/src/plan/decide-exact.ts',
		reason: 'a part of the pipeline in a file of its own: the checks of a question in their order',
	},
	{
		from: 'node/src/admit-question.ts',
		to: 'node/src/plan/decide-replay.ts',
		reason: 'a part of the pipeline in a file of its own: the checks of a question in their order',
	},
	{
		from: 'node/src/admit-question.ts',
		to: 'node/src/plan/reserve-plan.ts',
		reason: 'a part of the pipeline in a file of its own: the checks of a question in their order',
	},
	{
		from: 'node/src/admit-question.ts',
		to: 'node/src/receive/decide-opening.ts',
		reason: 'a part of the pipeline in a file of its own: the checks of a question in their order',
	},
	{
		from: 'node/src/admit-question.ts',
		to: 'node/src/receive/receive.ts',
		reason: 'a part of the pipeline in a file of its own: the checks of a question in their order',
	},
	{
		from: 'node/src/leave-session.ts',
		to: 'node/src/audit/record-event.ts',
		reason: 'a part of the pipeline in a file of its own: every way out of a session is logged',
	},
	{
		from: 'node/src/leave-session.ts',
		to: 'node/src/mask/session-terms.ts',
		reason: 'the promise that a session is over is bound to the terms that its rounds were bound to',
	},
	{
		from: 'node/src/prepare-sessions.ts',
		to: 'node/src/receive/decide-opening.ts',
		reason:
			'the pipeline of sessions of which nothing is asked yet: whether one may be prepared is decided there',
	},
	{
		from: 'node/src/prepare-sessions.ts',
		to: 'node/src/mask/session-terms.ts',
		reason: 'a prepared session is bound to the same terms as one that is asked at once',
	},
	{
		from: 'coordinator/src/prepare-sessions.ts',
		to: 'coordinator/src/merge/prepared-session.ts',
		reason: 'the pipeline of sessions of which nothing is asked yet',
	},
	{
		from: 'coordinator/src/hear-messages.ts',
		to: 'coordinator/src/dispatch/open-session.ts',
		reason: 'part of the pipeline: whose message is still taken, before it is merged',
	},
	{
		from: 'coordinator/src/hear-messages.ts',
		to: 'coordinator/src/merge/merge-step.ts',
		reason: 'part of the pipeline: messages that wait together are merged one after the other',
	},
	{
		from: 'coordinator/src/session-facts.ts',
		to: 'coordinator/src/merge/open-merge.ts',
		reason: 'the parameters of a session are derived again for each message, by the function that opened it',
	},
	{
		from: 'coordinator/src/replay-release.ts',
		to: 'coordinator/src/audit/decision-entries.ts',
		reason: 'a part of the pipeline with a file of its own: a question that another query answers',
	},
	{
		from: 'coordinator/src/replay-release.ts',
		to: 'coordinator/src/dispatch/open-session.ts',
		reason: 'the same part: a session is opened as the pipeline opens it',
	},
	{
		from: 'coordinator/src/replay-release.ts',
		to: 'coordinator/src/merge/open-merge.ts',
		reason: 'the same part: a question that waited may have to be computed after all',
	},
	{
		from: 'coordinator/src/replay-release.ts',
		to: 'coordinator/src/release/compose-answer.ts',
		reason: 'the same part: the hash by which the log names the answer that is shown again',
	},
	{
		from: 'coordinator/src/replay-release.ts',
		to: 'coordinator/src/dispatch/begin-exact.ts',
		reason: 'the same part: an exact question that waited is compared like one that did not',
	},
	{
		from: 'coordinator/src/replay-release.ts',
		to: 'coordinator/src/release/end-session.ts',
		reason: 'the same part: an exact question that waited may have to be refused after all',
	},
	{
		from: 'coordinator/src/dispatch-question.ts',
		to: 'coordinator/src/audit/decision-entries.ts',
		reason: 'a part of the pipeline in a file of its own: from the door to the hospitals',
	},
	{
		from: 'coordinator/src/dispatch-question.ts',
		to: 'coordinator/src/dispatch/begin-exact.ts',
		reason: 'a part of the pipeline in a file of its own: from the door to the hospitals',
	},
	{
		from: 'coordinator/src/dispatch-question.ts',
		to: 'coordinator/src/dispatch/open-session.ts',
		reason: 'a part of the pipeline in a file of its own: from the door to the hospitals',
	},
	{
		from: 'coordinator/src/dispatch-question.ts',
		to: 'coordinator/src/dispatch/release-key.ts',
		reason: 'a part of the pipeline in a file of its own: from the door to the hospitals',
	},
	{
		from: 'coordinator/src/dispatch-question.ts',
		to: 'coordinator/src/merge/open-merge.ts',
		reason: 'a part of the pipeline in a file of its own: from the door to the hospitals',
	},
	{
		from: 'coordinator/src/dispatch-question.ts',
		to: 'coordinator/src/merge/prepared-session.ts',
		reason: 'a part of the pipeline in a file of its own: from the door to the hospitals',
	},
	{
		from: 'coordinator/src/dispatch-question.ts',
		to: 'coordinator/src/submit/admit-question.ts',
		reason: 'a part of the pipeline in a file of its own: from the door to the hospitals',
	},
	{
		from: 'coordinator/src/dispatch-question.ts',
		to: 'coordinator/src/submit/submit.ts',
		reason: 'a part of the pipeline in a file of its own: from the door to the hospitals',
	},
	{
		from: 'coordinator/src/membership/membership.ts',
		to: 'coordinator/src/audit/decision-entries.ts',
		reason: 'enrolment and manifest are decided outside a session, and logged all the same',
	},
	{
		from: 'coordinator/src/init-coordinator.ts',
		to: 'coordinator/src/audit/decision-entries.ts',
		reason: 'the founding is the first entry of the log',
	},
];

/** Types of a stage that an adapter names without loading it. */
export const adapterTypes: readonly Exception[] = [
	{
		from: 'node/src/adapters/snapshot/consent-register.ts',
		to: 'node/src/consent/patient-consent.ts',
		reason: 'a type only: the shape of a stored consent, which ports.ts uses and does not export again',
	},
];

/** Files that put adapters together, or name one, outside the adapters folder. */
export const adapterUsers: ReadonlyMap<string, string> = new Map([
	['node/src/start-node.ts', 'starts the daemon'],
	['node/src/open-adapters.ts', 'starts the daemon'],
	['node/src/open-policy-engine.ts', 'starts the daemon: it needs the ids of the store'],
	['node/src/sync-authorization.ts', 'keeps the ids of the store that it found or made'],
	['node/src/init-node.ts', "makes the hospital's keys and its witness, once"],
	['node/src/open-witnessed-store.ts', 'starts the daemon: its store under its witness'],
	['node/src/monitor-node.ts', 'starts the daemon: what it counts and answers its monitoring'],
	['node/src/accept-restored.ts', 'opens the store of a node that does not run'],
	['node/src/http/call-node.ts', "a command's side of the local socket: it needs the socket's path"],
	['coordinator/src/start-coordinator.ts', 'starts the daemon'],
	['coordinator/src/open-coordinator.ts', 'starts the daemon'],
	['coordinator/src/init-coordinator.ts', "makes the coordinator's keys, once"],
	['coordinator/src/monitor-coordinator.ts', 'starts the daemon: what it counts and answers its monitoring'],
	['coordinator/src/export-audit.ts', 'opens the log of a coordinator that does not run'],
]);

/** Shared code that draws from the platform by itself, beside shared/src/system.ts. */
export const platformRandomness: ReadonlyMap<string, string> = new Map([
	['shared/src/database/database.ts', 'jitter between attempts of one transaction; no number depends on it'],
]);
