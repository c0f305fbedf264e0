// What an operator is told of a table whose configuration names columns of diagnoses, before anything starts.

import { loadDefaultDictionary } from '@cordon/policies';
import { afterAll, describe, expect, it } from 'vitest';
import { checkSources } from '../../node/src/ingest/check-sources.ts';
import { emptyMapping } from '../../node/src/ingest/mapping.ts';
import { parseSources } from '../../node/src/ingest/source-config.ts';
import { madeFiles } from './made-files.ts';

const files = madeFiles();
afterAll(files.remove);
files.write('c.csv', 'id,icd10,age\nP1,C71.9,50\n');

async function issues(conditions: readonly string[]): Promise<unknown> {
	const sources = parseSources([
		{ kind: 'csv', path: 'c.csv', patient: 'id', dataClass: 'clinical', conditions },
	]);
	if (!sources.ok) throw new Error(JSON.stringify(sources.error));
	return checkSources(sources.value, {
		baseFolder: files.folder,
		dictionary: loadDefaultDictionary(),
		mapping: emptyMapping,
	});
}

describe('checkSources of a table with conditions', () => {
	it('accepts a column that is there, though neither mapping nor dictionary names it', async () => {
		expect(await issues(['icd10'])).toEqual([]);
	});

	it('names the place of a column that is not there, and the nearest that is', async () => {
		expect(await issues(['icd10', 'icd-10'])).toEqual([
			{
				path: '/0/conditions/1',
				message: 'c.csv has no column icd-10; it has id, icd10, age',
				nearest: ['icd10'],
			},
		]);
	});
});
