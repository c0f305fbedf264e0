import type { AuditEntry, AuditLog, RefusalCode } from '@cordon/shared';
import { describe, expect, it } from 'vitest';
import { sampleRecord } from '../testing/sample-network.ts';
import { recordDeparture, recordEvent, recordRefusal } from './record-event.ts';

const { session } = sampleRecord;

/** What the log was told. */
async function told(record: (log: AuditLog) => Promise<void>): Promise<readonly AuditEntry[]> {
	const entries: AuditEntry[] = [];
	await record({ append: async (entry) => entries.push(entry) - 1 });
	return entries;
}

async function entryOf(record: (log: AuditLog) => Promise<void>): Promise<AuditEntry> {
	const [entry, ...rest] = await told(record);
	if (entry === undefined || rest.length > 0) throw new Error('one entry an event');
	return entry;
}

const failing: AuditLog = { append: () => Promise.reject(new Error('log lost')) };

describe('recordEvent', () => {
	it('says who asked what of which data, at what cost, under ids and hashes', async () => {
		const event = { stage: 'plan', decision: 'admitted', record: sampleRecord } as const;
		expect(await told((log) => recordEvent(log, event))).toEqual([
			{
				key: `${session}/admitted`,
				stage: 'plan',
				decision: 'admitted',
				body: {
					session,
					person: 'ana',
					project: 'glioma',
					purpose: 'HMB',
					epoch: '2026-11',
					requestHash: sampleRecord.requestHash,
					ask: 'histogram',
					mechanism: 'noised',
					epsilonMicros: 500_000,
					dataClasses: ['clinical'],
				},
			},
		]);
	});

	it('names each decision of a session by a key of its own', async () => {
		const decisions = ['admitted', 'answered', 'unmasked', 'released', 'aborted'] as const;
		const keys = await Promise.all(
			decisions.map(async (decision) => {
				const event = { stage: 'mask', decision, record: sampleRecord } as const;
				return (await entryOf((log) => recordEvent(log, event))).key;
			}),
		);
		expect(new Set(keys).size).toBe(decisions.length);
	});

	it('writes nothing of the secrets, the token or the cohort', async () => {
		const member = { secret: 'canary-secret' } as unknown as typeof sampleRecord.member;
		const event = { stage: 'mask', decision: 'answered', record: { ...sampleRecord, member } } as const;
		const text = JSON.stringify(await told((log) => recordEvent(log, event)));
		expect(text).not.toContain('canary-secret');
		expect(text).not.toContain('C71.9');
		expect(text).not.toContain(String(sampleRecord.tokenExpiresMs));
	});

	it('rejects where the log cannot take it: what is not logged does not happen', async () => {
		const event = { stage: 'plan', decision: 'admitted', record: sampleRecord } as const;
		await expect(recordEvent(failing, event)).rejects.toThrow('log lost');
	});
});

describe('recordDeparture', () => {
	it.each([
		['session-aborted', 'mask'],
		['token-expired', 'mask'],
		['consent-unavailable', 'consent'],
		['unknown-project', 'authorize'],
	] as const)('writes down %s with its exact code, at the stage %s', async (code, stage) => {
		expect(await entryOf((log) => recordDeparture(log, sampleRecord, code))).toMatchObject({
			key: `${session}/aborted`,
			stage,
			decision: 'aborted',
			body: { session, person: 'ana', code },
		});
	});

	it('rejects where the log cannot take it', async () => {
		await expect(recordDeparture(failing, sampleRecord, 'paused')).rejects.toThrow('log lost');
	});
});

describe('recordRefusal', () => {
	const request = {
		person: 'ana',
		requestId: sampleRecord.requestId,
		requestHash: sampleRecord.requestHash,
	};

	it('names nobody where nothing had been verified', async () => {
		const refusal = { code: 'token-expired', request: null } as const;
		expect((await entryOf((log) => recordRefusal(log, session, refusal))).body).toEqual({
			session,
			code: 'token-expired',
		});
	});

	it('says who was refused what, where the request was genuine', async () => {
		const refusal = { code: 'budget-exhausted', request } as const;
		expect(await entryOf((log) => recordRefusal(log, session, refusal))).toMatchObject({
			stage: 'plan',
			decision: 'refused',
			body: { session, code: 'budget-exhausted', ...request },
		});
	});

	it.each<[RefusalCode, string]>([
		['malformed-request', 'receive'],
		['malformed-query', 'receive'],
		['token-invalid', 'receive'],
		['token-expired', 'receive'],
		['request-altered', 'receive'],
		['request-replayed', 'receive'],
		['request-stale', 'receive'],
		['paused', 'receive'],
		['manifest-outdated', 'receive'],
		['unknown-project', 'authorize'],
		['not-a-member', 'authorize'],
		['ask-not-permitted', 'authorize'],
		['dataset-not-approved', 'authorize'],
		['exact-not-granted', 'authorize'],
		['purpose-not-permitted', 'authorize'],
		['policy-unavailable', 'authorize'],
		['consent-unavailable', 'consent'],
		['mechanism-not-permitted', 'plan'],
		['budget-exhausted', 'plan'],
		['ledger-unavailable', 'plan'],
		['too-many-cells', 'plan'],
		['ask-needs-visible', 'plan'],
		['receiver-key-wrong', 'receive'],
		['no-data', 'plan'],
	])('puts %s at the stage %s', async (code, stage) => {
		expect((await entryOf((log) => recordRefusal(log, session, { code, request }))).stage).toBe(stage);
	});

	it('gives refusals of one session for other reasons, or of other requests, keys of their own', async () => {
		const refusals = [
			{ code: 'not-a-member', request: null },
			{ code: 'not-a-member', request },
			{ code: 'not-a-member', request: { ...request, requestId: 'f'.repeat(32) } },
			{ code: 'budget-exhausted', request },
		] as const;
		const keys = await Promise.all(
			refusals.map(async (refusal) => (await entryOf((log) => recordRefusal(log, session, refusal))).key),
		);
		expect(new Set(keys).size).toBe(4);
	});

	it('rejects where the log cannot take it', async () => {
		const refusal = { code: 'paused', request: null } as const;
		await expect(recordRefusal(failing, session, refusal)).rejects.toThrow('log lost');
	});
});
