// The network.yaml of a synthetic network: hospitals with their sources, people, one project and the release policy.

import { stringify } from 'yaml';
import type { HospitalProfile } from './hospital-profile.ts';

export const projectId = 'glioma';

const firstLine = '# Written by cordon synth: synthetic patients, whose answers are known (see truth/).';

export function networkFile(profiles: readonly HospitalProfile[]): string {
	const network = {
		cordon: 1,
		name: 'Synthetic glioma network',
		policy: {
			// Two hospitals cannot hide their sums from one another.
			aggregation: profiles.length >= 3 ? 'secure' : 'plain',
			visibility: 'visible',
			mechanisms: ['noised', 'exact'],
			k: 11,
			publicData: false,
			epsilonPerEpoch: 20,
			epsilonForLife: 100,
			hospitalsPerPatient: 1,
		},
		hospitals: profiles.map(hospitalEntry),
		people: [
			{ id: 'ada', name: 'Ada Researcher' },
			{ id: 'grace', name: 'Grace Outsider' },
		],
		projects: [
			{
				id: projectId,
				title: 'Radiogenomics of glioma',
				hospitals: profiles.map(({ id }) => id),
				purposes: ['HMB'],
				members: ['ada'],
				asks: ['exists', 'count', 'histogram', 'table'],
				exact: true,
				until: '2030-12-31',
			},
		],
	};
	return `${firstLine}\n${stringify(network, { aliasDuplicateObjects: false })}`;
}

/** Whether the hospital also keeps a list of those who withdrew. */
export function keepsWithdrawals(profile: HospitalProfile): boolean {
	return profile.consents.some(([state]) => state === 'withdrawn-by-list');
}

function hospitalEntry(profile: HospitalProfile): unknown {
	const { id, name } = profile;
	return {
		id,
		name,
		mapping: `${id}/mapping.yaml`,
		...(keepsWithdrawals(profile) ? { withdrawals: `${id}/withdrawals.csv` } : {}),
		sources: sourcesOf(profile),
	};
}

function sourcesOf({ id, genome, clinical, radiomics }: HospitalProfile): readonly unknown[] {
	const samples = { file: `${id}/samples.csv`, sample: 'sample', patient: 'patient' };
	return [
		{ kind: 'dicom', path: `${id}/dicom` },
		{
			kind: 'vcf',
			path: `${id}/genomes.vcf.gz`,
			assembly: 'GRCh38',
			genes: genome.covers,
			...(genome.laboratoryNumbers ? { samples } : {}),
			info: genome.info,
		},
		{
			kind: 'fhir',
			path: `${id}/fhir`,
			...(clinical.identifierSystem === null ? {} : { identifier: clinical.identifierSystem }),
		},
		{
			kind: 'csv',
			path: `${id}/${radiomics.file}`,
			patient: radiomics.patient,
			dataClass: 'image',
			day: radiomics.day,
		},
	];
}
