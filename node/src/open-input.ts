// Decides for a hospital's own auditor whether what was answered in a session is what its data gave: the opening that
// was kept, the log, and a recount. Nothing of it goes to a network.

import {
	bytesOfRawCounts,
	err,
	inputCommitment,
	type NoteKey,
	ok,
	type RawCount,
	type Result,
	readRawBytes,
	type TransparencyLog,
	verifyReceipt,
} from '@cordon/shared';
import { answerKey, recordOpening, subjectOf } from './audit/record-event.ts';
import { type ConsentQuestion, consentingPatients } from './consent/consenting-patients.ts';
import { countPatientsOf } from './count/count-patients-of.ts';
import type { NodeParts } from './ports.ts';
import type { KeptInput, SessionRecord } from './session.ts';

export type OpenInputParts = Pick<NodeParts, 'sessions' | 'snapshots' | 'consents' | 'index' | 'clock'> & {
	readonly audit: TransparencyLog;
	/** Of this hospital's own log. */
	readonly logKey: NoteKey;
	readonly publicData: boolean;
};

/**
 * `matches` the opening gives the commitment that the log holds of the session. `differs` the log holds another one,
 * or the entry is not in the tree that was signed. `absent` it holds none.
 */
export type LogVerdict = 'matches' | 'differs' | 'absent';

/**
 * `matches` the same numbers. `withdrawals` fewer now, by no more than those who withdrew since can have made.
 * `differs` other numbers: what was answered is not what these data give. `replaced` the snapshot is gone.
 */
export type RecountVerdict = 'matches' | 'withdrawals' | 'differs' | 'replaced';

export interface OpenedInput {
	readonly session: string;
	readonly epoch: string;
	readonly requestHash: string;
	readonly queryHash: string;
	/** As signed, base64url: what the coordinator's log holds beside this hospital's name. */
	readonly commitment: string;
	/** The same in hex, as the leaf in this hospital's log has it. */
	readonly subject: string;
	readonly log: LogVerdict;
	readonly recount: RecountVerdict;
	/** Numbers that can be counted again, and those that compare with earlier exact answers (padded), which are not. */
	readonly cells: number;
	readonly comparisons: number;
	/** How many earlier exact answers it was compared with. */
	readonly compared: number;
	/** Only where it was asked for: patients of this hospital, true numbers. */
	readonly counts?: OpenedCounts;
}

export interface OpenedCounts {
	/** What recomputes the commitment: see docs/adr/0029-inputs-that-can-be-opened.md. */
	readonly sid: string;
	readonly salt: string;
	/** Decimal, of the plan's cells in order and then of the comparisons. */
	readonly answered: readonly string[];
	/** Of the plan's cells; null where nothing could be counted. */
	readonly recounted: readonly string[] | null;
}

/**
 * The recount is of the patients who agree now, as of the moment of the answer: who has withdrawn since is not counted
 * again, whatever for. So a smaller number can be right; see `RecountVerdict`.
 *
 * Errors  `not-kept` nothing was answered in the session, or too long ago; `consent-unavailable` it is not known who
 *         has withdrawn.
 */
export async function openInput(
	session: string,
	{ counts }: { readonly counts: boolean },
	parts: OpenInputParts,
): Promise<Result<OpenedInput, 'not-kept' | 'consent-unavailable'>> {
	const input = await parts.sessions.keptInput(session);
	const record = await parts.sessions.find(session);
	if (input === null || record === null) return err('not-kept');
	await recordOpening(parts.audit, { session, counts, nowMs: parts.clock.nowMs() });
	const { opening, epoch } = input;
	const answered = readRawBytes(Buffer.from(opening.counts, 'base64url'), opening.valueBits);
	const again = await recount(parts, record, input);
	if (!again.ok) return again;
	const cells = record.plan.cells.length;
	const { requestHash, queryHash } = record;
	return ok({
		session,
		epoch,
		requestHash,
		queryHash,
		commitment: inputCommitment(opening),
		subject: subjectOf(input),
		log: await logVerdict(parts, input),
		recount: recountVerdict(answered.slice(0, cells), again.value, record.plan.l1Sensitivity),
		cells,
		comparisons: answered.length - cells,
		compared: record.earlier?.length ?? 0,
		...(counts ? { counts: openedCounts(input, answered, again.value) } : {}),
	});
}

/** By the leaf, whose place in the signed tree is proven anew: the key beside it is no part of the tree. */
async function logVerdict({ audit, logKey }: OpenInputParts, input: KeptInput): Promise<LogVerdict> {
	const receipts = await audit.receiptsOf(answerKey(input.session));
	if (receipts.length === 0) return 'absent';
	const subject = subjectOf(input);
	const isHeld = receipts.some((receipt) => {
		const verified = verifyReceipt(receipt, logKey);
		return (
			verified.ok && verified.value.leaf.decision === 'answered' && verified.value.leaf.subject === subject
		);
	});
	return isHeld ? 'matches' : 'differs';
}

interface Recount {
	readonly counts: readonly bigint[];
	/** Patients of the snapshot who agreed at the time of the answer and have withdrawn by now. */
	readonly withdrawn: number;
}

/** Null where the snapshot that was counted is no longer there. */
async function recount(
	parts: OpenInputParts,
	{ plan, purpose }: SessionRecord,
	{ snapshot, countedMs, agreed, opening }: KeptInput,
): Promise<Result<Recount | null, 'consent-unavailable'>> {
	const isThere = async (): Promise<boolean> =>
		snapshot !== null && (await parts.snapshots.currentSnapshot()) === snapshot;
	if (!(await isThere())) return ok(null);
	const use: ConsentQuestion = {
		purpose,
		dataClasses: plan.dataClasses,
		nowMs: countedMs,
		publicData: parts.publicData,
	};
	const patients = await consentingPatients(use, parts.consents);
	if (!patients.ok) return patients;
	const raw = await countPatientsOf(plan, patients.value, parts.index);
	// An ingest may have ended meanwhile.
	if (!(await isThere())) return ok(null);
	const withdrawn = Math.max(0, agreed - patients.value.length);
	return ok({ counts: valuesOf(raw, opening.valueBits), withdrawn });
}

function valuesOf(raw: readonly RawCount[], valueBits: KeptInput['opening']['valueBits']): readonly bigint[] {
	return readRawBytes(bytesOfRawCounts(raw, valueBits), valueBits);
}

/**
 * A patient changes the plan's cells by at most its sensitivity, and only upwards: so many may have made the answer
 * larger than the recount, and nothing may have made it smaller.
 */
export function recountVerdict(
	answered: readonly bigint[],
	again: Recount | null,
	sensitivity: number,
): RecountVerdict {
	if (again === null) return 'replaced';
	const { counts, withdrawn } = again;
	const missing = counts.map((count, cell) => (answered[cell] ?? 0n) - count);
	if (answered.length === counts.length && missing.every((count) => count === 0n)) return 'matches';
	const total = missing.reduce((sum, count) => sum + count, 0n);
	const isExplained = missing.every((count) => count >= 0n) && total <= BigInt(withdrawn * sensitivity);
	return isExplained && answered.length === counts.length ? 'withdrawals' : 'differs';
}

function openedCounts(
	{ opening }: KeptInput,
	answered: readonly bigint[],
	again: Recount | null,
): OpenedCounts {
	const { sid, salt } = opening;
	return {
		sid,
		salt,
		answered: answered.map(String),
		recounted: again === null ? null : again.counts.map(String),
	};
}
