// What a person reads who made a mistake in a network folder: the file, the place in it, and what would be right.

import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkNetwork, NetworkWrong } from '../../cli/src/network/check-network.ts';
import { loadNetwork } from '../../cli/src/network/load-network.ts';
import { describeIssue } from '../../cli/src/processes/input-wrong.ts';
import { runCordon } from './run-cordon.ts';

const example = resolve(import.meta.dirname, 'small');
let scratch = '';
let number = 0;

beforeAll(async () => {
	scratch = await mkdtemp(join(tmpdir(), 'cordon-mistakes-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

interface Edit {
	/** Default network.yaml. */
	readonly file?: string;
	readonly from: string;
	readonly to: string;
}

/** A copy of the example with the first occurrence of each text replaced. */
async function folderWith(edits: readonly Edit[]): Promise<string> {
	number += 1;
	const folder = join(scratch, String(number));
	await cp(example, folder, { recursive: true });
	for (const { file = 'network.yaml', from, to } of edits) {
		const text = await readFile(join(folder, file), 'utf8');
		if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
		await writeFile(
			join(folder, file),
			text.replace(from, () => to),
		);
	}
	return folder;
}

/** All that is said before anything starts; '' where nothing is wrong. */
async function complaint(folder: string): Promise<string> {
	const loaded = await loadNetwork(folder, {});
	if (!loaded.ok) return ['network.yaml', ...loaded.error.map(describeIssue)].join('\n');
	const wrong = await checkNetwork(loaded.value);
	if (wrong.length === 0) return '';
	return new NetworkWrong(wrong).message.replaceAll(`${folder}/`, '').replaceAll(folder, 'FOLDER');
}

interface Mistake {
	readonly mistake: string;
	readonly edits: readonly Edit[];
	/** Each must be in what is said. */
	readonly says: readonly string[];
}

const inNetworkFile: readonly Mistake[] = [
	{
		mistake: 'a misspelt key of the policy',
		edits: [{ from: '  aggregation:', to: '  agregation:' }],
		says: [
			'/policy/agregation: unknown key; valid here: aggregation, visibility, mechanisms, k,',
			'(did you mean aggregation?)',
		],
	},
	{
		mistake: 'a misspelt key of a hospital',
		edits: [{ from: '    mapping: south/', to: '    maping: south/' }],
		says: ['/hospitals/1/maping: unknown key; valid here: id, name, k, mapping,', '(did you mean mapping?)'],
	},
	{
		mistake: 'a misspelt key of a source',
		edits: [
			{
				from: '        assembly: GRCh38\n        # The VCF',
				to: '        asembly: GRCh38\n        # The VCF',
			},
		],
		says: [
			'/hospitals/1/sources/2/asembly: unknown key; valid here: kind, path, assembly, genes, samples, info (did you mean assembly?)',
			'/hospitals/1/sources/2/assembly: missing',
		],
	},
	{
		mistake: 'the choice between secure and plain left open',
		edits: [{ from: '  aggregation: secure', to: '  #' }],
		says: [
			'/policy/aggregation: missing; expected secure or plain. secure needs three hospitals; plain shows',
		],
	},
	{
		mistake: 'the choice between visible and blind left open',
		edits: [{ from: '  visibility: visible', to: '  #' }],
		says: ['/policy/visibility: missing; expected visible or blind'],
	},
	{
		mistake: 'a blind network of exact answers',
		edits: [{ from: 'visibility: visible', to: 'visibility: blind' }],
		says: [
			'/policy/mechanisms: a blind network cannot hide small cells, so it has no exact; leave it out, or write `visibility: visible` in /policy',
			'/projects/0/exact: a blind network has no exact answers; leave this out, or write',
		],
	},
	{
		mistake: 'a policy that does not exist',
		edits: [{ from: 'aggregation: secure', to: 'aggregation: secured' }],
		says: ['/policy/aggregation: expected secure or plain (did you mean secure?)'],
	},
	{
		mistake: 'k: 1 without publicData',
		edits: [
			{ from: '  k: 5', to: '  k: 1' },
			{ from: 'publicData: true', to: 'publicData: false' },
		],
		says: ['/policy/k: k under 2 needs `publicData: true`', 'the default is 11'],
	},
	{
		mistake: 'two hospitals with secure aggregation',
		edits: [{ from: '[north, south, east]', to: '[north, south]' }],
		says: [
			'/projects/0/hospitals: secure aggregation needs three hospitals in a project; name a third, or write `aggregation: plain`',
		],
	},
	{
		mistake: 'a hospital id with capitals',
		edits: [{ from: 'id: south', to: 'id: South Side' }],
		says: [
			'/hospitals/1/id: expected lower-case letters, digits and hyphens, at most 40 (did you mean south-side?)',
		],
	},
	{
		mistake: 'a hospital called coordinator',
		edits: [{ from: 'id: south', to: 'id: coordinator' }],
		says: ['/hospitals/1/id: no hospital may be called coordinator'],
	},
	{
		mistake: 'a project that names an unknown person',
		edits: [{ from: 'members: [ada]', to: 'members: [adda]' }],
		says: [
			'/projects/0/members/0: no person of this file has the id adda; /people defines ada (did you mean ada?)',
		],
	},
	{
		mistake: 'a project that names an unknown hospital',
		edits: [{ from: '[north, south, east]', to: '[north, south, est]' }],
		says: ['/projects/0/hospitals/2: no hospital of this file has the id est', '(did you mean east?)'],
	},
	{
		mistake: 'a purpose that is no DUO shorthand',
		edits: [{ from: 'purposes: [HMB]', to: 'purposes: [health]' }],
		says: ['/projects/0/purposes/0: expected a DUO shorthand, for example HMB'],
	},
	{
		mistake: 'an approval without an end',
		edits: [{ from: '    until: 2036-12-31', to: '' }],
		says: ["/projects/0/until: missing. The approval's last day, for example 2030-12-31."],
	},
	{
		mistake: 'a pattern of patients that is none',
		edits: [
			{
				from: '    mapping: south/mapping.yaml',
				to: '    mapping: south/mapping.yaml\n    patients: { matching: "[0-" }',
			},
		],
		says: ['/hospitals/1/patients/matching: is not a regular expression'],
	},
	{
		mistake: 'an environment variable that is not set',
		// biome-ignore lint/suspicious/noTemplateCurlyInString: the text of the file, which the loader expands
		edits: [{ from: 'path: north/genomes.vcf', to: 'path: "${GENOMES_FOLDER}/genomes.vcf"' }],
		says: ['/hospitals/0/sources/2/path: the environment variable GENOMES_FOLDER is not set'],
	},
	{
		mistake: 'a key that is written twice',
		edits: [{ from: 'name: Small example', to: 'name: Small example\nname: Another' }],
		says: ['/: line 5, column 1: a key is there twice'],
	},
	{
		mistake: 'an alias',
		edits: [
			{ from: 'members: [ada]', to: 'members: &all [ada]\n    asks: *all' },
			{ from: '    asks: [exists, count, histogram, table]\n', to: '' },
		],
		says: ['/: an alias (*name) is not allowed; write the part out'],
	},
	{
		mistake: 'text that is not YAML',
		edits: [{ from: 'members: [ada]', to: 'members: [ada' }],
		says: ['/: line ', ': not YAML ('],
	},
];

const inSources: readonly Mistake[] = [
	{
		mistake: 'a wrong path',
		edits: [{ from: 'path: north/imaging.csv', to: 'path: north/imagin.csv' }],
		says: [
			'network.yaml is not right',
			'/hospitals/0/sources/1/path: there is no file or folder north/imagin.csv (looked in north) (did you mean north/imaging.csv?)',
		],
	},
	{
		mistake: 'a path in a folder that is not there',
		edits: [{ from: 'path: north/imaging.csv', to: 'path: nort/imaging.csv' }],
		says: ['/hospitals/0/sources/1/path: there is no folder nort'],
	},
	{
		mistake: 'a folder without a file of the kind',
		edits: [{ from: 'path: east/panel.vcf', to: 'path: questions' }],
		says: ['/hospitals/2/sources/2/path: questions holds no .vcf or .vcf.gz file'],
	},
	{
		mistake: 'an unknown kind',
		edits: [{ from: 'kind: vcf', to: 'kind: vfc' }],
		says: ['/hospitals/0/sources/2/kind: expected one of dicom, vcf, maf, csv, fhir (did you mean vcf'],
	},
	{
		mistake: 'an assembly that the dictionary does not know',
		edits: [{ from: 'assembly: GRCh38', to: 'assembly: GRCh39' }],
		says: ['/hospitals/0/sources/2/assembly: the dictionary has no such assembly', 'GRCh38'],
	},
	{
		mistake: 'a column that is not there',
		edits: [{ from: 'patient: patient_id', to: 'patient: patientid' }],
		says: [
			'/hospitals/0/sources/0/patient: north/clinical.csv has no column patientid; it has patient_id, age, sex, survival_days, status (did you mean patient_id?)',
		],
	},
	{
		mistake: 'a column of dates that is not there, in a table with semicolons',
		edits: [{ from: 'day: Untersuchung', to: 'day: Datum' }],
		says: [
			'/hospitals/1/sources/1/day: south/bilder.csv has no column Datum; it has PatNr, Untersuchung, Volumen_ml, KM_Muster',
		],
	},
	{
		mistake: 'a column that means nothing',
		edits: [
			{
				from: '        day: scan_date',
				to: '        day: scan_date\n        columns: [volume_cm3, scanner]',
			},
		],
		says: ['/hospitals/0/sources/1/columns/1: neither the mapping nor the dictionary says what scanner is'],
	},
	{
		mistake: 'a table of samples without the column',
		edits: [{ from: 'sample: Probe', to: 'sample: probe' }],
		says: ['/hospitals/1/sources/2/samples/sample: south/labor.csv has no column probe; it has Probe, PatNr'],
	},
	{
		mistake: 'examined: listed for a maf',
		edits: [
			{
				from: 'kind: vcf\n        path: north/genomes.vcf\n        assembly: GRCh38',
				to: 'kind: maf\n        path: north/genomes.vcf\n        assembly: GRCh38\n        examined: listed',
			},
		],
		says: [
			'/hospitals/0/sources/2/examined: expected `everyone` or { file, column }; `listed` is refused for maf',
		],
	},
	{
		mistake: 'a mapping file that is not there',
		edits: [{ from: 'mapping: south/mapping.yaml', to: 'mapping: south/maping.yaml' }],
		says: [
			'/hospitals/1/mapping: there is no file or folder south/maping.yaml',
			'(did you mean south/mapping.yaml?)',
		],
	},
	{
		mistake: 'an unknown element in a mapping',
		edits: [{ file: 'north/mapping.yaml', from: 'element: tumor-volume', to: 'element: tumour-volume' }],
		says: [
			'north/mapping.yaml is not right',
			'/elements/volume_cm3/element: the dictionary has no such element (did you mean tumor-volume?)',
		],
	},
	{
		mistake: 'a unit of another quantity in a mapping',
		edits: [{ file: 'east/mapping.yaml', from: 'unit: mm3', to: 'unit: mm2' }],
		says: ['east/mapping.yaml is not right', '/elements/VOL_MM3/unit: mm2 cannot be converted to mL'],
	},
	{
		mistake: 'a list of withdrawals without its column',
		edits: [
			{
				from: '    mapping: north/mapping.yaml',
				to: '    mapping: north/mapping.yaml\n    withdrawals: north/clinical.csv',
			},
		],
		says: ['/hospitals/0/withdrawals: north/clinical.csv has no column patient; it has patient_id, age,'],
	},
	{
		mistake: 'a dictionary that is not there',
		edits: [{ from: 'name: Small example', to: 'name: Small example\ndictionary: words.yaml' }],
		says: ['words.yaml is not right', '/: there is no such file'],
	},
];

describe('a network folder', () => {
	it('without a mistake is not complained of', async () => {
		expect(await complaint(await folderWith([]))).toBe('');
	});

	it.each([...inNetworkFile, ...inSources])(
		'with $mistake says where, and what would be right',
		async ({ edits, says }) => {
			const said = await complaint(await folderWith(edits));
			for (const part of says) expect(said).toContain(part);
		},
	);

	it('with mistakes in several hospitals and files says all of them at once', async () => {
		const said = await complaint(
			await folderWith([
				{ from: 'path: north/imaging.csv', to: 'path: north/imagin.csv' },
				{ from: 'patient: MRN', to: 'patient: mrn_no' },
				{ file: 'south/mapping.yaml', from: 'element: age', to: 'element: ages' },
			]),
		);
		expect(said.split('\n').map((line) => line.split(':')[0])).toEqual([
			'network.yaml is not right',
			'  /hospitals/0/sources/1/path',
			'  /hospitals/2/sources/0/patient',
			'south/mapping.yaml is not right',
			'  /elements/Alter/element',
		]);
	});
});

describe('cordon ask', () => {
	it('ends with 1 before it makes or starts anything, where a source is wrong', async () => {
		const folder = await folderWith([{ from: 'path: east/panel.vcf', to: 'path: east/panels.vcf' }]);
		const state = join(folder, 'state');
		const run = await runCordon(['ask', folder, join(folder, 'questions/large-idh1.json'), '--state', state]);
		expect(run).toMatchObject({ exitCode: 1, stdout: '' });
		expect(run.stderr).toContain(
			'network.yaml is not right:\n  /hospitals/2/sources/2/path: there is no file',
		);
		expect(run.stderr).not.toContain('started');
		expect(await readdir(folder)).not.toContain('state');
	});
});
