// How sessions end when something is wrong: a crash between two steps, a hospital that lies, one that is missing.

import { beforeEach, describe, expect, it } from 'vitest';
import { answerHashOf } from '../release/compose-answer.ts';
import type { AnswerBody } from '../session.ts';
import type { FakeMember } from '../testing/fake-member.ts';
import { ask, getQuery, type Json, question } from '../testing/researcher.ts';
import { foundNetwork, type TestCoordinator, testCoordinator } from '../testing/test-coordinator.ts';
import { testFounding, testPolicy } from '../testing/test-policy.ts';

let coordinator: TestCoordinator;
let members: readonly FakeMember[];

async function start(policy: Partial<typeof testPolicy> = {}): Promise<void> {
	coordinator = await testCoordinator({
		founding: { ...testFounding, policy: { ...testPolicy, ...policy } },
	});
	members = await foundNetwork(coordinator);
}

async function workAll(counts: readonly (readonly number[])[], who = members): Promise<void> {
	for (let round = 0; round < 10; round += 1) {
		const worked = [];
		for (const [at, member] of who.entries()) worked.push(await member.work(counts[at] ?? []));
		if (!worked.includes(true)) return;
	}
}

async function sessionOf(member: FakeMember | undefined): Promise<string> {
	const [message] = (await member?.poll()) ?? [];
	return message?.message.session ?? '';
}

function sweep(): Promise<void> {
	return coordinator.parts.pipeline.sweep();
}

/** What the log says of how sessions ended. */
function endings(): readonly unknown[] {
	return coordinator.entries.filter(({ key }) => /^(ended|released|withheld|refused)\//.test(key));
}

/** Lets the process die as it is about to do this, once: the call throws, and nothing of it happens. */
function dieBefore<T extends object>(
	where: T,
	name: keyof T & string,
	when: (given: unknown) => boolean,
): void {
	const real = where[name] as (given: unknown) => Promise<unknown>;
	const value = (given: unknown): Promise<unknown> => {
		if (!when(given)) return real(given);
		Object.defineProperty(where, name, { value: real });
		return Promise.reject(new Error('killed'));
	};
	Object.defineProperty(where, name, { value });
}

const storesAnswer = (change: unknown): boolean => (change as { readonly answer: unknown }).answer !== null;
const logsEnd = (entry: unknown): boolean => (entry as { readonly key: string }).key.startsWith('ended/');

function bodyOf(answer: Json): AnswerBody {
	const { releasedAtHour: _hour, receipt: _receipt, signature: _signature, ...body } = answer;
	return body as AnswerBody;
}

describe('a coordinator that dies between deciding how a session ends and storing the answer', () => {
	beforeEach(() => start());

	it.each([
		['before it is logged', 'audit', 'append', logsEnd],
		['after it was logged', 'sessions', 'change', storesAnswer],
	] as const)('ends a release as it was decided: %s', async (_, port, name, when) => {
		const id = await ask(coordinator, question('exact'));
		dieBefore(coordinator.parts[port] as object as Record<string, unknown>, name, when);
		await workAll([[20], [20], [20], [20]]);
		expect(await getQuery(coordinator, id)).toMatchObject({ status: 'running' });
		// It is back only after the deadline, when nothing could be opened again.
		coordinator.time.advance(testPolicy.sessionDeadlineMs);
		await sweep();
		const answer = await getQuery(coordinator, id);
		expect(answer).toMatchObject({ status: 'released', cells: [{ value: 80 }] });
		expect(endings()).toMatchObject([
			{ decision: 'released', subject: answerHashOf(bodyOf(answer)), body: { code: null } },
		]);
	});

	it('ends a withheld session as it was decided, although a hospital is heard of again', async () => {
		const id = await ask(coordinator, question('exact'));
		for (const member of members.slice(1)) await member.work([20]);
		coordinator.time.advance(testPolicy.sessionDeadlineMs / 3);
		dieBefore(coordinator.parts.sessions, 'change', storesAnswer);
		await expect(sweep()).rejects.toThrow('killed');
		const session = await sessionOf(members[0]);
		expect(await members[0]?.send({ kind: 'refuse', session, code: 'no-budget' })).toBe(409);
		await sweep();
		expect(await getQuery(coordinator, id)).toMatchObject({ status: 'withheld', code: 'too-few-hospitals' });
		expect(endings()).toMatchObject([{ decision: 'withheld', body: { code: 'too-few-hospitals' } }]);
	});

	it('takes the message again that had been taken, and none that comes after the decision', async () => {
		await ask(coordinator, question('exact'));
		const session = await sessionOf(members[0]);
		const send = async (member: FakeMember | undefined): Promise<number | undefined> =>
			member?.send({ kind: 'refuse', session, code: 'no-budget' });
		for (const member of members.slice(0, 3)) await send(member);
		dieBefore(coordinator.parts.sessions, 'change', storesAnswer);
		expect(await send(members[3])).toBe(500);
		expect(await send(members[3])).toBe(200);
		expect(await members[3]?.send({ kind: 'refuse', session, code: 'unavailable' })).toBe(409);
		await sweep();
		expect(endings()).toMatchObject([{ decision: 'refused', body: { code: 'no-budget' } }]);
	});
});

describe('a hospital whose numbers cannot be', () => {
	const tooMuch = 2 ** 53 - 1;

	it.each([
		['secure', 'exact', [tooMuch, 1, 1, 1]],
		['secure', 'exact', [-500, 1, 1, 1]],
		['secure', 'noised', [tooMuch, tooMuch, 1, 1]],
		['secure', 'noised', [-tooMuch, 1, 1, 1]],
		['plain', 'exact', [tooMuch, tooMuch, 1, 1]],
		['plain', 'exact', [-500, 1, 1, 1]],
		['plain', 'noised', [tooMuch, tooMuch, 1, 1]],
	] as const)('ends a session withheld and audited: %s, %s, %j', async (aggregation, mechanism, counts) => {
		await start({ aggregation });
		const id = await ask(coordinator, question(mechanism));
		await workAll(counts.map((count) => [count]));
		const answer = await getQuery(coordinator, id);
		expect(answer).toMatchObject({ status: 'withheld', code: 'unavailable' });
		expect(JSON.stringify(answer)).not.toContain('implausible');
		expect(endings()).toMatchObject([
			{ decision: 'withheld', body: { code: 'unavailable', fault: 'implausible-sum' } },
		]);
		expect(coordinator.logged.join()).not.toContain('request-failed');
	});

	it('is refused a hidden cell under noise, and the session goes on without it', async () => {
		await start({ aggregation: 'plain' });
		const id = await ask(coordinator, question('noised'));
		const session = await sessionOf(members[0]);
		const shares = { kind: 'plain', session, epoch: '2026-11', k: 11, cells: [null] } as const;
		expect(await members[0]?.send(shares)).toBe(409);
		await workAll([[5], [6], [7]], members.slice(1));
		coordinator.time.advance((testPolicy.sessionDeadlineMs * 2) / 3);
		await sweep();
		expect(await getQuery(coordinator, id)).toMatchObject({
			status: 'released',
			cells: [{ raw: 18 }],
			hospitals: { absent: [{ hospital: 'east', reason: 'no-answer' }] },
		});
	});

	it('may hide a cell of an exact answer, which is then hidden', async () => {
		await start({ aggregation: 'plain' });
		const id = await ask(coordinator, question('exact'));
		const session = await sessionOf(members[0]);
		const shares = { kind: 'plain', session, epoch: '2026-11', k: 11, cells: [null] } as const;
		expect(await members[0]?.send(shares)).toBe(200);
		await workAll([[50], [60], [70]], members.slice(1));
		expect(await getQuery(coordinator, id)).toMatchObject({ status: 'released', cells: [{ value: null }] });
	});
});

describe.each(['secure', 'plain'] as const)(
	'an exact session without its whole roster, %s',
	(aggregation) => {
		beforeEach(() => start({ aggregation }));

		it('is withheld when one hospital refuses, once all others have spoken', async () => {
			const id = await ask(coordinator, question('exact'));
			const session = await sessionOf(members[0]);
			expect(await members[0]?.send({ kind: 'refuse', session, code: 'no-budget' })).toBe(200);
			expect(await getQuery(coordinator, id)).toMatchObject({ status: 'running' });
			await workAll([[40], [40], [40]], members.slice(1));
			expect(await getQuery(coordinator, id)).toMatchObject({
				status: 'withheld',
				code: 'too-few-hospitals',
				hospitals: { contributed: [] },
			});
		});

		it('takes no advert and no numbers of a hospital that has refused', async () => {
			await ask(coordinator, question('exact'));
			const session = await sessionOf(members[0]);
			await members[0]?.send({ kind: 'refuse', session, code: 'no-budget' });
			await workAll([[40], [40], [40], [40]]);
			expect(endings()).toMatchObject([{ decision: 'withheld' }]);
		});

		it('is withheld when one hospital is not heard of', async () => {
			const id = await ask(coordinator, question('exact'));
			for (const member of members.slice(1)) await member.work([40]);
			coordinator.time.advance((testPolicy.sessionDeadlineMs * 2) / 3);
			await sweep();
			await workAll([[40], [40], [40]], members.slice(1));
			expect(await getQuery(coordinator, id)).toMatchObject({
				status: 'withheld',
				code: 'too-few-hospitals',
			});
		});

		it('is refused when every hospital gives the same code', async () => {
			const id = await ask(coordinator, question('exact'));
			for (const member of members) {
				const session = await sessionOf(member);
				await member.send({ kind: 'refuse', session, code: 'not-permitted' });
			}
			expect(await getQuery(coordinator, id)).toMatchObject({ status: 'refused', code: 'not-permitted' });
		});
	},
);
