// The FHIR R4 resources that a hospital exports of one synthetic patient: the person and the diagnoses.

import { createHash } from 'node:crypto';
import type { Concept, HospitalProfile } from '../hospital-profile.ts';
import type { SynthPatient } from '../patient.ts';
import { isoDate } from '../study-days.ts';

/** A resource as plain JSON; the generator writes them and never reads them. */
export type Resource = Readonly<Record<string, unknown>>;

/** The logical id: the record number where the hospital has no other identifier, else an id of the server's own. */
export function patientIdOf(profile: HospitalProfile, patient: SynthPatient): string {
	if (profile.clinical.identifierSystem === null) return patient.record;
	return `p${createHash('sha256').update(`${patient.hospital}/${patient.record}`).digest('hex').slice(0, 20)}`;
}

export function referenceTo(profile: HospitalProfile, patient: SynthPatient): Resource {
	return { reference: `Patient/${patientIdOf(profile, patient)}` };
}

export function codeable([code, system, display]: Concept): Resource {
	return { coding: [{ system, code, display }] };
}

export function patientResource(profile: HospitalProfile, patient: SynthPatient): Resource {
	const { identifierSystem } = profile.clinical;
	const own = { use: 'usual', system: identifierSystem, value: patient.record };
	return {
		resourceType: 'Patient',
		id: patientIdOf(profile, patient),
		...(identifierSystem === null ? {} : { identifier: [own] }),
		active: true,
		name: [{ family: 'Synthetic', given: [patient.record] }],
		gender: patient.sex,
		birthDate: isoDate(patient.birthDay),
	};
}

/** The diagnosis, and before it, for some, one that was ruled out: it must not count. */
export function conditionResources(profile: HospitalProfile, patient: SynthPatient): readonly Resource[] {
	const confirmed = condition(profile, patient, { icd10: patient.condition, verification: 'confirmed' });
	if (patient.ruledOut === null) return [confirmed];
	return [confirmed, condition(profile, patient, { icd10: patient.ruledOut, verification: 'refuted' })];
}

function condition(
	profile: HospitalProfile,
	patient: SynthPatient,
	what: { readonly icd10: string; readonly verification: 'confirmed' | 'refuted' },
): Resource {
	const { conditionSystem, conditions } = profile.clinical;
	const code = conditions[what.icd10] ?? what.icd10;
	const day = isoDate(patient.diagnosisDay);
	const active = { clinicalStatus: status('condition-clinical', 'active') };
	return {
		resourceType: 'Condition',
		id: `${patientIdOf(profile, patient)}-${what.verification}`,
		...(what.verification === 'confirmed' ? active : {}),
		verificationStatus: status('condition-ver-status', what.verification),
		code: { coding: [{ system: conditionSystem, code }] },
		subject: referenceTo(profile, patient),
		onsetDateTime: day,
		recordedDate: day,
	};
}

function status(system: string, code: string): Resource {
	return { coding: [{ system: `http://terminology.hl7.org/CodeSystem/${system}`, code }] };
}
