// The associations that the generator plants are in its truth, in direction and strength.

import { loadDefaultDictionary } from '@cordon/policies';
import { type Cohort, elementValue, truthOf } from '@cordon/shared';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadTruth } from '../../cli/src/synth/truth/load-truth.ts';
import type { TruthRecord } from '../../cli/src/synth/truth/truth-record.ts';
import { type MadeNetwork, makeNetwork } from './made-network.ts';

const dictionary = loadDefaultDictionary();
let network: MadeNetwork;
let truth: readonly TruthRecord[];

beforeAll(async () => {
	network = await makeNetwork(1, 2000);
	truth = await loadTruth(network.folder);
});
afterAll(() => network.remove());

const harmful = (symbol: string): Cohort => ({
	gene: { symbol, significance: ['pathogenic', 'likely_pathogenic'] },
});
const hasPattern = (pattern: string): Cohort => ({ element: { id: 'enhancement-pattern', in: [pattern] } });
const isMethylated: Cohort = { element: { id: 'mgmt-methylation', in: ['methylated'] } };

/** Over the patients for whom both facts are known. */
function oddsRatio(one: Cohort, other: Cohort): number {
	const cells = new Map<string, number>();
	for (const person of truth) {
		const [a, b] = [truthOf(one, person, dictionary), truthOf(other, person, dictionary)];
		if (a !== null && b !== null) cells.set(`${a} ${b}`, (cells.get(`${a} ${b}`) ?? 0) + 1);
	}
	const cell = (key: string): number => cells.get(key) ?? 0;
	return (cell('true true') * cell('false false')) / (cell('true false') * cell('false true'));
}

function medianOf(elementId: string, among: Cohort): number {
	const element = dictionary.elements.find(({ id }) => id === elementId);
	if (element === undefined) throw new Error(elementId);
	const known = truth.filter((person) => truthOf(among, person, dictionary) === true);
	const numbers = known.flatMap((person) => {
		const value = elementValue(element, person);
		return typeof value === 'number' ? [value] : [];
	});
	const sorted = numbers.sort((a, b) => a - b);
	return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

describe('the truth of 2,000 synthetic patients', () => {
	it('has rim enhancement with unmethylated MGMT: odds ratio near 4.5', () => {
		const ratio = oddsRatio(hasPattern('rim'), { not: isMethylated });
		expect(ratio).toBeGreaterThan(3.3);
		expect(ratio).toBeLessThan(6.2);
	});

	it('has large tumours with an EGFR alteration: the median is at least 1.4 times as large', () => {
		const egfr = harmful('EGFR');
		const ratio = medianOf('tumor-volume', egfr) / medianOf('tumor-volume', { not: egfr });
		expect(ratio).toBeGreaterThan(1.4);
		expect(ratio).toBeLessThan(2.4);
	});

	it('has long survival, youth and methylation with an IDH1 mutation', () => {
		const idh1: Cohort = { all: [{ condition: { code: 'C71' } }, harmful('IDH1')] };
		const wildType: Cohort = { all: [{ condition: { code: 'C71' } }, { not: harmful('IDH1') }] };
		expect(medianOf('survival-days', idh1)).toBeGreaterThan(1.8 * medianOf('survival-days', wildType));
		expect(medianOf('age', idh1)).toBeLessThan(medianOf('age', wildType) - 10);
		expect(oddsRatio(harmful('IDH1'), isMethylated)).toBeGreaterThan(3);
	});

	it('differs between hospitals as the profiles say: CT in the east alone, a panel in the west, consent in all', () => {
		const of = (hospital: string): readonly TruthRecord[] =>
			truth.filter((person) => person.hospital === hospital);
		const hasCt = (person: TruthRecord): boolean => person.series.some(({ modality }) => modality === 'CT');
		expect(of('east').filter(hasCt).length).toBeGreaterThan(40);
		expect(truth.filter((person) => person.hospital !== 'east').some(hasCt)).toBe(false);
		expect(
			of('west')
				.flatMap(({ examined }) => examined.genomes)
				.every(({ genes }) => genes !== 'all'),
		).toBe(true);
		for (const hospital of ['north', 'south', 'east', 'west']) {
			const people = of(hospital);
			const share = (test: (person: TruthRecord) => boolean): number =>
				people.filter(test).length / people.length;
			expect(
				share(({ consent }) => consent.genome),
				hospital,
			).toBeGreaterThan(0.6);
			expect(
				share(({ consent }) => consent.image && !consent.genome),
				hospital,
			).toBeGreaterThan(0.03);
			expect(
				share(({ consent }) => !consent.image),
				hospital,
			).toBeGreaterThan(0.08);
			expect(
				share(({ examined }) => !examined.image),
				hospital,
			).toBeGreaterThan(0.005);
			expect(
				share(({ examined }) => examined.genomes.length === 0),
				hospital,
			).toBeGreaterThan(0.05);
		}
	});
});
