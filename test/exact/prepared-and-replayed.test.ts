// Exact questions that do not take the plain way: through sessions prepared ahead, and from the release store.

import { err, initCrypto, type RefusalCode, rowsOf } from '@cordon/shared';
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { sqlPreparedStore } from '../../coordinator/src/adapters/sql-prepared-store.ts';
import { createPipeline } from '../../coordinator/src/pipeline.ts';
import { getQuery } from '../../coordinator/src/testing/researcher.ts';
import { testPolicy } from '../../coordinator/src/testing/test-policy.ts';
import { type Asked, type ExactNetwork, openExactNetwork } from './exact-network.ts';

const everybody = Array.from({ length: 80 }, (_, patient) => patient);
const first: Asked = { cohort: 1, patients: everybody };
const oneLess: Asked = { cohort: 2, patients: everybody.slice(1) };
const withheld = { status: 'withheld', code: 'subtraction' };

beforeAll(initCrypto);

async function prepare({ coordinator, work }: ExactNetwork): Promise<void> {
	await coordinator.parts.pipeline.sweep();
	await work(first);
}

async function readyExact({ coordinator }: ExactNetwork): Promise<readonly string[]> {
	const all = await sqlPreparedStore(coordinator.database).all();
	const ready = all.filter(
		({ mechanism, collector }) => mechanism === 'exact' && collector.phase === 'ready',
	);
	return ready.map(({ session }) => session);
}

async function idOf(answer: Response): Promise<string> {
	expect(answer.status).toBe(202);
	return ((await answer.json()) as { readonly id: string }).id;
}

async function recorded({ coordinator }: ExactNetwork): Promise<readonly unknown[]> {
	const rows = await coordinator.database.read((tx) => tx.execute(sql`select state from exact_session`));
	return rowsOf(rows).map((row) => row['state']);
}

describe('an exact question through a session prepared ahead', () => {
	it('brings the earlier answers with it, and is compared with them', async () => {
		const network = await openExactNetwork({ preparedSessions: 1 });
		for (const [asked, earlier, answer] of [
			[first, [], { status: 'released', cells: [{ value: 80 }] }],
			[oneLess, [1], withheld],
		] as const) {
			await prepare(network);
			const ready = await readyExact(network);
			const id = await idOf(await network.submit(asked));
			const [heard] = (await network.members[0]?.poll()) ?? [];
			if (heard?.message.kind !== 'open') throw new Error('nothing was asked');
			expect(ready).toContain(heard.message.session);
			expect(heard.message.prepared).toBe(true);
			expect(heard.message.earlier?.map(({ cells }) => cells)).toEqual(earlier);
			await network.work(asked);
			expect(await getQuery(network.coordinator, id)).toMatchObject(answer);
		}
	});

	it('uses none up where it is refused', async () => {
		const network = await openExactNetwork({ preparedSessions: 2 });
		await prepare(network);
		await idOf(await network.submit(first));
		const left = await readyExact(network);
		expect(left).toHaveLength(1);
		expect((await network.submit(oneLess)).status).toBe(503);
		expect(await readyExact(network)).toEqual(left);
	});
});

describe('an exact answer that is shown again', () => {
	it('is compared with none, counted as none, and need not wait for another exact question', async () => {
		const network = await openExactNetwork();
		const answer = await network.ask(first);
		await idOf(await network.submit({ cohort: 3, patients: [] }));
		const again = await idOf(await network.submit({ ...first, title: 'again' }));
		expect(await getQuery(network.coordinator, again)).toEqual(answer);
		expect((await recorded(network)).toSorted()).toEqual(['released', 'running']);
	});
});

describe('an exact question that two people ask at one moment', () => {
	it('is asked of the hospitals once, and answers both', async () => {
		const network = await openExactNetwork();
		const both = [network.submit(first), network.submit({ ...first, title: 'again' })];
		const ids = await Promise.all(both.map(async (answer) => idOf(await answer)));
		await network.work(first);
		await network.coordinator.parts.pipeline.sweep();
		const answers = await Promise.all(ids.map((id) => getQuery(network.coordinator, id)));
		expect(answers[0]).toMatchObject({ status: 'released' });
		expect(answers[1]).toEqual(answers[0]);
	});
});

describe('an exact question that waited for another, which came to nothing', () => {
	/** Cohort 1 is released; cohort 2 is asked twice, and the first of the two times out; the second is not begun yet. */
	async function waiting(): Promise<{ readonly network: ExactNetwork; readonly id: string }> {
		const network = await openExactNetwork();
		await network.ask(first);
		await idOf(await network.submit(oneLess));
		network.coordinator.time.advance(1000);
		const id = await idOf(await network.submit({ ...oneLess, title: 'again' }));
		network.coordinator.time.advance(testPolicy.sessionDeadlineMs - 1000);
		await refusing(network, 'exact-busy');
		return { network, id };
	}

	function refusing({ coordinator }: ExactNetwork, code: RefusalCode): Promise<void> {
		const { exact } = coordinator.parts;
		return createPipeline({
			...coordinator.parts,
			exact: { ...exact, begin: async () => err(code) },
		}).sweep();
	}

	it('is compared like any other when it is computed after all', async () => {
		const { network, id } = await waiting();
		await network.coordinator.parts.pipeline.sweep();
		expect((await recorded(network)).toSorted()).toEqual(['ended', 'released', 'running']);
		await network.work(oneLess);
		expect(await getQuery(network.coordinator, id)).toMatchObject(withheld);
	});

	it('waits on while another exact question is being answered', async () => {
		const { network, id } = await waiting();
		await refusing(network, 'exact-busy');
		await network.work(oneLess);
		expect(await getQuery(network.coordinator, id)).toMatchObject({ status: 'running' });
		await network.coordinator.parts.pipeline.sweep();
		await network.work(oneLess);
		expect(await getQuery(network.coordinator, id)).toMatchObject(withheld);
	});

	it.each(['token-expired', 'request-stale'] as const)(
		'ends as unavailable where it has waited for too long (%s), and hospitals are not asked',
		async (code) => {
			const { network, id } = await waiting();
			const { gate } = network.coordinator.parts;
			const stale = { ...gate, verifyRequest: async () => err(code) };
			await createPipeline({ ...network.coordinator.parts, gate: stale }).sweep();
			await network.coordinator.parts.pipeline.sweep();
			expect(await getQuery(network.coordinator, id)).toMatchObject({
				status: 'withheld',
				code: 'unavailable',
			});
			expect((await recorded(network)).toSorted()).toEqual(['ended', 'released']);
		},
	);

	it('waits on where its request cannot be verified now', async () => {
		const { network, id } = await waiting();
		const { gate } = network.coordinator.parts;
		const unsure = { ...gate, verifyRequest: async () => err('policy-unavailable' as const) };
		await createPipeline({ ...network.coordinator.parts, gate: unsure }).sweep();
		expect(await getQuery(network.coordinator, id)).toMatchObject({ status: 'running' });
	});

	it('is refused where the door would refuse it', async () => {
		const { network, id } = await waiting();
		await refusing(network, 'exact-limit');
		await network.coordinator.parts.pipeline.sweep();
		expect(await getQuery(network.coordinator, id)).toMatchObject({ status: 'refused', code: 'no-budget' });
	});

	it('goes on with the same list where the coordinator died before it had asked', async () => {
		const { network, id } = await waiting();
		const { parts } = network.coordinator;
		let isDead = false;
		const begin: typeof parts.exact.begin = async (opening, decide) => {
			const begun = await parts.exact.begin(opening, decide);
			isDead = true;
			return begun;
		};
		const append: typeof parts.audit.append = async (entry) => {
			if (isDead) throw new Error('dead');
			return parts.audit.append(entry);
		};
		const dying = { ...parts, exact: { ...parts.exact, begin }, audit: { ...parts.audit, append } };
		await expect(createPipeline(dying).sweep()).rejects.toThrow('dead');
		await parts.pipeline.sweep();
		await network.work(oneLess);
		expect(await getQuery(network.coordinator, id)).toMatchObject(withheld);
	});
});
