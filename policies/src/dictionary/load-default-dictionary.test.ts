// The consortium's own dictionary is sound and holds what radiogenomics asks for; a broken file is refused.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { conditionAndDescendants, dictionaryHash, dictionaryLookup } from '@cordon/shared';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDefaultDictionary, loadDictionaryFile } from './load-default-dictionary.ts';

const lookup = dictionaryLookup(loadDefaultDictionary());

describe('loadDefaultDictionary', () => {
	it.each([
		['age', 'a', [0, 90]],
		['survival-days', 'd', [0, 3650]],
		['tumor-volume', 'mL', [0, 200]],
		['sphericity', '1', [0, 1]],
		['ground-glass-fraction', '%', [0, 100]],
		['left-ventricular-wall-thickness', 'mm', [0, 50]],
		['coronary-calcium', '1', [0, 4000]],
		['karnofsky', '1', [0, 100]],
	])('has the number %s in %s', (id, unit, bounds) => {
		expect(lookup.elements.get(id)).toMatchObject({ type: 'number', unit, bounds });
	});

	it.each([
		['sex', ['female', 'male', 'other']],
		['vital-status', ['alive', 'dead']],
		['enhancement-pattern', ['none', 'nodular', 'rim']],
		['mgmt-methylation', ['methylated', 'unmethylated']],
		['1p19q-codeletion', ['codeleted', 'intact']],
		['msi-status', ['stable', 'msi-low', 'msi-high']],
		['fab-classification', ['M0', 'M1', 'M2', 'M3', 'M4', 'M5', 'M6', 'M7']],
	])('has the code %s', (id, values) => {
		const element = lookup.elements.get(id);
		expect(element?.type === 'code' ? element.values.map((value) => value.id) : []).toEqual(values);
	});

	it('finds lobes of the brain below malignant neoplasms of it', () => {
		const brain = conditionAndDescendants(loadDefaultDictionary(), 'C71');
		expect(brain).toHaveLength(11);
		expect(brain).toContain('C71.9');
	});

	it('gives every gene one stretch on each assembly, of the same contig and nearly the same length', () => {
		for (const { symbol, regions } of lookup.genes.values()) {
			const [on38] = regions.filter(({ assembly }) => assembly === 'GRCh38');
			const [on37] = regions.filter(({ assembly }) => assembly === 'GRCh37');
			const lengths = [on38, on37].map((region) => (region?.end ?? 0) - (region?.start ?? 0));
			expect(on37?.contig, symbol).toBe(on38?.contig);
			expect(Math.abs((lengths[0] ?? 0) - (lengths[1] ?? 0)), symbol).toBeLessThan(100);
		}
	});

	// Known hotspots, on both assemblies: IDH1 R132H, IDH2 R172K, TP53 R273H, EGFR L858R, KRAS G12D, BRAF V600E,
	// PIK3CA H1047R, PDGFRA D842V, TERT C228T, H3-3A K28M, NRAS Q61K, DNMT3A R882H.
	it.each([
		['IDH1', 208_248_388, 209_113_112],
		['IDH2', 90_088_606, 90_631_838],
		['TP53', 7_673_802, 7_577_120],
		['EGFR', 55_191_822, 55_259_515],
		['KRAS', 25_245_350, 25_398_284],
		['BRAF', 140_753_336, 140_453_136],
		['PIK3CA', 179_234_297, 178_952_085],
		['PDGFRA', 54_285_926, 55_152_093],
		['TERT', 1_295_113, 1_295_228],
		['H3-3A', 226_064_434, 226_252_135],
		['NRAS', 114_713_909, 115_256_530],
		['DNMT3A', 25_234_373, 25_457_242],
	])('holds a known hotspot of %s within its regions', (symbol, on38, on37) => {
		const regions = lookup.genes.get(symbol)?.regions ?? [];
		for (const [assembly, position] of [
			['GRCh38', on38],
			['GRCh37', on37],
		] as const) {
			const holds = regions.some((r) => r.assembly === assembly && r.start <= position && position <= r.end);
			expect(holds, assembly).toBe(true);
		}
	});

	it('is agreed on by its hash, which is the same at every load', () => {
		expect(dictionaryHash(loadDefaultDictionary())).toMatch(/^[0-9a-f]{64}$/);
		expect(loadDefaultDictionary()).toBe(loadDefaultDictionary());
	});
});

describe('loadDictionaryFile', () => {
	let folder = '';
	beforeAll(() => {
		folder = mkdtempSync(join(tmpdir(), 'dictionary-'));
	});
	afterAll(() => rmSync(folder, { recursive: true }));

	function load(text: string): readonly string[] {
		const file = join(folder, 'dictionary.yaml');
		writeFileSync(file, text);
		const loaded = loadDictionaryFile(file);
		return loaded.ok ? [] : loaded.error.map(({ path, message }) => `${path}: ${message}`);
	}

	it('refuses a file that is not there, and a folder', () => {
		expect(loadDictionaryFile(join(folder, 'absent.yaml')).ok).toBe(false);
		expect(loadDictionaryFile(folder).ok).toBe(false);
	});

	it('says where YAML is broken', () => {
		expect(load('cordon: 1\nelements: [')).toEqual([expect.stringContaining('line 2')]);
	});

	it('refuses a key given twice', () => {
		expect(load('cordon: 1\ncordon: 1\n')).toEqual([': not YAML, line 2, column 1: DUPLICATE_KEY']);
	});

	it('refuses aliases, which hide what is said twice', () => {
		expect(load('modalities: &m [MR]\nbodyParts: *m\n')).toEqual([': aliases are not allowed']);
	});

	it('names what a dictionary lacks', () => {
		expect(load('cordon: 1\n')).toContain('/elements: missing: expected array');
	});
});
