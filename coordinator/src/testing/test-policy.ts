// For tests: one network's policy, dictionary and founding document.

import type { Dictionary, NetworkPolicy } from '@cordon/shared';
import type { Founding } from '../membership/founding.ts';

export const testPolicy: NetworkPolicy = {
	aggregation: 'secure',
	visibility: 'visible',
	mechanisms: ['noised', 'exact'],
	k: 11,
	publicData: false,
	epsilonPerEpochMicros: 10_000_000,
	epsilonForLifeMicros: 100_000_000,
	hospitalsPerPatient: 1,
	colluders: null,
	sessionDeadlineMs: 60_000,
	replyMs: 0,
	maxCells: 256,
};

export const testDictionary: Dictionary = {
	cordon: 1,
	id: 'test',
	version: '1',
	elements: [
		{
			type: 'code',
			id: 'sex',
			title: 'Sex',
			dataClass: 'clinical',
			values: [
				{ id: 'female', title: 'female' },
				{ id: 'male', title: 'male' },
			],
			select: 'first',
		},
	],
	conditions: [],
	genes: [{ symbol: 'IDH1', regions: [] }],
	modalities: ['MR'],
	bodyParts: ['BRAIN'],
	consequences: ['missense_variant'],
	significances: ['pathogenic'],
	assemblies: ['GRCh38'],
};

export const testHospitals: readonly string[] = ['east', 'north', 'south', 'west'];

export const testFounding: Founding = {
	cordon: 1,
	network: 'test-network',
	policy: testPolicy,
	projects: [{ id: 'glioma', title: 'Glioma', hospitals: testHospitals }],
	issuers: [{ issuer: 'https://id.example', jwksUri: 'https://id.example/jwks', audience: 'test-network' }],
	dictionary: testDictionary,
	hospitals: testHospitals,
};
