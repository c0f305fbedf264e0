// Holds the documentation of the network folder to the program: every example in it is read as it stands.

import { readFileSync } from 'node:fs';
import { loadDefaultDictionary } from '@cordon/policies';
import { parseQuestion } from '@cordon/shared';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { expandVariables } from '../../cli/src/network/expand-variables.ts';
import { type NetworkFile, readNetworkFile } from '../../cli/src/network/network-schema.ts';
import { permitsUse } from '../../node/src/consent/permits-use.ts';
import { readConsent } from '../../node/src/consent/read-consent.ts';
import { parseMapping } from '../../node/src/ingest/mapping.ts';
import { parseSources } from '../../node/src/ingest/source-config.ts';

const dictionary = loadDefaultDictionary();

function page(name: string): string {
	return readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
}

/** Texts of the code blocks whose first line is the fence and this. */
function blocks(name: string, fence: string): readonly string[] {
	const pattern = new RegExp(`^\`\`\`${fence}\\n([\\s\\S]*?)^\`\`\`$`, 'gm');
	return [...page(name).matchAll(pattern)].map(([, text]) => text ?? '');
}

function yaml(text: string): unknown {
	const expanded = expandVariables(parse(text, { uniqueKeys: true, maxAliasCount: 0 }), {});
	if (!expanded.ok) throw new Error(JSON.stringify(expanded.error));
	return expanded.value;
}

function network(text: string): NetworkFile {
	const read = readNetworkFile(yaml(text));
	if (!read.ok) throw new Error(JSON.stringify(read.error));
	return read.value;
}

const networks = [
	...blocks('docs/network-folder.md', 'yaml network'),
	...blocks('README.md', 'yaml').slice(0, 1),
];
const sources = blocks('docs/network-folder.md', 'yaml sources');
const mappings = [
	...blocks('docs/network-folder.md', 'yaml mapping'),
	...blocks('README.md', 'yaml').slice(1),
];

describe('docs/network-folder.md and README.md', () => {
	it('have a whole network each, an example of every kind of source, and a mapping each', () => {
		expect([networks.length, mappings.length]).toEqual([4, 2]);
		const kinds = sources.map((text) => (yaml(text) as readonly { readonly kind: string }[])[0]?.kind);
		expect(kinds).toEqual(['csv', 'vcf', 'maf', 'dicom', 'fhir']);
	});

	it.each(networks)('have a network that is read, sources included: %#', (text) => {
		for (const hospital of network(text).hospitals) {
			expect(parseSources(hospital.sources)).toMatchObject({ ok: true });
		}
	});

	it.each(sources)('have sources that are read: %#', (text) => {
		expect(parseSources(yaml(text))).toMatchObject({ ok: true });
	});

	it.each(mappings)('have a mapping that is read: %#', (text) => {
		expect(parseMapping(text, dictionary)).toMatchObject({ ok: true });
	});

	it('have a question that can be asked', () => {
		const [question] = blocks('README.md', 'json');
		expect(parseQuestion(JSON.parse(question ?? 'null'), dictionary)).toMatchObject({ ok: true });
	});

	it('have a consent that permits images and clinical data, and not the genome', () => {
		const [text] = blocks('docs/network-folder.md', 'json');
		const consent = readConsent(JSON.parse(text ?? 'null'));
		const nowMs = Date.UTC(2026, 10, 23);
		const permitted = (['image', 'genome', 'clinical'] as const).filter((dataClass) =>
			permitsUse([consent], { purpose: 'HMB', dataClass, nowMs }),
		);
		expect(permitted).toEqual(['image', 'clinical']);
	});
});

describe('the defaults that the page states', () => {
	it('are those of the program', () => {
		const [first = ''] = networks;
		const { aggregation: _a, visibility: _v, mechanisms: _m, ...defaults } = network(first).policy;
		expect(defaults).toEqual({
			k: 11,
			publicData: false,
			epsilonPerEpoch: 10,
			epsilonForLife: 100,
			hospitalsPerPatient: 1,
			sessionDeadline: 60,
			replyTime: 0.5,
			maxCells: 4096,
		});
	});
});
