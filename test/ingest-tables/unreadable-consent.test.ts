// A consent that cannot be read may be a withdrawal: nothing is committed until the hospital has put it right.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDefaultDictionary } from '@cordon/policies';
import { Sensitive } from '@cordon/shared';
import { afterAll, describe, expect, it } from 'vitest';
import { ingest } from '../../node/src/ingest/ingest.ts';
import { emptyMapping } from '../../node/src/ingest/mapping.ts';
import type { SnapshotStore } from '../../node/src/ports.ts';

const folder = mkdtempSync(join(tmpdir(), 'cordon-consent-'));
afterAll(() => rmSync(folder, { recursive: true }));

const patient = '{"resourceType":"Patient","id":"p1","gender":"female"}';

function write(name: string, text: string): string {
	writeFileSync(join(folder, name), text);
	return name;
}

async function run(path: string, consentWaived: boolean) {
	const ends: string[] = [];
	const store: SnapshotStore = {
		currentEpoch: async () => null,
		currentSnapshot: async () => null,
		begin: async () => ({
			write: async () => undefined,
			commit: async () => {
				ends.push('commit');
			},
			discard: async () => {
				ends.push('discard');
			},
		}),
	};
	const outcome = await ingest({
		sources: [{ kind: 'fhir', path, identifier: null }],
		baseFolder: folder,
		dictionary: loadDefaultDictionary(),
		mapping: emptyMapping,
		patientsMatching: null,
		withdrawals: null,
		consentWaived,
		pseudonymKey: new Sensitive(new Uint8Array(32)),
		epoch: '2026-11',
		epochDay: 20_000,
		store,
		progress: () => undefined,
	});
	return { outcome, ends };
}

const broken = write('broken.ndjson', `${patient}\n{"resourceType":"Consent","status":"active"\n`);
const stray = write(
	'stray.ndjson',
	`${patient}\n{"resourceType":"Consent","status":"active","patient":{"display":"somebody"}}\n`,
);
const odd = write('odd.ndjson', `${patient}\n{"resourceType":"Observation","status":"final"}\n`);

describe('ingest of a FHIR source', () => {
	it.each([
		['a line that is not JSON', broken, 'not-json'],
		['a consent that does not say whose it is', stray, 'consent-unattributed'],
	])('commits nothing for %s', async (_what, path, code) => {
		const { outcome, ends } = await run(path, false);
		expect(outcome).toMatchObject({ ok: false, error: { code: 'consent-unreadable', issues: [{ code }] } });
		expect(ends).toEqual(['discard']);
	});

	it('commits with such a line where the network declared the data public', async () => {
		const { outcome, ends } = await run(broken, true);
		expect(outcome).toMatchObject({ ok: true });
		expect(ends).toEqual(['commit']);
	});

	it('commits where only an observation was refused', async () => {
		const { outcome, ends } = await run(odd, false);
		expect(outcome).toMatchObject({ ok: true });
		expect(ends).toEqual(['commit']);
	});
});
