import { describe, expect, it } from 'vitest';
import { sampleNetworkYaml } from '../testing/sample-network-file.ts';
import { networkJsonSchema, readNetworkFile } from './network-schema.ts';

type Json = Record<string, unknown>;

function pathsOf(input: unknown): readonly string[] {
	const read = readNetworkFile(input);
	return read.ok ? [] : read.error.map(({ path }) => path);
}

const [north, south, east] = sampleNetworkYaml()['hospitals'] as readonly Json[];
const [project] = sampleNetworkYaml()['projects'] as readonly Json[];
const policy = sampleNetworkYaml()['policy'] as Json;

describe('readNetworkFile', () => {
	it('reads a network and fills in the careful defaults', () => {
		expect(readNetworkFile(sampleNetworkYaml())).toMatchObject({
			ok: true,
			value: {
				policy: {
					k: 11,
					publicData: false,
					epsilonPerEpoch: 10,
					epsilonForLife: 100,
					hospitalsPerPatient: 1,
				},
				projects: [{ exact: false }],
			},
		});
	});

	it('takes k of 1 for public data, and two hospitals for plain aggregation', () => {
		expect(pathsOf(sampleNetworkYaml({ policy: { ...policy, k: 1, publicData: true } }))).toEqual([]);
		const two = { ...project, hospitals: ['north', 'south'] };
		const plain = { ...policy, aggregation: 'plain' };
		expect(pathsOf(sampleNetworkYaml({ policy: plain, projects: [two] }))).toEqual([]);
	});

	it.each(['cordon', 'name', 'policy', 'hospitals', 'people', 'projects'])(
		'refuses a file without %s',
		(name) => {
			const { [name]: _missing, ...rest } = sampleNetworkYaml();
			expect(pathsOf(rest)).toEqual([`/${name}`]);
		},
	);

	it('takes a blind network of noised counts, and names all that only a visible one can have', () => {
		const blind = { aggregation: 'secure', visibility: 'blind', mechanisms: ['noised'] };
		expect(pathsOf(sampleNetworkYaml({ policy: blind }))).toEqual([]);
		const wrong = { aggregation: 'plain', visibility: 'blind', mechanisms: ['exact'] };
		const projects = [{ ...project, asks: ['count', 'exists'], exact: true }];
		expect(pathsOf(sampleNetworkYaml({ policy: wrong, projects }))).toEqual([
			'/policy/visibility',
			'/policy/mechanisms',
			'/projects/0/exact',
			'/projects/0/asks/1',
		]);
	});

	it.each(['aggregation', 'visibility', 'mechanisms'])('refuses a policy that leaves %s open', (name) => {
		const { [name]: _missing, ...rest } = policy;
		expect(pathsOf(sampleNetworkYaml({ policy: rest }))).toEqual([`/policy/${name}`]);
	});

	it.each<[string, Json, string]>([
		['an unknown key', { hospital: [] }, '/hospital'],
		['an unknown key of the policy', { policy: { ...policy, epsilon: 1 } }, '/policy/epsilon'],
		['k of 1 without public data', { policy: { ...policy, k: 1 } }, '/policy/k'],
		['k of 0', { policy: { ...policy, k: 0, publicData: true } }, '/policy/k'],
		['a share of nothing', { policy: { ...policy, epsilonPerProject: 0 } }, '/policy/epsilonPerProject'],
		['a budget of nothing', { policy: { ...policy, epsilonPerEpoch: 0 } }, '/policy/epsilonPerEpoch'],
		[
			'a budget without end',
			{ policy: { ...policy, epsilonForLife: Number.POSITIVE_INFINITY } },
			'/policy/epsilonForLife',
		],
		[
			'more budget an epoch than a node takes',
			{ policy: { ...policy, epsilonPerEpoch: 1001 } },
			'/policy/epsilonPerEpoch',
		],
		[
			'more budget for life than a node takes',
			{ policy: { ...policy, epsilonForLife: 100_001 } },
			'/policy/epsilonForLife',
		],
		['one hospital', { hospitals: [north] }, '/hospitals'],
		['a hospital in capitals', { hospitals: [{ ...north, id: 'North' }, south, east] }, '/hospitals/0/id'],
		[
			'a hospital without files',
			{ hospitals: [{ ...north, sources: [] }, south, east] },
			'/hospitals/0/sources',
		],
		['a project without a person', { projects: [{ ...project, members: [] }] }, '/projects/0/members'],
		['a project without end', { projects: [{ ...project, until: 'always' }] }, '/projects/0/until'],
		['an ask that nobody can put', { projects: [{ ...project, asks: ['dump'] }] }, '/projects/0/asks/0'],
		['a member nobody knows', { projects: [{ ...project, members: ['eve'] }] }, '/projects/0/members/0'],
		['a lead nobody knows', { projects: [{ ...project, lead: 'eve' }] }, '/projects/0/lead'],
		[
			'a hospital nobody knows',
			{ projects: [{ ...project, hospitals: ['north', 'south', 'west'] }] },
			'/projects/0/hospitals/2',
		],
		[
			'two hospitals under secure aggregation',
			{ projects: [{ ...project, hospitals: ['north', 'south'] }] },
			'/projects/0/hospitals',
		],
		[
			'a person that is there twice',
			{
				people: [
					{ id: 'ana', name: 'A' },
					{ id: 'ben', name: 'B' },
					{ id: 'ana', name: 'C' },
				],
			},
			'/people/2/id',
		],
	])('refuses %s, and says where', (_what, change, path) => {
		expect(pathsOf(sampleNetworkYaml(change))).toEqual([path]);
	});

	it('refuses a hospital called coordinator, whose messages would be taken for the coordinator’s', () => {
		const hospitals = [{ ...north, id: 'coordinator' }, south, east];
		const projects = [{ ...project, hospitals: ['coordinator', 'south', 'east'] }];
		expect(pathsOf(sampleNetworkYaml({ hospitals, projects }))).toEqual(['/hospitals/0/id']);
	});

	it('says what was meant', () => {
		const read = readNetworkFile(sampleNetworkYaml({ projects: [{ ...project, members: ['anna'] }] }));
		expect(read).toMatchObject({ ok: false, error: [{ nearest: ['ana'] }] });
	});

	it.each([null, 'text', 7, []])('refuses %j', (input) => {
		expect(pathsOf(input)).not.toEqual([]);
	});
});

describe('networkJsonSchema', () => {
	it('is closed, and describes the sources as the node reads them', () => {
		const schema = JSON.stringify(networkJsonSchema());
		expect(schema).toContain('"additionalProperties":false');
		for (const kind of ['csv', 'vcf', 'maf', 'dicom', 'fhir']) expect(schema).toContain(`"${kind}"`);
	});
});
