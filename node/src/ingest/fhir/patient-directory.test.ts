// Which patient a FHIR reference means.

import { describe, expect, it } from 'vitest';
import { PatientDirectory } from './patient-directory.ts';

const system = 'urn:oid:1.2.3';
const urn = 'urn:uuid:0a1b2c3d-0000-4000-8000-000000000001';
const alone = { fullUrl: null, bundle: '' };

function patient(id: string, ...values: readonly string[]): Record<string, unknown> {
	return { resourceType: 'Patient', id, identifier: values.map((value) => ({ system, value })) };
}

const to = (reference: string): unknown => ({ reference });

describe('PatientDirectory with an identifier system', () => {
	const directory = new PatientDirectory(system);
	directory.add(patient('a', 'H-1'), alone);
	directory.add(patient('b'), alone);
	directory.add(patient('c', 'H-3', 'H-4'), alone);
	directory.add(patient('d', 'H-5'), alone);
	directory.add(patient('d', 'H-6'), alone);
	directory.add(patient('e', 'H-7'), { fullUrl: urn, bundle: 'one' });
	directory.add(patient('f', 'H-8'), { fullUrl: urn, bundle: 'two' });
	directory.add(patient('g', 'H-9'), { fullUrl: 'https://ehr.example/Patient/g', bundle: 'one' });

	it.each<[unknown, string, string]>([
		[to('Patient/a'), '', 'H-1'],
		[to('Patient/a/_history/2'), '', 'H-1'],
		[to(urn), 'one', 'H-7'],
		[to(urn), 'two', 'H-8'],
		[to('https://ehr.example/Patient/g'), '', 'H-9'],
		[{ identifier: { system, value: 'H-1' } }, '', 'H-1'],
	])('resolves %j in bundle %j', (reference, bundle, expected) => {
		expect(directory.resolve(reference, bundle)).toBe(expected);
	});

	it.each<[unknown, string]>([
		[to('Patient/unknown'), ''],
		[to('Patient/b'), ''],
		[to('Patient/c'), ''],
		[to('Patient/d'), ''],
		[to(urn), ''],
		[to(urn), 'three'],
		[to('https://other.example/Patient/a'), ''],
		[to('#a'), ''],
		[to('Group/a'), ''],
		[{ identifier: { system: 'urn:oid:9', value: 'H-1' } }, ''],
		[{ display: 'Jane' }, ''],
		['Patient/a', ''],
		[null, ''],
	])('does not resolve %j in bundle %j', (reference, bundle) => {
		expect(directory.resolve(reference, bundle)).toBeNull();
	});

	it.each([
		[patient('x'), 'patient-missing'],
		[patient('x', ' '), 'patient-missing'],
		[patient('x', 'H-1', 'H-2'), 'patient-ambiguous'],
	])('gives %j no identity', (resource, error) => {
		expect(directory.identityOf(resource, alone)).toEqual({ ok: false, error });
	});

	it('passes over an old number', () => {
		const resource = {
			id: 'x',
			identifier: [
				{ system, value: 'H-0', use: 'old' },
				{ system, value: 'H-1' },
			],
		};
		expect(directory.identityOf(resource, alone)).toEqual({ ok: true, value: 'H-1' });
	});
});

describe('PatientDirectory without an identifier system', () => {
	it('takes the id, also of a patient that is in another source', () => {
		const directory = new PatientDirectory(null);
		expect(directory.resolve(to('Patient/elsewhere'), '')).toBe('elsewhere');
		expect(directory.resolve({ identifier: { system, value: 'H-1' } }, '')).toBeNull();
	});
});
