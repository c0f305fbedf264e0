// Patients of worlds that differ by one of them, for attacks on the whole network: simple enough to reason about.

import type { PatientRecord } from '@cordon/shared';
import { consentResource, hresch } from '../../node/src/consent/consent-resource.ts';
import { type PatientConsent, withdrawal } from '../../node/src/consent/patient-consent.ts';
import { readConsent } from '../../node/src/consent/read-consent.ts';
import type { FactRow, Pseudonym, SnapshotStore } from '../../node/src/ports.ts';
import { rowsOfRecord } from '../index/fact-rows.ts';

/** Of the coordinator's test dictionary: a sex, and whether an IDH1 variant is carried. */
export interface Patient {
	readonly name: string;
	readonly sex: 'female' | 'male';
	readonly carries: boolean;
	readonly hasWithdrawn?: boolean;
}

const permit: PatientConsent = readConsent(consentResource({ type: 'permit', purpose: [hresch] }));

/** Two consents a patient who has withdrawn, one of anybody else. */
export async function writePatients(store: SnapshotStore, patients: readonly Patient[]): Promise<void> {
	const writer = await store.begin('2026-11');
	await writer.write(patients.flatMap(consentsOf));
	await writer.write(patients.flatMap((patient) => rowsOfRecord(recordOf(patient))));
	await writer.commit();
}

function consentsOf({ name, hasWithdrawn }: Patient): readonly FactRow[] {
	const given = hasWithdrawn === true ? [permit, withdrawal] : [permit];
	return given.map((consent) => ({ patient: name as Pseudonym, kind: 'consent', consent }));
}

export function recordOf({ name, sex, carries }: Patient): PatientRecord {
	const call = {
		assembly: 'GRCh38',
		contig: '2',
		position: 208_248_388,
		ref: 'C',
		alt: 'T',
		gene: 'IDH1',
		consequence: 'missense_variant',
		significance: 'pathogenic',
		zygosity: 'het',
	} as const;
	return {
		patient: name,
		examined: {
			image: false,
			genomes: [{ assembly: 'GRCh38', genes: 'all', variants: 'all' }],
			clinical: true,
		},
		series: [],
		values: [{ element: 'sex', value: sex, day: null }],
		genotypes: carries ? [call] : [],
		conditions: [],
	};
}

/** Who is counted. */
export function consentingRecords(patients: readonly Patient[]): readonly PatientRecord[] {
	return patients.filter(({ hasWithdrawn }) => hasWithdrawn !== true).map(recordOf);
}

/** So many patients of a hospital, every second a woman, every third a carrier. */
export function crowd(hospital: string, size: number): readonly Patient[] {
	return Array.from({ length: size }, (_, at) => ({
		name: `${hospital} patient ${at}`,
		sex: at % 2 === 0 ? 'female' : 'male',
		carries: at % 3 === 0,
	}));
}
