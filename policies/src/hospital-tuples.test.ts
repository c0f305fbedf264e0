import { describe, expect, it } from 'vitest';
import type { HospitalAuthorization } from './authorization-file.ts';
import { hospitalTuples } from './hospital-tuples.ts';
import { loadModel } from './load-model.ts';
import { isPermittedTuple } from './tuple-index.ts';

const file: HospitalAuthorization = {
	hospital: 'north',
	dataset: 'mri',
	consortium: 'atlas',
	stewards: ['sam'],
	complianceOfficers: ['cleo'],
	staff: ['nils'],
	projects: [
		{
			id: 'glioma',
			lead: 'lea',
			members: ['ana', 'ana'],
			purposes: ['HMB'],
			asks: ['count'],
			exact: true,
			until: '2027-12-31',
		},
	],
};

function lines(input: HospitalAuthorization): readonly string[] {
	return hospitalTuples(input).map(({ user, relation, object }) => `${user} ${relation} ${object}`);
}

describe('hospitalTuples', () => {
	it('writes only what the model allows', () => {
		const model = loadModel();
		expect(hospitalTuples(file).filter((tuple) => !isPermittedTuple(model, tuple))).toEqual([]);
	});

	it('says who is who and what is granted, each once', () => {
		expect(lines(file)).toEqual([
			'user:sam steward hospital:north',
			'user:cleo compliance_officer hospital:north',
			'user:nils staff hospital:north',
			'hospital:north member consortium:atlas',
			'hospital:north hospital dataset:mri',
			'hospital:north hospital audit_log:north',
			'hospital:north hospital project:glioma',
			'consortium:atlas consortium project:glioma',
			'user:lea lead project:glioma',
			'user:ana member project:glioma',
			'project:glioma approved dataset:mri',
			'project:glioma purpose dataset:mri',
			'project:glioma count dataset:mri',
			'project:glioma exact dataset:mri',
		]);
	});

	it('ends a grant with the last day of the approval', () => {
		const approved = hospitalTuples(file).find(({ relation }) => relation === 'approved');
		expect(approved?.condition).toEqual({ name: 'before_end', context: { end: '2028-01-01T00:00:00.000Z' } });
	});

	it('gives no approval and no exact grant where every steward takes part in the project', () => {
		const granted = lines({ ...file, stewards: ['ana', 'lea'] }).filter((line) =>
			line.startsWith('project:'),
		);
		expect(granted).toEqual(['project:glioma count dataset:mri']);
	});
});
