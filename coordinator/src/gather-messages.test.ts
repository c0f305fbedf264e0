import { describe, expect, it } from 'vitest';
import { gatherMessages, type Said, type Waiting } from './gather-messages.ts';
import { createTurns } from './turns.ts';

const said = (hospital: string, session = 's1'): Said => ({
	hospital,
	step: 'permit',
	digest: hospital,
	message: { kind: 'permit', session },
});
const acceptAll = (waiting: readonly Waiting[]): void => {
	for (const { answer } of waiting) answer('accepted');
};

describe('gatherMessages', () => {
	it('takes together what comes while a turn goes on, in order, and each session by itself', async () => {
		const turns: string[] = [];
		const started = Promise.withResolvers<void>();
		const written = Promise.withResolvers<void>();
		const take = gatherMessages(createTurns(), async (session, waiting) => {
			turns.push(`${session} ${waiting.map(({ hospital }) => hospital).join()}`);
			started.resolve();
			await written.promise;
			acceptAll(waiting);
		});
		const first = take(said('east'));
		await started.promise;
		const others = [take(said('west')), take(said('north')), take(said('east', 's2'))];
		written.resolve();
		expect(await Promise.all([first, ...others])).toEqual(Array.from({ length: 4 }, () => 'accepted'));
		expect(turns).toEqual(['s1 east', 's2 east', 's1 west,north']);
	});

	it('fails whoever was not answered when a turn breaks, and nobody else; the next turn begins anew', async () => {
		let isBroken = true;
		const take = gatherMessages(createTurns(), async (_session, waiting) => {
			if (!isBroken) return acceptAll(waiting);
			waiting[0]?.answer('conflict');
			throw new Error('the store is away');
		});
		const settled = await Promise.allSettled([take(said('east')), take(said('west')), take(said('north'))]);
		expect(settled).toMatchObject([
			{ status: 'fulfilled', value: 'conflict' },
			{ status: 'rejected', reason: { message: 'the store is away' } },
			{ status: 'rejected', reason: { message: 'the store is away' } },
		]);
		isBroken = false;
		expect(await take(said('west'))).toBe('accepted');
	});

	it('waits for other work on the session', async () => {
		const turns = createTurns();
		const order: string[] = [];
		const sweeping = turns.inTurn('s1', async () => void order.push('swept'));
		const take = gatherMessages(turns, async (_session, waiting) => {
			order.push('taken');
			acceptAll(waiting);
		});
		await Promise.all([take(said('east')), sweeping]);
		expect(order).toEqual(['swept', 'taken']);
	});

	it('never leaves a message without a word', async () => {
		const take = gatherMessages(createTurns(), async () => undefined);
		await expect(take(said('east'))).rejects.toThrow('not answered');
	});
});
