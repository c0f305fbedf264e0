// The attack: ask the same again and again, alone or with friends, in other words, before and after a restart, and average
// the answers: the noise goes, the number stays, and one budget has bought many draws. The defence: a question has one
// release a month, whoever asks it and however it is put.

import { createHash } from 'node:crypto';
import { drawNoise, type Random } from '@cordon/shared';
import { beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '../../coordinator/src/http/create-app.ts';
import { createPipeline } from '../../coordinator/src/pipeline.ts';
import type { SessionStore } from '../../coordinator/src/ports.ts';
import type { FakeMember } from '../../coordinator/src/testing/fake-member.ts';
import { ask, getQuery, type Json, question } from '../../coordinator/src/testing/researcher.ts';
import {
	foundNetwork,
	type TestCoordinator,
	testCoordinator,
} from '../../coordinator/src/testing/test-coordinator.ts';
import { seededRandom } from '../../shared/src/noise/seeded-random.ts';

const counts = [10, 20, 30, 40];
const truth = 100;
const epsilonMicros = 500_000;
const repeats = 36;
/** Standard deviation of one answer's noise: each of these hospitals adds a full one, of scale 2. */
const deviation = Math.sqrt(counts.length * 2 * (1e6 / epsilonMicros) ** 2);

let coordinator: TestCoordinator;
let members: readonly FakeMember[];
let noise: Random;

beforeEach(async () => {
	coordinator = await testCoordinator();
	members = await foundNetwork(coordinator);
	noise = seededRandom('averaging');
});

/** One number a hospital and session, as a node draws it: again only where it is asked anew. */
function noisedCount(at: number): number {
	const spread = { epsilonMicros, l1Sensitivity: 1, hospitals: 1 };
	return (counts[at] ?? 0) + Number(drawNoise(1, spread, noise)[0] ?? 0n);
}

async function answerTo(asked: Json, person: string): Promise<number> {
	const id = await ask(coordinator, asked, person);
	for (let round = 0; round < 8; round += 1) {
		for (const [at, member] of members.entries()) await member.work([noisedCount(at)]);
	}
	const answer = await getQuery(coordinator, id, person);
	const [cell] = answer['cells'] as readonly { readonly raw: number }[];
	if (cell === undefined) throw new Error(JSON.stringify(answer));
	return cell.raw;
}

/** As whoever averages would vary it: who asks, in which order, how often each operand, under which title. */
function variant(turn: number): readonly [Json, person: string] {
	const [a, b] = [{ gene: { symbol: 'IDH1' } }, { imaging: { modality: 'MR' } }];
	const orders = [
		[a, b],
		[b, a],
		[a, b, a],
		[b, { all: [a, b] }],
	];
	const title = createHash('sha256').update(`${turn}`).digest('hex');
	const person = ['alice', 'bob', 'carol'][turn % 3] ?? 'alice';
	return [question('noised', { cohort: { all: orders[turn % 4] ?? [] }, title }), person];
}

function useStore(change: (sessions: SessionStore) => SessionStore): void {
	const parts = { ...coordinator.parts, sessions: change(coordinator.parts.sessions) };
	const changed = { ...parts, pipeline: createPipeline(parts) };
	const app = createApp(changed);
	coordinator = { ...coordinator, parts: changed, app };
}

async function askAgain(): Promise<readonly number[]> {
	const numbers: number[] = [];
	for (let turn = 0; turn < repeats; turn += 1) {
		if (turn % 16 === 8) useStore((sessions) => sessions);
		numbers.push(await answerTo(...variant(turn)));
	}
	return numbers;
}

function mean(numbers: readonly number[]): number {
	return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

describe('averaging over repeats, people, orders and restarts', () => {
	it('teeth: without the release store the mean is six times as close as one answer', async () => {
		useStore((sessions) => ({
			...sessions,
			heldRelease: async () => null,
			open: (query, record, outgoing) => sessions.open(query, record, outgoing, null),
		}));
		const numbers = await askAgain();
		expect(new Set(numbers).size).toBeGreaterThan(5);
		// Five standard deviations of the mean of 36: outside it once in a million runs, were the seed not fixed.
		expect(Math.abs(mean(numbers) - truth)).toBeLessThan((5 * deviation) / Math.sqrt(repeats));
	}, 120_000);

	it('hold: there is one number, however often it is asked', async () => {
		const numbers = await askAgain();
		expect(new Set(numbers).size).toBe(1);
	}, 120_000);
});
