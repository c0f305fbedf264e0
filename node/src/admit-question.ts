// What a question must pass before data are touched, in order; a part of the pipeline, which decides nothing itself.

import {
	type EarlierRelease,
	err,
	type OpenMessage,
	ok,
	type Plan,
	type RefusalCode,
	type ReplayMessage,
	type Result,
} from '@cordon/shared';
import { accessOf } from './authorize/access-of.ts';
import { authorize } from './authorize/authorize.ts';
import { decideTerms } from './mask/session-terms.ts';
import { decideExact } from './plan/decide-exact.ts';
import { decideReplay } from './plan/decide-replay.ts';
import { decidePlan, reservePlan } from './plan/reserve-plan.ts';
import type { NodeParts, Standing } from './ports.ts';
import { decideAsking, decideOpening } from './receive/decide-opening.ts';
import { type ReceivedRequest, receive } from './receive/receive.ts';
import { type Admitted, newRecord } from './session-change.ts';

/** receive: who asks what, by their own signature. A request found genuine is used up, whatever comes of it. */
export async function hear(
	parts: NodeParts,
	message: OpenMessage | ReplayMessage,
	{ paused }: Pick<Standing, 'paused'>,
): Promise<Result<ReceivedRequest, RefusalCode>> {
	const { manifest, dictionary, hospital, sessions } = parts;
	const nowMs = parts.clock.nowMs();
	const opening = decideOpening(message, { manifest, hospital, nowMs, paused });
	if (!opening.ok) return opening;
	const seenRequest = async (id: string): Promise<boolean> =>
		!(await sessions.claimRequest(id, message.session));
	const { visibility } = manifest.policy;
	const facts = { ...parts.identity, visibility, seenRequest, nowMs, dictionary };
	const received = await receive(message.signed, facts);
	if (received.ok && received.value.question.project !== message.project) return err('request-altered');
	return received;
}

/** authorize, plan: what else is decided before data are touched, ending in the reservation. */
export async function admit(
	parts: NodeParts,
	message: OpenMessage,
	{ request, prepared: waiting }: { readonly request: ReceivedRequest } & Pick<Standing, 'prepared'>,
): Promise<Result<Admitted, RefusalCode>> {
	const { question, person } = request;
	const nowMs = parts.clock.nowMs();
	const allowed = await authorize({ person, nowMs, ...accessOf(question) }, parts.access);
	if (!allowed.ok) return allowed;
	const epoch = await parts.snapshots.currentEpoch();
	if (epoch === null) return err('no-data');
	const facts = { question, policy: parts.manifest.policy, dictionary: parts.dictionary };
	const feasible = decidePlan(facts);
	if (!feasible.ok) return feasible;
	const compared = await comparedOf(parts, message, { plan: feasible.value, epoch });
	if (!compared.ok) return compared;
	const terms = decideTerms(parts.manifest, message, feasible.value.mechanism);
	if (!terms.ok) return terms;
	const { project, manifest } = message;
	const { mechanism } = feasible.value;
	const asked = { mechanism, epoch, project, manifest, nowMs: parts.clock.nowMs() };
	// Before the reservation, so that a session that cannot be answered costs nothing.
	const prepared = message.prepared ? decideAsking(waiting, asked) : ok(null);
	if (!prepared.ok) return prepared;
	const plan = await reservePlan(facts, { session: message.session, person, epoch }, parts.ledger);
	if (!plan.ok) return plan;
	const record = newRecord(message, request, { plan: plan.value, earlier: compared.value, epoch });
	return ok({ record, terms: terms.value, prepared: prepared.value });
}

/** Errors  those of `decideExact`: also of a session that is prepared, whose question is compared like any other. */
async function comparedOf(
	{ manifest, history, sessions }: NodeParts,
	{ project, earlier = [] }: OpenMessage,
	asked: { readonly plan: Plan; readonly epoch: string },
): Promise<Result<readonly EarlierRelease[] | null, RefusalCode>> {
	if (asked.plan.mechanism === 'noised') return ok(null);
	const isAnotherOpen = (await sessions.openSessions()).some((open) => open.earlier !== undefined);
	const answers = await history.answers(asked.epoch);
	return decideExact({ ...asked, manifest, project, earlier, isAnotherOpen }, answers);
}

/** authorize, plan: all that `admit` asks but the reservation and the comparison with earlier answers, and that the release is of this very question. */
export async function permit(
	parts: NodeParts,
	{ released }: ReplayMessage,
	{ question, person }: ReceivedRequest,
): Promise<Result<null, RefusalCode>> {
	const { access, clock, dictionary, manifest } = parts;
	const allowed = await authorize({ person, nowMs: clock.nowMs(), ...accessOf(question) }, access);
	if (!allowed.ok) return allowed;
	const feasible = decidePlan({ question, policy: manifest.policy, dictionary });
	if (!feasible.ok) return feasible;
	return decideReplay(question, await parts.sessions.find(released));
}
