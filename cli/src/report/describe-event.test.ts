import { describe, expect, it } from 'vitest';
import type { NetworkEvent } from '../processes/join-hospitals.ts';
import { describeEvent, describeProgress } from './describe-event.ts';

describe('describeEvent', () => {
	it.each<[NetworkEvent, string | null]>([
		[{ event: 'started', party: 'issuer' }, '  issuer: started'],
		[{ event: 'joined', party: 'north' }, '  north: member of the network, the manifest is signed by all'],
		[
			{ event: 'ingesting', party: 'north', details: { kind: 'dicom', done: 3, total: 9 } },
			'  north: reading dicom 3 of 9',
		],
		[
			{ event: 'ingesting', party: 'north', details: { kind: 'vcf', done: 3, total: null } },
			'  north: reading vcf 3',
		],
		[
			{ event: 'ended', party: 'north', details: { code: 1, logFile: 'logs/north.log' } },
			'  north: ended with code 1, the others run on; its log is logs/north.log. Stop the network and start it again to have north back',
		],
		[
			{ event: 'ended', party: 'north', details: { code: null, logFile: 'logs/north.log' } },
			'  north: ended by a signal, the others run on; its log is logs/north.log. Stop the network and start it again to have north back',
		],
		[{ event: 'ready', party: 'network' }, null],
		[{ event: 'stopped', party: 'north' }, null],
	])('says of %j: %s', (event, line) => {
		expect(describeEvent(event)).toBe(line);
	});

	it('says how many patients came from which files, and how many files were not taken', () => {
		const report = (files: number): NetworkEvent => ({
			event: 'ingested',
			party: 'north',
			details: {
				patients: 500,
				sources: [
					{ kind: 'dicom', files, read: 40 },
					{ kind: 'csv', files: 1, read: 1, issueTotals: files === 40 ? {} : { 'value-unmapped': 21 } },
				],
			},
		});
		expect(describeEvent(report(40))).toBe('  north: 500 patients from files: dicom 40, csv 1');
		expect(describeEvent(report(43))).toBe(
			'  north: 500 patients from files: dicom 40, csv 1; 3 files not taken, 21 value-unmapped: `cordon node ingest` names them',
		);
	});

	it.each([undefined, null, 'text', { sources: 'none' }])('survives an ingest report of %j', (details) => {
		expect(describeEvent({ event: 'ingested', party: 'north', details })).toMatch(/^ {2}north: /);
	});
});

describe('describeProgress', () => {
	it('says the step and how many hospitals of how many', () => {
		expect(describeProgress({ step: 'masking', answered: 2, of: 4 })).toBe('  masking: 2 of 4 hospitals');
	});
});
