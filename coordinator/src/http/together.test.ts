// Messages of several hospitals that come at one moment: one change for them, and for each its own answer.

import { DatabaseFault, type ToCoordinator } from '@cordon/shared';
import { beforeEach, describe, expect, it } from 'vitest';
import type { SessionChange, SessionStore } from '../ports.ts';
import type { FakeMember } from '../testing/fake-member.ts';
import { ask, getQuery, question } from '../testing/researcher.ts';
import { foundNetwork, type TestCoordinator, testCoordinator } from '../testing/test-coordinator.ts';
import { testFounding, testPolicy } from '../testing/test-policy.ts';

let coordinator: TestCoordinator;
let members: readonly FakeMember[];
let session: string;
let id: string;
let changes: SessionChange[];
let reads: number;
let storedChange: SessionStore['change'];

beforeEach(async () => {
	const policy = { ...testPolicy, aggregation: 'plain' } as const;
	coordinator = await testCoordinator({ founding: { ...testFounding, policy } });
	members = await foundNetwork(coordinator);
	id = await ask(coordinator, question('exact'));
	session = (await members[0]?.poll())?.[0]?.message.session ?? '';
	changes = [];
	reads = 0;
	const { sessionOf } = coordinator.parts.sessions;
	replaceIn(coordinator.parts.sessions, 'sessionOf', (of) => {
		reads += 1;
		return sessionOf(of);
	});
	storedChange = coordinator.parts.sessions.change;
	change((_change, real) => real());
});

/** Every change is noted, and then made as the test says. */
function change(
	work: (change: SessionChange, real: () => ReturnType<SessionStore['change']>) => Promise<unknown>,
): void {
	const real = storedChange;
	replaceIn(coordinator.parts.sessions, 'change', async (given) => {
		changes.push(given);
		return (await work(given, () => real(given))) as Awaited<ReturnType<SessionStore['change']>>;
	});
}

function replaceIn<K extends keyof SessionStore>(where: SessionStore, name: K, value: SessionStore[K]): void {
	Object.defineProperty(where, name, { value, configurable: true });
}

const counts = (cells: readonly string[] = ['20']): ToCoordinator => ({
	kind: 'plain',
	session,
	epoch: '2026-11',
	k: 11,
	cells,
});
const send = (at: number, message = counts()): Promise<number> => {
	const member = members[at];
	if (member === undefined) throw new Error('no such hospital');
	return member.send(message);
};
const takenOf = (): readonly (readonly string[])[] =>
	changes.map(({ taken }) => taken.map(({ hospital }) => hospital));

/** The others are sent while the first one's change is being written, and have arrived before it goes on. */
async function sendDuringFirst(others: readonly (() => Promise<number>)[]): Promise<readonly number[]> {
	const written = Promise.withResolvers<void>();
	const begun = Promise.withResolvers<void>();
	const arrived = Promise.withResolvers<void>();
	let isFirst = true;
	change(async (_given, real) => {
		if (isFirst) {
			isFirst = false;
			begun.resolve();
			await written.promise;
		}
		return real();
	});
	let waitedFor = others.length;
	const { take } = coordinator.parts.pipeline;
	Object.defineProperty(coordinator.parts.pipeline, 'take', {
		value: (...given: Parameters<typeof take>) => {
			const taking = take(...given);
			waitedFor -= 1;
			if (waitedFor < 0) arrived.resolve();
			return taking;
		},
	});
	const first = send(0);
	await begun.promise;
	const rest = others.map((other) => other());
	await arrived.promise;
	written.resolve();
	return Promise.all([first, ...rest]);
}

describe('messages that come while a change of their session is written', () => {
	it('are taken in one change, and open the sum', async () => {
		const statuses = await sendDuringFirst([() => send(1), () => send(2), () => send(3)]);
		expect(statuses).toEqual([200, 200, 200, 200]);
		expect(takenOf()).toEqual([['east'], ['north', 'south', 'west'], []]);
		expect(await getQuery(coordinator, id)).toMatchObject({ status: 'released', cells: [{ value: 80 }] });
	});

	it('are each answered for itself: one does not belong, one comes twice, one says two things', async () => {
		const statuses = await sendDuringFirst([
			() => send(1, counts(['1', '2'])),
			() => send(2),
			() => send(2),
			() => send(2, counts(['99'])),
		]);
		expect(statuses).toEqual([200, 409, 200, 200, 409]);
		expect(takenOf()).toEqual([['east'], ['south']]);
		expect([await send(1), await send(3)]).toEqual([200, 200]);
		expect(await getQuery(coordinator, id)).toMatchObject({ status: 'released', cells: [{ value: 80 }] });
	});

	it('are taken of the ended session after one that opened the sum', async () => {
		const statuses = await sendDuringFirst([
			...[1, 2, 3].map((at) => () => send(at)),
			() => send(1),
			() => send(1, counts(['21'])),
		]);
		expect(statuses).toEqual([200, 200, 200, 200, 200, 409]);
		expect(takenOf()).toEqual([['east'], ['north', 'south', 'west'], []]);
	});

	it('fail alone where one of them makes the change throw', async () => {
		change(async ({ taken }, real) => {
			if (taken.some(({ hospital }) => hospital === 'south')) throw new Error('a bug');
			return real();
		});
		expect(await Promise.all([0, 1, 2, 3].map((at) => send(at)))).toEqual([200, 200, 500, 200]);
		expect(takenOf().some((hospitals) => hospitals.length > 1 && hospitals.includes('south'))).toBe(true);
	});

	it('are accepted of nobody when the change is not kept, and of all when they are sent again', async () => {
		expect(await send(0)).toBe(200);
		change(() => Promise.reject(new DatabaseFault(null, true)));
		expect(await Promise.all([send(1), send(2)])).toEqual([500, 500]);
		expect(takenOf().slice(1).flat().toSorted()).toEqual(['north', 'south']);
		replaceIn(coordinator.parts.sessions, 'change', storedChange);
		expect(await Promise.all([send(1), send(2), send(3)])).toEqual([200, 200, 200]);
		expect(await getQuery(coordinator, id)).toMatchObject({ status: 'released', cells: [{ value: 80 }] });
	});

	it('are accepted when they are sent again after a change that was kept, and whose answer was lost', async () => {
		change(async (_change, real) => {
			await real();
			throw new Error('the line was lost');
		});
		expect(await send(0)).toBe(500);
		replaceIn(coordinator.parts.sessions, 'change', storedChange);
		expect(await send(0)).toBe(200);
		expect(await send(0, counts(['21']))).toBe(409);
		for (const at of [1, 2, 3]) expect(await send(at)).toBe(200);
		expect(await getQuery(coordinator, id)).toMatchObject({ status: 'released', cells: [{ value: 80 }] });
	});
});

describe('a session between two messages', () => {
	it('is not read again where this process changed it last', async () => {
		for (const at of [0, 1, 2]) expect(await send(at)).toBe(200);
		expect(reads).toBe(1);
	});

	it('is read again where another process has taken a message, whose hospital it would have waited for', async () => {
		expect(await send(0)).toBe(200);
		const other = await testCoordinator({ database: coordinator.database });
		const elsewhere = other.parts.pipeline.take;
		expect(await elsewhere('north', counts())).toBe('accepted');
		expect(await send(2)).toBe(200);
		expect(await send(1)).toBe(200);
		expect(await elsewhere('west', counts())).toBe('accepted');
		expect(await getQuery(coordinator, id)).toMatchObject({ status: 'released', cells: [{ value: 80 }] });
	});

	it('is read again before anybody is refused', async () => {
		expect(await send(0)).toBe(200);
		// As it would be where a process that knows more has let the hospital in again.
		const other = await testCoordinator({ database: coordinator.database });
		const stored = await other.parts.sessions.sessionOf(session);
		expect(await send(1, counts(['1', '2']))).toBe(409);
		expect(reads).toBe(2);
		expect(await other.parts.sessions.sessionOf(session)).toEqual(stored);
	});
});
