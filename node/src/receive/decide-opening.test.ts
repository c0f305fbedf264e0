import { initCrypto, type Manifest, manifestHash, type OpenMessage } from '@cordon/shared';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PreparedRecord, SessionRecord } from '../session.ts';
import { sampleManifest, samplePolicy, sampleRecord, startMs } from '../testing/sample-network.ts';
import {
	clockSkewMs,
	decideAsking,
	decideOpening,
	decideStillOpen,
	decideStillPermitted,
	type OpeningFacts,
} from './decide-opening.ts';

let manifest: Manifest;
let message: OpenMessage;
const nowMs = startMs;

beforeAll(async () => {
	await initCrypto();
	manifest = sampleManifest();
	message = {
		kind: 'open',
		session: 'a'.repeat(64),
		manifest: manifestHash(manifest),
		project: 'glioma',
		signed: { token: 't', request: 'r' },
		deadlineMs: nowMs + 60_000,
		prepared: false,
	};
});

function codeOf(change: Partial<OpenMessage>, facts: Partial<OpeningFacts> = {}): string {
	const given = { manifest, hospital: 'north', nowMs, paused: false, ...facts };
	const decided = decideOpening({ ...message, ...change }, given);
	return decided.ok ? 'ok' : decided.error;
}

describe('decideOpening', () => {
	it('lets the coordinator open a session of a project that we are on', () => {
		expect(codeOf({})).toBe('ok');
	});

	it('takes any deadline from the next millisecond to the longest of the policy and the clocks', () => {
		const latestMs = nowMs + samplePolicy.sessionDeadlineMs + clockSkewMs;
		expect([nowMs, nowMs + 1, latestMs, latestMs + 1].map((deadlineMs) => codeOf({ deadlineMs }))).toEqual([
			'request-stale',
			'ok',
			'ok',
			'request-stale',
		]);
	});

	it.each<[string, Partial<OpenMessage>, Partial<OpeningFacts>, string]>([
		['while answering is paused', {}, { paused: true }, 'paused'],
		['under another manifest', { manifest: 'b'.repeat(64) }, {}, 'manifest-outdated'],
		['under the hash in capitals', { manifest: 'B'.repeat(64) }, {}, 'manifest-outdated'],
		['of a project nobody knows', { project: 'lung' }, {}, 'unknown-project'],
		['of a project called like an inherited property', { project: 'constructor' }, {}, 'unknown-project'],
		['of a project that we are not on', {}, { hospital: 'west' }, 'unknown-project'],
		['that has run out', { deadlineMs: 0 }, {}, 'request-stale'],
	])('refuses a session %s', (_situation, change, facts, code) => {
		expect(codeOf(change, facts)).toBe(code);
	});

	it('says that it is paused before anything else', () => {
		expect(codeOf({ manifest: 'x', project: 'x', deadlineMs: 0 }, { paused: true })).toBe('paused');
	});

	it('refuses the hash of a manifest that differs in nothing but its policy', () => {
		const other = { ...manifest, policy: { ...samplePolicy, k: 5 } };
		expect(codeOf({ manifest: manifestHash(other) })).toBe('manifest-outdated');
	});
});

const open = { nowMs, paused: false };

describe('decideStillOpen', () => {
	const stillOpen = (change: Partial<SessionRecord>, moment: object = {}): string => {
		const decided = decideStillOpen({ ...sampleRecord, ...change }, { ...open, ...moment });
		return decided.ok ? 'ok' : decided.error;
	};

	it('goes on until the last millisecond before the deadline', () => {
		expect(stillOpen({ deadlineMs: nowMs + 1 })).toBe('ok');
		expect(stillOpen({ deadlineMs: nowMs })).toBe('session-aborted');
	});

	it('stops at once where answering is paused', () => {
		expect(stillOpen({}, { paused: true })).toBe('paused');
	});
});

describe('decideStillPermitted', () => {
	const permitted = (change: Partial<SessionRecord>, moment: object = {}): string => {
		const given = { ...open, epoch: '2026-11', ...moment };
		const decided = decideStillPermitted({ ...sampleRecord, ...change }, given);
		return decided.ok ? 'ok' : decided.error;
	};

	it('lets data be read while token, deadline and epoch are those of the admission', () => {
		expect(permitted({})).toBe('ok');
		expect(permitted({ tokenExpiresMs: nowMs + 1, deadlineMs: nowMs + 1 })).toBe('ok');
	});

	it.each<[string, Partial<SessionRecord>, object, string]>([
		['the token has just run out', { tokenExpiresMs: nowMs }, {}, 'token-expired'],
		['the deadline has just passed', { deadlineMs: nowMs }, {}, 'session-aborted'],
		['answering is paused', {}, { paused: true }, 'paused'],
		['the data are of another epoch', {}, { epoch: '2026-12' }, 'session-aborted'],
		['the data are gone', {}, { epoch: null }, 'session-aborted'],
		['the clock is lost', {}, { nowMs: Number.NaN }, 'session-aborted'],
	])('refuses where %s', (_situation, change, moment, code) => {
		expect(permitted(change, moment)).toBe(code);
	});
});

describe('decideAsking', () => {
	const prepared = {
		session: 'a'.repeat(64),
		project: 'glioma',
		mechanism: 'noised',
		epoch: '2026-11',
		expiresMs: nowMs + 1,
		member: { phase: 'delivered', terms: { manifestHash: 'c'.repeat(64) } },
	} as PreparedRecord;
	const asked = {
		project: 'glioma',
		mechanism: 'noised',
		epoch: '2026-11',
		manifest: 'c'.repeat(64),
		nowMs,
	} as const;

	it('lets a prepared session be asked what it was prepared for', () => {
		expect(decideAsking(prepared, asked)).toEqual({ ok: true, value: prepared });
	});

	// An exact sum needs every hospital: one over the fewer that a noised session opens with could be subtracted.
	it.each<[string, Partial<Parameters<typeof decideAsking>[1]>]>([
		['of another project', { project: 'lung' }],
		['by another mechanism', { mechanism: 'exact' }],
		['of another epoch', { epoch: '2026-12' }],
		['under another manifest', { manifest: 'd'.repeat(64) }],
		['past its time', { nowMs: nowMs + 1 }],
	])('refuses a question %s', (_what, change) => {
		expect(decideAsking(prepared, { ...asked, ...change })).toEqual({ ok: false, error: 'session-aborted' });
	});

	it('refuses where none is prepared, or its shares have not come', () => {
		const early = { ...prepared, member: { ...prepared.member, phase: 'shared' } } as PreparedRecord;
		for (const one of [null, early]) {
			expect(decideAsking(one, asked)).toEqual({ ok: false, error: 'session-aborted' });
		}
	});
});
