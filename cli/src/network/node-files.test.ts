import { parseNodeConfig } from '@cordon/node';
import { parseAuthorization } from '@cordon/policies';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { sampleNetworkYaml } from '../testing/sample-network-file.ts';
import { type HospitalFile, type NetworkFile, readNetworkFile } from './network-schema.ts';
import { authorizationYaml, datasetOf, nodeYaml } from './node-files.ts';

const key = 'A'.repeat(43);
const coordinator = { url: 'http://127.0.0.1:8440', identityKey: key, logKey: key };

function networkOf(change: Readonly<Record<string, unknown>> = {}): NetworkFile {
	const read = readNetworkFile(sampleNetworkYaml(change));
	if (!read.ok) throw new Error(JSON.stringify(read.error));
	return read.value;
}

function hospitalOf(network: NetworkFile, change: Partial<HospitalFile> = {}): HospitalFile {
	const [hospital] = network.hospitals;
	if (hospital === undefined) throw new Error('the sample has hospitals');
	return { ...hospital, ...change };
}

function configOf(network: NetworkFile, change: Partial<HospitalFile> = {}): unknown {
	const hospital = hospitalOf(network, change);
	const footings = { database: { kind: 'pglite' }, policyEngine: { kind: 'in-process' } } as const;
	const given = {
		network,
		folder: '/network',
		hospital,
		coordinator,
		complianceKey: `CQ${'A'.repeat(41)}`,
		footings,
	};
	const text = nodeYaml(given);
	const parsed = parseNodeConfig(text, '/state/north/node.yaml');
	if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
	return parsed.value;
}

describe('nodeYaml', () => {
	it('is a configuration that the node reads, with what the network agreed on', () => {
		expect(configOf(networkOf())).toMatchObject({
			hospital: 'north',
			stateFolder: '/state/north/state',
			authorizationFile: '/state/north/authorization.yaml',
			coordinator,
			k: 11,
			accepts: { aggregation: 'secure', publicData: false, epsilonPerEpochMicros: 10_000_000 },
			mappingFile: null,
			withdrawalsFile: null,
			dictionaryFile: null,
		});
	});

	it('makes the paths of the network folder absolute, at any depth, and leaves absolute ones', () => {
		const sources = [
			{
				kind: 'vcf',
				path: 'g.vcf.gz',
				assembly: 'GRCh38',
				samples: { file: 's.csv', sample: 'path', patient: 'file' },
			},
			{ kind: 'dicom', path: '/data/dicom', examined: { file: 'list.csv', column: 'patient' } },
		];
		const change = { sources, mapping: 'm.yaml', withdrawals: '../w.csv', patients: { matching: '^N' } };
		expect(configOf(networkOf({ dictionary: 'd.yaml' }), change)).toMatchObject({
			mappingFile: '/network/m.yaml',
			withdrawalsFile: '/w.csv',
			dictionaryFile: '/network/d.yaml',
			patientsMatching: '^N',
			sources: [
				{ path: '/network/g.vcf.gz', samples: { file: '/network/s.csv', sample: 'path', patient: 'file' } },
				{ path: '/data/dicom', examined: { file: '/network/list.csv', column: 'patient' } },
			],
		});
	});

	it.each([
		[undefined, 11],
		[20, 20],
		[5, 11],
	])('takes a k of %j for %d: a hospital may only raise the one of the network', (k, expected) => {
		expect(configOf(networkOf(), k === undefined ? {} : { k })).toMatchObject({ k: expected });
	});

	it('accepts public data only where the network says so', () => {
		const policy = {
			aggregation: 'plain',
			visibility: 'visible',
			mechanisms: ['exact'],
			publicData: true,
			k: 1,
		};
		expect(configOf(networkOf({ policy }))).toMatchObject({
			k: 1,
			accepts: { aggregation: 'plain', publicData: true },
		});
	});

	it.each(['yes', '0x10', '1e3', 'null', '~', '2030-01-01', '- a', '# b', 'a: b', '"', `\${X}`, 'Häßlich'])(
		'keeps the name %j a text',
		(name) => {
			expect(configOf(networkOf(), { name })).toMatchObject({ name });
		},
	);
});

describe('authorizationYaml', () => {
	const authorizationOf = (network: NetworkFile): unknown => {
		const parsed = parseAuthorization(parse(authorizationYaml(network, hospitalOf(network))));
		if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
		return parsed.value;
	};

	it('grants what the network names and no more', () => {
		expect(authorizationOf(networkOf())).toEqual({
			hospital: 'north',
			dataset: 'north-radiogenomics',
			stewards: ['steward-north'],
			complianceOfficers: ['compliance-north'],
			projects: [
				{
					id: 'glioma',
					lead: 'ben',
					members: ['ana'],
					purposes: ['HMB'],
					asks: ['count', 'distribution'],
					exact: false,
					until: '2030-12-31',
				},
			],
		});
	});

	it('leaves out projects that the hospital is not on', () => {
		const [project] = sampleNetworkYaml()['projects'] as readonly object[];
		const [north, ...others] = sampleNetworkYaml()['hospitals'] as readonly object[];
		const hospitals = [north, ...others, { ...north, id: 'west' }];
		const projects = [{ ...project, hospitals: ['south', 'east', 'west'] }];
		expect(authorizationOf(networkOf({ hospitals, projects }))).toMatchObject({ projects: [] });
	});

	it('makes nobody of the network its own steward', () => {
		const { stewards } = parse(authorizationYaml(networkOf(), hospitalOf(networkOf())));
		expect(stewards).not.toContain('ana');
		expect(stewards).not.toContain('ben');
	});
});

describe('datasetOf', () => {
	it('fits the 40 letters of an id', () => {
		expect(datasetOf('h'.repeat(40))).toHaveLength(40);
	});
});
