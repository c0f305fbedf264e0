import { describe, expect, it } from 'vitest';
import type { StoredSession } from './ports.ts';
import { type RememberedSessions, rememberSessions } from './remember-sessions.ts';
import type { SessionRecord } from './session.ts';

const stored = (session: string, change: Partial<SessionRecord> = {}): StoredSession => ({
	record: {
		session,
		query: 'q',
		manifest: 'm',
		project: 'p',
		roster: ['east'],
		roundSinceMs: 0,
		deadlineMs: 100,
		participation: {},
		step: 'dispatched',
		ending: null,
		merge: { kind: 'plain', cells: 1, waitingFor: [], shares: {} },
		version: 3,
		...change,
	},
	taken: [],
});
const remembered = (most?: number): RememberedSessions =>
	rememberSessions({ sessionOf: async (session) => stored(session, { version: 1 }) }, most);
const versionOf = async (of: RememberedSessions, session: string): Promise<unknown> => {
	const recalled = await of.recall(session);
	return [recalled?.record.version, recalled?.isFresh];
};

describe('rememberSessions', () => {
	it('reads a session that it does not know, and says that it did', async () => {
		expect(await versionOf(remembered(), 's1')).toEqual([1, true]);
		const none = rememberSessions({ sessionOf: async () => null });
		expect(await none.recall('s1')).toBeNull();
	});

	it('hands out what it remembers once, and then reads again', async () => {
		const sessions = remembered();
		sessions.remember(stored('s1'));
		expect(await versionOf(sessions, 's1')).toEqual([3, false]);
		expect(await versionOf(sessions, 's1')).toEqual([1, true]);
	});

	it.each([
		['is over', { merge: null }],
		['is decided', { ending: { status: 'withheld' } as unknown as SessionRecord['ending'] }],
		['waits for a release', { merge: { kind: 'replay' } as unknown as SessionRecord['merge'] }],
	])('does not remember one that %s', async (_what, change) => {
		const sessions = remembered();
		sessions.remember(stored('s1', change));
		expect(await versionOf(sessions, 's1')).toEqual([1, true]);
	});

	it('forgets the oldest of too many, and all that run no more', async () => {
		const sessions = remembered(2);
		for (const session of ['s1', 's2', 's3']) sessions.remember(stored(session));
		expect(await versionOf(sessions, 's1')).toEqual([1, true]);
		sessions.keepOnly([stored('s3').record]);
		expect(await versionOf(sessions, 's2')).toEqual([1, true]);
		expect(await versionOf(sessions, 's3')).toEqual([3, false]);
	});
});
