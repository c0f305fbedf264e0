// Random patients and cohorts: whatever pair differs in 1 to k - 1 patients is withheld, by the rule and by the network.

import { initCrypto, type PublishedTable, tellsOfFew } from '@cordon/shared';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Asked, openExactNetwork } from './exact-network.ts';

const seed = 20261123;
const k = 11;

beforeAll(initCrypto);

const sex = { variable: { element: 'sex' }, categories: ['female', 'male', 'unknown'] };

/** Two cohorts of one hospital group, and everybody's sex; often close to each other, since random sets never are. */
const arbitraryPair: fc.Arbitrary<Pair> = fc
	.record({
		both: fc.integer({ min: 0, max: 60 }),
		onlyOne: fc.integer({ min: 0, max: 24 }),
		onlyOther: fc.integer({ min: 0, max: 24 }),
		sexes: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 7, maxLength: 7 }),
	})
	.map(({ both, onlyOne, onlyOther, sexes }) => ({
		one: range(0, both + onlyOne),
		other: [...range(0, both), ...range(1000, 1000 + onlyOther)],
		sexOf: (patient: number) => sexes[patient % sexes.length] ?? 0,
	}));

interface Pair {
	readonly one: readonly number[];
	readonly other: readonly number[];
	readonly sexOf: (patient: number) => number;
}

function range(from: number, to: number): readonly number[] {
	return Array.from({ length: to - from }, (_, at) => from + at);
}

function without(one: readonly number[], other: readonly number[]): number {
	return one.filter((patient) => !other.includes(patient)).length;
}

function isFew(patients: number): boolean {
	return patients > 0 && patients < k;
}

/** Straight from the specification, on sets of patients. */
function isToBeWithheld({ one, other }: Pair): boolean {
	const regions = [without(one, other), without(other, one)];
	return regions.some(isFew) || (regions[0] === 0 && regions[1] === 0);
}

function inCell(patients: readonly number[], sexOf: Pair['sexOf'], cell: number): readonly number[] {
	return patients.filter((patient) => sexOf(patient) === cell);
}

function tableOf(gene: string, patients: readonly number[], sexOf: Pair['sexOf']): PublishedTable {
	const shown = [0, 1, 2].map((cell) => inCell(patients, sexOf, cell).length >= k);
	return { cohort: { gene: { symbol: gene } }, variables: [sex], shown, hiddenSums: [] };
}

describe('tellsOfFew, on random patients', () => {
	it('withholds the counts that the specification withholds, and no others', () => {
		let withheld = 0;
		fc.assert(
			fc.property(arbitraryPair, (pair) => {
				const { one, other } = pair;
				fc.pre(one.length >= k && other.length >= k);
				const count = (symbol: string): PublishedTable => ({
					cohort: { gene: { symbol } },
					variables: [],
					shown: [true],
					hiddenSums: [],
				});
				const both = one.length - without(one, other);
				const overlap = { sizes: [one.length], earlierSizes: [other.length], shared: [[both]] };
				const expected = isToBeWithheld(pair);
				if (expected) withheld += 1;
				expect(tellsOfFew({ table: count('A'), earlier: count('B'), overlap, k })).toBe(expected);
			}),
			{ seed, numRuns: 2000 },
		);
		expect(withheld).toBeGreaterThan(200);
	});

	it('lets no two shown cells of two tables pass that are fewer than k patients apart on both sides', () => {
		let near = 0;
		fc.assert(
			fc.property(arbitraryPair, ({ one, other, sexOf }) => {
				const [table, earlier] = [tableOf('A', one, sexOf), tableOf('B', other, sexOf)];
				const cells = [0, 1, 2];
				const overlap = {
					sizes: cells.map((cell) => inCell(one, sexOf, cell).length),
					earlierSizes: cells.map((cell) => inCell(other, sexOf, cell).length),
					shared: cells.map((before) =>
						cells.map((now) => {
							const cell = inCell(one, sexOf, now);
							return cell.length - without(cell, inCell(other, sexOf, before));
						}),
					),
				};
				const isNear = cells.some((now) =>
					cells.some((before) => {
						if (table.shown[now] !== true || earlier.shown[before] !== true) return false;
						const [a, b] = [inCell(one, sexOf, now), inCell(other, sexOf, before)];
						return without(a, b) < k && without(b, a) < k;
					}),
				);
				if (!isNear) return;
				near += 1;
				expect(tellsOfFew({ table, earlier, overlap, k })).toBe(true);
			}),
			{ seed, numRuns: 2000 },
		);
		expect(near).toBeGreaterThan(200);
	});
});

describe('a network, on random patients', () => {
	it('answers the second of two counts unless it is to be withheld', async () => {
		const seen = { withheld: 0, released: 0 };
		await fc.assert(
			fc.asyncProperty(arbitraryPair, async (pair) => {
				const { one, other } = pair;
				fc.pre(one.length >= k && other.length >= k);
				const network = await openExactNetwork();
				const first: Asked = { cohort: 1, patients: one };
				await network.ask(first);
				const { status, code } = await network.ask({ cohort: 2, patients: other });
				const expected = isToBeWithheld(pair);
				seen[expected ? 'withheld' : 'released'] += 1;
				expect([status, code]).toEqual(expected ? ['withheld', 'subtraction'] : ['released', undefined]);
			}),
			{ seed, numRuns: 12, endOnFailure: true },
		);
		expect(seen.withheld).toBeGreaterThan(2);
		expect(seen.released).toBeGreaterThan(1);
	}, 120_000);
});

describe('what may be asked exactly', () => {
	const patients = range(0, 40);
	const body = async (answer: Response): Promise<unknown> => answer.json();

	it('is one question at a time: a second one is told to come again', async () => {
		const network = await openExactNetwork();
		expect((await network.submit({ cohort: 1, patients })).status).toBe(202);
		const second = await network.submit({ cohort: 2, patients });
		expect(second.status).toBe(503);
		expect(await body(second)).toMatchObject({ code: 'unavailable', issues: [{ path: '/release' }] });
		await network.work({ cohort: 1, patients });
		expect((await network.submit({ cohort: 3, patients })).status).toBe(202);
	});

	it('is of fifty cohorts a project and epoch, whatever became of them', async () => {
		const { coordinator, submit } = await openExactNetwork();
		for (let cohort = 0; cohort < 50; cohort += 1) {
			expect((await submit({ cohort, patients })).status).toBe(202);
			coordinator.time.advance(60_000);
			await coordinator.parts.pipeline.sweep();
		}
		const more = await submit({ cohort: 50, patients });
		expect(more.status).toBe(403);
		expect(await body(more)).toMatchObject({ code: 'no-budget', issues: [{ path: '/release' }] });
		expect((await submit({ cohort: 49, patients, sexOf: () => 0 })).status).toBe(202);
	});

	it('is of one set of hospitals an epoch: another project of fewer is told so, and a noised question is not', async () => {
		const hospitals = ['east', 'north', 'south', 'west'];
		const projects = [
			{ id: 'glioma', title: 'Glioma', hospitals },
			{ id: 'three', title: 'Three', hospitals: hospitals.slice(1) },
		];
		const network = await openExactNetwork({ projects });
		await network.ask({ cohort: 1, patients });
		const other = await network.submit({ cohort: 1, patients, project: 'three' });
		expect(other.status).toBe(409);
		expect(await body(other)).toMatchObject({ code: 'subtraction' });
		const noised = await network.submit({ cohort: 1, patients, project: 'three', mechanism: 'noised' });
		expect(noised.status).toBe(202);
	});
});

describe('what a noised answer says of exact ones', () => {
	it('says that the bound holds only against others, once its hospitals have released exactly', async () => {
		const network = await openExactNetwork();
		const asked: Asked = { cohort: 1, patients: range(0, 40) };
		const claimOf = async (cohort: number): Promise<string> => {
			const { claims } = await network.ask({ ...asked, cohort, mechanism: 'noised' });
			return (claims as readonly string[])[0] ?? '';
		};
		expect(await claimOf(2)).toContain('also a later one');
		await network.ask(asked);
		expect(await claimOf(3)).toContain('have been released exactly');
	});
});
