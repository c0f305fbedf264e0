// The attack: two exact answers, each of them over k, whose difference is one patient. The defence: the hospitals compare
// each exact answer with those before, and what would tell of too few is withheld, without a word of which or how many.

import { initCrypto, type Plan } from '@cordon/shared';
import { beforeAll, describe, expect, it } from 'vitest';
import { decideRelease } from '../../coordinator/src/release/decide-release.ts';
import type { Json } from '../../coordinator/src/testing/researcher.ts';
import { testPolicy } from '../../coordinator/src/testing/test-policy.ts';
import { testSolver } from '../../coordinator/src/testing/test-solver.ts';
import { type Asked, type ExactNetwork, openExactNetwork } from '../exact/exact-network.ts';
import { mergedCells } from '../exact/merged-cells.ts';

const everybody = range(0, 80);
/** The victim: the only one of them with the rare disease. */
const victim = 17;
const others = everybody.filter((patient) => patient !== victim);

beforeAll(initCrypto);

function range(from: number, to: number): readonly number[] {
	return Array.from({ length: to - from }, (_, at) => from + at);
}

async function askAll(network: ExactNetwork, asked: readonly Asked[]): Promise<readonly Json[]> {
	const answers: Json[] = [];
	for (const one of asked) answers.push(await network.ask(one));
	return answers;
}

function valuesOf(answer: Json | undefined): readonly (number | null)[] {
	const cells = (answer?.['cells'] ?? []) as readonly { readonly value: number | null }[];
	return cells.map(({ value }) => value);
}

/** What the release stage alone, without the rule, makes of a count. */
async function valueWithoutRule(patients: number): Promise<number> {
	const plan: Plan = {
		askKind: 'count',
		cohort: { gene: { symbol: 'IDH1' } },
		variables: [],
		cells: [[]],
		dataClasses: ['genome'],
		l1Sensitivity: 1,
		mechanism: 'exact',
		epsilonMicros: 0,
	};
	const input = {
		plan,
		policy: testPolicy,
		merged: mergedCells([patients]),
		contributors: ['east', 'north', 'south', 'west'],
		epochs: {},
		k: testPolicy.k,
		noiseHospitals: 2,
		minimumContributors: 4,
	};
	const released = await decideRelease(input, testSolver);
	return released.ok ? (released.value.cells[0]?.value ?? Number.NaN) : Number.NaN;
}

const withheld = { status: 'withheld', code: 'subtraction' };

describe('subtraction of two exact answers', () => {
	it('teeth: without the rule, both counts are answered and differ by the victim', async () => {
		const [all, without] = [everybody.length, others.length];
		expect((await valueWithoutRule(all)) - (await valueWithoutRule(without))).toBe(1);
	});

	it('hold: the second count is withheld, whichever of the two comes first', async () => {
		const pair = [
			{ cohort: 1, patients: everybody },
			{ cohort: 2, patients: others },
		];
		for (const asked of [pair, pair.toReversed()]) {
			const [first, second] = await askAll(await openExactNetwork(), asked);
			expect(first).toMatchObject({ status: 'released' });
			expect(second).toMatchObject(withheld);
			expect(second).not.toHaveProperty('cells');
		}
	});

	it('hold: ten patients away is withheld and eleven is not, and nothing tells ten from one', async () => {
		const away = async (patients: number): Promise<Json> => {
			const network = await openExactNetwork();
			await network.ask({ cohort: 1, patients: everybody });
			return network.ask({ cohort: 2, patients: everybody.slice(patients) });
		};
		const [one, ten, eleven] = [await away(1), await away(10), await away(11)];
		expect(ten).toMatchObject(withheld);
		expect(eleven).toMatchObject({ status: 'released', cells: [{ value: 69 }] });
		const said = ({ status, code, message, hospitals }: Json): Json => ({ status, code, message, hospitals });
		expect(said(one)).toEqual(said(ten));
	});

	it('hold: the same patients asked for in other words are withheld: that nobody differs is a fact too', async () => {
		const [, same] = await askAll(await openExactNetwork(), [
			{ cohort: 1, patients: everybody },
			{ cohort: 2, patients: everybody },
		]);
		expect(same).toMatchObject(withheld);
	});

	it('hold: a withheld answer is no earlier answer, and its patients are forgotten', async () => {
		const network = await openExactNetwork();
		const [, near, third] = await askAll(network, [
			{ cohort: 1, patients: everybody },
			{ cohort: 2, patients: others },
			// Near to what was withheld, and not to what was released.
			{ cohort: 3, patients: others.slice(20) },
		]);
		expect(near).toMatchObject(withheld);
		expect(third).toMatchObject({ status: 'released' });
		const held = await Promise.all(network.histories.map((history) => history.answers('2026-11')));
		expect(held.map((answers) => answers.filter(({ isDropped }) => isDropped).length)).toEqual([1, 1, 1, 1]);
	});

	it('hold: what was withheld once stays so when it is asked again', async () => {
		const [, first, again] = await askAll(await openExactNetwork(), [
			{ cohort: 1, patients: everybody },
			{ cohort: 2, patients: others },
			{ cohort: 2, patients: others },
		]);
		expect([first, again]).toMatchObject([withheld, withheld]);
	});

	it('hold: an answer of a moment ago is compared, though no hospital has heard its end', async () => {
		const network = await openExactNetwork({ isDeafToEnds: true });
		await network.ask({ cohort: 1, patients: everybody });
		expect(await network.ask({ cohort: 2, patients: others })).toMatchObject(withheld);
	});

	it('says nothing of the comparisons in the log, the store or the answer', async () => {
		const network = await openExactNetwork();
		await network.ask({ cohort: 1, patients: everybody });
		const answer = await network.ask({ cohort: 2, patients: everybody.slice(7) });
		const { coordinator } = network;
		const told = JSON.stringify([answer, coordinator.entries, coordinator.logged]);
		expect(told).toContain('subtraction');
		expect(answer).not.toHaveProperty('earlier');
		const [{ key } = { key: '' }] = coordinator.entries.filter(({ stage }) => stage === 'dispatch');
		expect(key).toMatch(/^dispatch\/[0-9a-f]{64}$/);
		expect(JSON.stringify(answer)).not.toContain(key.slice('dispatch/'.length));
		expect(Object.keys(answer).sort()).toEqual(
			[
				...['code', 'cordon', 'hospitals', 'id', 'manifest', 'message', 'queryHash', 'receipt'],
				...['project', 'purpose', 'releasedAtHour', 'requestHash', 'signature', 'status'],
			].sort(),
		);
	});
});

describe('a count against the cells of a table', () => {
	/** 40 women, 38 men, 2 unknown: those are hidden, and the men beside them. */
	const sexOf = (patient: number): number => (patient >= 78 ? 2 : patient % 2);
	const women = everybody.filter((patient) => sexOf(patient) === 0);
	const men = everybody.filter((patient) => sexOf(patient) === 1);
	const table: Asked = { cohort: 1, patients: everybody, sexOf };

	it('hold: a shown cell but for one patient is withheld', async () => {
		const [first, second] = await askAll(await openExactNetwork(), [
			table,
			{ cohort: 2, patients: women.slice(1) },
		]);
		const shown = valuesOf(first);
		expect(shown.filter((value) => value === null)).toHaveLength(2);
		expect(shown[0] ?? shown[1]).not.toBe(null);
		const isWomenShown = shown[0] !== null;
		expect(second).toMatchObject(isWomenShown ? withheld : { status: 'withheld' });
	});

	it('hold: a cell that was hidden beside a small one is not given by a count, nor hidden after it was given', async () => {
		for (const cell of [women, men]) {
			const asked = [table, { cohort: 2, patients: cell }];
			for (const order of [asked, asked.toReversed()]) {
				const [, second] = await askAll(await openExactNetwork(), order);
				expect(second).toMatchObject(withheld);
			}
		}
	});

	it('and the count of all of the table is answered: every margin was taken for known', async () => {
		const [, all] = await askAll(await openExactNetwork(), [table, { cohort: 1, patients: everybody }]);
		expect(all).toMatchObject({ status: 'released', cells: [{ value: 80 }] });
	});
});

describe('the general tracker', () => {
	/**
	 * A tracker T is any set with more than k patients in it and outside: the count of a small set A is then
	 * count(A or T) + count(A or not T) - count(all), three answers that are each large.
	 */
	const tracker = range(0, 40);
	const isOf = (patient: number): boolean => tracker.includes(patient);
	const small = [victim];

	const asked = [
		{ cohort: 1, patients: everybody },
		{ cohort: 2, patients: [...small, ...everybody.filter(isOf)] },
		{ cohort: 3, patients: [...small, ...everybody.filter((patient) => !isOf(patient))] },
	];

	it('teeth: without the rule it counts the victim alone', async () => {
		const sizes = await Promise.all(asked.map(({ patients }) => valueWithoutRule(new Set(patients).size)));
		const [all = 0, withTracker = 0, withoutTracker = 0] = sizes;
		expect(withTracker + withoutTracker - all).toBe(1);
	});

	it('is not caught: answers are compared two by two, and this is what each exact answer says', async () => {
		const answers = await askAll(await openExactNetwork(), asked);
		expect(answers.map(({ status }) => status)).toEqual(['released', 'released', 'released']);
		const [all = 0, withTracker = 0, withoutTracker = 0] = answers.map((answer) => valuesOf(answer)[0] ?? 0);
		expect(withTracker + withoutTracker - all).toBe(1);
		expect(JSON.stringify(answers[2]?.['claims'])).toContain('three or more');
	});
});
