import { type MemberStep, type OpenMessage, queryHash, type ToCoordinator } from '@cordon/shared';
import { describe, expect, it } from 'vitest';
import type { ReceivedRequest } from './receive/receive.ts';
import { addressed, endedRecord, newRecord, nothing, sessionChange } from './session-change.ts';
import { samplePlan, sampleRecord } from './testing/sample-network.ts';

const session = sampleRecord.session;
const canary = 'canary-secret';
const withSecrets = { ...sampleRecord, member: { secret: canary } as unknown as MemberStep['state'] };

describe('newRecord', () => {
	it('remembers what was verified, and of the message only session, manifest, project and deadline', () => {
		const message: OpenMessage = {
			kind: 'open',
			session,
			manifest: 'c'.repeat(64),
			project: 'glioma',
			signed: { token: canary, request: canary },
			deadlineMs: sampleRecord.deadlineMs,
			prepared: false,
		};
		const request: ReceivedRequest = {
			person: 'ana',
			requestId: sampleRecord.requestId,
			requestHash: sampleRecord.requestHash,
			receiverKey: null,
			tokenExpiresMs: sampleRecord.tokenExpiresMs,
			question: {
				project: 'glioma',
				purpose: 'HMB',
				query: { cordon: 1, cohort: { condition: { code: 'C71.9' } }, ask: { count: {} } },
				release: { mechanism: 'noised', epsilonMicros: 1 },
			},
		};
		const record = newRecord(message, request, { plan: samplePlan, epoch: '2026-11', earlier: null });
		expect(record).toEqual({ ...sampleRecord, queryHash: queryHash(request.question.query) });
		expect(JSON.stringify(record)).not.toContain(canary);
	});
});

describe('endedRecord', () => {
	it('drops the secrets of the session and keeps who asked what', () => {
		expect(endedRecord(withSecrets)).toEqual({ ...sampleRecord, ended: true, member: null });
		expect(JSON.stringify(endedRecord(withSecrets))).not.toContain(canary);
	});

	it('changes an ended one no more', () => {
		const ended = endedRecord(withSecrets);
		expect(endedRecord(ended)).toEqual(ended);
	});
});

describe('sessionChange', () => {
	const state = { phase: 'next', terms: { roster: [{ hospital: 'north' }] } };
	const step = (send: unknown): MemberStep =>
		({ state, send, needsInput: false, done: false }) as unknown as MemberStep;

	it('saves the new state with the message that follows from it, packed', () => {
		const signature = Buffer.alloc(64, 7).toString('base64url');
		const said = { kind: 'consistency', hospital: 'north', signature };
		// An array of two: the kind, and a byte string of 64 (RFC 8949).
		const packed = Buffer.concat([Buffer.from('82035840', 'hex'), Buffer.alloc(64, 7)]);
		expect(sessionChange(sampleRecord, step(said))).toEqual({
			record: { ...sampleRecord, member: state },
			outgoing: [addressed({ kind: 'secagg', session, body: packed.toString('base64url') })],
		});
	});

	it('says nothing where the machine says nothing', () => {
		expect(sessionChange(sampleRecord, step(null)).outgoing).toEqual([]);
		expect(nothing).toEqual({ record: null, outgoing: [] });
	});
});

describe('addressed', () => {
	const refuse: ToCoordinator = { kind: 'refuse', session, code: 'unavailable' };

	it('gives one message one id, in whatever order its keys are', () => {
		const reordered = { code: 'unavailable', session, kind: 'refuse' } as const;
		expect(addressed(reordered).id).toBe(addressed(refuse).id);
		expect(addressed(refuse)).toEqual({ id: expect.stringMatching(/^[0-9a-f]{64}$/), message: refuse });
	});

	it.each<[string, ToCoordinator]>([
		['another session', { ...refuse, session: 'b'.repeat(64) }],
		['another code', { ...refuse, code: 'no-budget' }],
		['another kind', { kind: 'secagg', session, body: '' }],
	])('gives a message of %s another id', (_what, message) => {
		expect(addressed(message).id).not.toBe(addressed(refuse).id);
	});

	it('tells two vectors apart that differ in one count', () => {
		const plain = { kind: 'plain', session, epoch: '2026-11', k: 11 } as const;
		const ids = [
			['1', null],
			['1', '0'],
			[null, '1'],
		].map((cells) => addressed({ ...plain, cells }).id);
		expect(new Set(ids).size).toBe(3);
	});
});
