// The JSON Schema that editors use, held to the networks of this folder: it knows every key, inside sources too.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runCordon } from './run-cordon.ts';

const networks = readdirSync(import.meta.dirname, { withFileTypes: true })
	.filter((entry) => entry.isDirectory())
	.map(({ name }) => name);

function textOf(network: string): string {
	return readFileSync(join(import.meta.dirname, network, 'network.yaml'), 'utf8');
}

describe('cordon schema network', () => {
	let validate: ValidateFunction;
	beforeAll(async () => {
		const { stdout } = await runCordon(['schema', 'network']);
		validate = new Ajv2020({ strict: true, allErrors: true, formats: { date: true } }).compile(
			JSON.parse(stdout),
		);
	});

	/** Where the schema finds something wrong; a source that is wrong is also none of the other kinds. */
	function complaintsOf(text: string): readonly string[] {
		if (validate(parse(text))) return [];
		return (validate.errors ?? []).map(({ instancePath }) => instancePath);
	}

	it('is asked about networks that exist', () => {
		expect(networks).toEqual(expect.arrayContaining(['laml', 'small']));
	});

	it.each(networks)('admits %s as it is written', (network) => {
		validate(parse(textOf(network)));
		expect(validate.errors).toBeNull();
	});

	it.each([
		['a misspelt key of the policy', 'publicData: true', 'publicdata: true', '/policy'],
		['a misspelt key of a source', 'patient: MRN', 'pateint: MRN', '/hospitals/2/sources/0'],
		['an unknown kind', 'kind: vcf', 'kind: vfc', '/hospitals/0/sources/2'],
		['a data class that does not exist', 'dataClass: image', 'dataClass: picture', '/hospitals/0/sources/1'],
		['a path that is no text', 'path: east/panel.vcf', 'path: [east]', '/hospitals/2/sources/2'],
	])('refuses %s', (_what, from, to, path) => {
		const complaints = complaintsOf(textOf('small').replace(from, to));
		expect(complaints.some((place) => place.startsWith(path))).toBe(true);
	});

	it('shows an editor what the keys are for', () => {
		expect(JSON.stringify(validate.schema)).toContain('secure needs three hospitals');
	});
});
