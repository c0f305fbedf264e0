// Independent programs read what the generator writes: dcmtk the images and reports, htslib the genomes, dcmjs both kinds.

import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesBelow, hasTool, type MadeNetwork, makeNetwork } from './made-network.ts';

let network: MadeNetwork;
let paths: readonly string[] = [];

beforeAll(async () => {
	network = await makeNetwork(5, 60);
	paths = await filesBelow(network.folder);
});
afterAll(() => network.remove());

function run(
	tool: string,
	args: readonly string[],
): { readonly status: number | null; readonly out: string; readonly err: string } {
	const { status, stdout, stderr } = spawnSync(tool, args, { encoding: 'utf8', cwd: network.folder });
	return { status, out: stdout, err: stderr };
}

function images(pattern: RegExp): readonly string[] {
	return paths.filter((path) => pattern.test(path));
}

describe.skipIf(!hasTool('dsrdump'))('structured reports read by dsrdump', () => {
	it('reads every report without an error or a warning', () => {
		const reports = images(/report-\d\.dcm$/);
		expect(reports.length).toBeGreaterThan(40);
		for (const report of reports) {
			const { status, err } = run('dsrdump', [report]);
			expect([report, status, err]).toEqual([report, 0, '']);
		}
	});

	it.each([
		['north', /<contains NUM:\(118565006,SCT,"Volume"\)="[\d.]+" \(mL,UCUM,"milliliter"\)>/],
		['south', /<contains NUM:\(TU-VOL,99SOUTH,"Tumorvolumen"\)="[\d.]+" \(cm3,UCUM,"cubic centimeter"\)>/],
		['east', /<contains NUM:\(118565006,SCT,"Volume"\)="\d+" \(mm3,UCUM,"cubic millimeter"\)>/],
	])('shows the volume of %s in its own unit and code', (hospital, line) => {
		const report = paths.find(
			(path) => path.startsWith(`${hospital}/dicom/`) && path.endsWith('report-1.dcm'),
		);
		expect(run('dsrdump', ['+Pc', report ?? '']).out).toMatch(line);
	});
});

describe.skipIf(!hasTool('dcmdump'))('DICOM files read by dcmdump', () => {
	it('reads every image to its end without an error or a warning', () => {
		const files = images(/\.dcm$/);
		// The whole file is loaded; the search only keeps the output small.
		const { status, out, err } = run('dcmdump', ['--print-filename', '--search', '0008,0018', ...files]);
		expect([status, err]).toEqual([0, '']);
		expect(out.split('\n').filter((line) => line.startsWith('# dcmdump')).length).toBe(files.length);
	});

	it('shows the contrast agent on post-contrast images alone', () => {
		const agent = (path: string): string => run('dcmdump', ['--search', '0018,0010', path]).out;
		for (const path of images(/t1-post\.dcm$/).slice(0, 5)) expect(agent(path)).toContain('[Gadobutrol]');
		for (const path of images(/(flair|t1)\.dcm$/).slice(0, 5))
			expect(agent(path)).not.toContain('Gadobutrol');
	});
});

describe.skipIf(!hasTool('bcftools') || !hasTool('tabix'))('genomes read by bcftools and tabix', () => {
	it.each(['north', 'south', 'east', 'west'])(
		'%s: is read without a complaint and can be indexed',
		(hospital) => {
			const copy = join(network.folder, `${hospital}-copy.vcf.gz`);
			copyFileSync(join(network.folder, hospital, 'genomes.vcf.gz'), copy);
			const view = run('bcftools', ['view', copy]);
			expect([view.status, view.err]).toEqual([0, '']);
			const index = run('tabix', ['-p', 'vcf', copy]);
			expect([index.status, index.err]).toEqual([0, '']);
			const records = view.out.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
			expect(Number(run('bcftools', ['index', '--nrecords', copy]).out)).toBe(records);
		},
	);

	it('finds IDH1 R132H by region, with gene and consequence', () => {
		const args = [
			'-r',
			'chr2:208248388',
			'-f',
			'%REF %ALT{0} %INFO/GENE %CSQ_TERM{0}\\n',
			'north-copy.vcf.gz',
		];
		expect(run('bcftools', ['query', ...args]).out).toBe('C T IDH1 missense_variant\n');
	});
});

interface Dcmjs {
	readonly data: {
		readonly DicomMessage: {
			readonly readFile: (bytes: ArrayBuffer) => { readonly dict: Record<string, unknown> };
		};
	};
}

describe('DICOM files read by dcmjs', () => {
	it('finds the patient identifier in every file', async () => {
		// Resolved from the command line's package, which depends on it; this one does not.
		const place = import.meta.resolve('dcmjs', new URL('../../cli/package.json', import.meta.url).href);
		const dcmjs = (await import(place)) as { readonly default: Dcmjs };
		for (const path of images(/^(north|east)\/dicom\/.*\.dcm$/)) {
			const bytes = readFileSync(join(network.folder, path));
			const { dict } = dcmjs.default.data.DicomMessage.readFile(Uint8Array.from(bytes).buffer);
			expect(dict['00100020']).toMatchObject({ vr: 'LO', Value: [path.split('/')[2]] });
		}
	});
});
