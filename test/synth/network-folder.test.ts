// The network folder as a whole: reproducible, loadable by the command line, its names all in the dictionary.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadDefaultDictionary } from '@cordon/policies';
import { makePlan, type Plan, parseQuestionText } from '@cordon/shared';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadNetwork } from '../../cli/src/network/load-network.ts';
import { loadTruth } from '../../cli/src/synth/truth/load-truth.ts';
import { type TruthRecord, trueAnswer } from '../../cli/src/synth/truth/truth-record.ts';
import { parseMapping } from '../../node/src/ingest/mapping.ts';
import { parseSources } from '../../node/src/ingest/source-config.ts';
import { filesBelow, type MadeNetwork, makeNetwork } from './made-network.ts';

const dictionary = loadDefaultDictionary();
let network: MadeNetwork;
let truth: readonly TruthRecord[];

beforeAll(async () => {
	network = await makeNetwork(3, 400);
	truth = await loadTruth(network.folder);
});
afterAll(() => network.remove());

async function digestOf(folder: string): Promise<string> {
	const hash = createHash('sha256');
	for (const path of await filesBelow(folder))
		hash
			.update(path)
			.update('\0')
			.update(readFileSync(join(folder, path)));
	return hash.digest('hex');
}

function planOf(question: string): Plan {
	const parsed = parseQuestionText(readFileSync(join(network.folder, question), 'utf8'), dictionary);
	if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
	const plan = makePlan(parsed.value, dictionary, 4096);
	if (!plan.ok) throw new Error(plan.error);
	return plan.value;
}

describe('synthesize', () => {
	it('writes byte-identical files for the same seed', async () => {
		const again = await makeNetwork(3, 400);
		expect(await digestOf(again.folder)).toBe(await digestOf(network.folder));
		await again.remove();
	});

	it('writes other files for another seed', async () => {
		const other = await makeNetwork(4, 400);
		expect(await digestOf(other.folder)).not.toBe(await digestOf(network.folder));
		await other.remove();
	});

	it('writes a network.yaml that the command line loads, with sources and mappings that the node accepts', async () => {
		const loaded = await loadNetwork(network.folder, {});
		if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
		for (const hospital of loaded.value.file.hospitals) {
			expect(parseSources(hospital.sources), hospital.id).toMatchObject({ ok: true });
			const mapping = readFileSync(join(network.folder, hospital.mapping ?? ''), 'utf8');
			expect(parseMapping(mapping, dictionary), hospital.id).toMatchObject({ ok: true });
		}
	});

	it('reports the files it wrote, by kind', async () => {
		const paths = await filesBelow(network.folder);
		const count = (pattern: RegExp): number => paths.filter((path) => pattern.test(path)).length;
		expect(network.summary.files).toEqual({
			dicom: count(/\.dcm$/),
			vcf: count(/\.vcf\.gz$/),
			fhir: count(/\.ndjson$/) - 1,
			csv: count(/(radiomi[ck]s?|features)\.[ct]sv$/),
		});
		expect(network.summary.patients).toBe(400);
		expect(truth.length).toBe(400);
	});

	it('uses in the truth only names of the dictionary', () => {
		const elements = new Set(dictionary.elements.map(({ id }) => id));
		const genes = new Set(dictionary.genes.map(({ symbol }) => symbol));
		const conditions = new Set(dictionary.conditions.map(({ id }) => id));
		for (const person of truth) {
			for (const { element } of person.values) expect(elements).toContain(element);
			for (const condition of person.conditions) expect(conditions).toContain(condition);
			for (const { gene, consequence, significance } of person.genotypes) {
				expect(genes).toContain(gene);
				expect(dictionary.consequences).toContain(consequence);
				if (significance !== null) expect(dictionary.significances).toContain(significance);
			}
		}
	});
});

describe('the questions of a synthetic network', () => {
	it('are six, parse, and have the same true answer under both mechanisms', () => {
		expect(network.summary.questions.length).toBe(6);
		for (const kind of ['count', 'histogram', 'table']) {
			const [noised, exact] = [
				planOf(`questions/${kind}-noised.json`),
				planOf(`questions/${kind}-exact.json`),
			];
			expect([noised.mechanism, exact.mechanism]).toEqual(['noised', 'exact']);
			const answer = trueAnswer(noised, truth, dictionary);
			expect(trueAnswer(exact, truth, dictionary)).toEqual(answer);
			expect(answer.reduce((sum, cell) => sum + cell, 0)).toBeGreaterThan(10);
		}
	});

	it('count nobody whose consent does not cover every class that is read', () => {
		const plan = planOf('questions/table-exact.json');
		const none = truth.map((record) => ({ ...record, consent: { ...record.consent, genome: false } }));
		expect(plan.dataClasses).toContain('genome');
		expect(trueAnswer(plan, none, dictionary).every((cell) => cell === 0)).toBe(true);
	});
});
