// Whose file it is, or that this cannot be told.

import { describe, expect, it } from 'vitest';
import { parseDicom } from './parse-dicom.ts';
import { patientOfInstance } from './patient-of-instance.ts';
import { sampleDataSet, sampleMr, samplePart10 } from './sample-file.ts';

function patientOf(id: string | null, characterSet: string | null = null): string {
	const elements = sampleMr({
		'00080005': characterSet === null ? null : ['CS', characterSet],
		'00100020': id === null ? null : ['LO', id],
	});
	const parsed = parseDicom(samplePart10(sampleDataSet(elements)));
	if (!parsed.ok) throw new Error(parsed.error);
	const patient = patientOfInstance(parsed.value.dataSet);
	return patient.ok ? `patient ${patient.value}` : patient.error;
}

const utf8 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

describe('patientOfInstance', () => {
	it.each<[string, string | null, string]>([
		['P-1', null, 'patient P-1'],
		['  P 1  ', null, 'patient P 1'],
		['P1\0', null, 'patient P1'],
		['P\xe9', 'ISO_IR 100', 'patient Pé'],
		[utf8('患者1'), 'ISO_IR 192', 'patient 患者1'],
	])('reads %j in %s', (id, characterSet, expected) => {
		expect(patientOf(id, characterSet)).toBe(expected);
	});

	it.each<[string | null, string | null, string]>([
		[null, null, 'patient-missing'],
		['', null, 'patient-missing'],
		['   ', null, 'patient-missing'],
		['\0\0', null, 'patient-missing'],
		['P1\\P2', null, 'patient-ambiguous'],
		['P\xe9', null, 'patient-id-undecodable'],
		['P\xe9', 'ISO 2022 IR 6', 'patient-id-undecodable'],
		['P\xff', 'ISO_IR 192', 'patient-id-undecodable'],
		['P\x1b(J', null, 'patient-id-undecodable'],
	])('refuses %j in %s', (id, characterSet, expected) => {
		expect(patientOf(id, characterSet)).toBe(expected);
	});
});
