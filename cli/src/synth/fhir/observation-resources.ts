// The FHIR R4 Observations of one synthetic patient: age at diagnosis, the MGMT assay, and the follow-up.

import type { Concept, HospitalProfile } from '../hospital-profile.ts';
import type { SynthPatient } from '../patient.ts';
import { ageAt, isoDate } from '../study-days.ts';
import { codeable, patientIdOf, type Resource, referenceTo } from './clinical-resources.ts';

export function observationResources(profile: HospitalProfile, patient: SynthPatient): readonly Resource[] {
	const subject = referenceTo(profile, patient);
	return [
		...ageObservation(profile, patient),
		...assayObservations(profile, patient),
		...followUpObservations(profile, patient),
	].map(([name, body]) => ({
		resourceType: 'Observation',
		id: `${patientIdOf(profile, patient)}-${name}`,
		subject,
		...body,
	}));
}

type Named = readonly [name: string, body: Resource];

/** Beside the birth date: an age from that alone would depend on the day the files are read. */
function ageObservation(
	{ clinical }: HospitalProfile,
	{ birthDay, diagnosisDay }: SynthPatient,
): readonly Named[] {
	const valueQuantity = quantity(ageAt(birthDay, diagnosisDay), 'a');
	const effectiveDateTime = isoDate(diagnosisDay);
	return [['age', { status: 'final', code: codeable(clinical.age), effectiveDateTime, valueQuantity }]];
}

/** For some, an opposite result was filed first and struck out later: it must not count. */
function assayObservations({ clinical }: HospitalProfile, patient: SynthPatient): readonly Named[] {
	const { methylation, assayMixedUp, diagnosisDay } = patient;
	if (methylation === null) return [];
	const assay = (status: string, result: Concept): Resource => ({
		status,
		category: [{ coding: [{ system: observationCategory, code: 'laboratory' }] }],
		code: codeable(clinical.methylation),
		effectiveDateTime: isoDate(diagnosisDay + 5),
		valueCodeableConcept: codeable(result),
	});
	const { methylations, inconclusive } = clinical;
	const opposite = methylations[methylation === 'methylated' ? 'unmethylated' : 'methylated'];
	const mistaken: readonly Named[] = assayMixedUp
		? [['mgmt-mistaken', assay('entered-in-error', opposite)]]
		: [];
	const result = methylation === 'inconclusive' ? inconclusive : methylations[methylation];
	return result === null ? mistaken : [...mistaken, ['mgmt', assay('final', result)]];
}

const observationCategory = 'http://terminology.hl7.org/CodeSystem/observation-category';

function followUpObservations({ clinical }: HospitalProfile, patient: SynthPatient): readonly Named[] {
	if (patient.followUp === null) return [];
	const { days, status } = patient.followUp;
	const last = { status: 'final', effectiveDateTime: isoDate(patient.diagnosisDay + days) };
	const state = codeable(clinical.vitalStates[status]);
	return [
		['survival', { ...last, code: codeable(clinical.survival), valueQuantity: quantity(days, 'd') }],
		['vital', { ...last, code: codeable(clinical.vitalStatus), valueCodeableConcept: state }],
	];
}

/** `unit` is a UCUM code. */
function quantity(value: number, unit: string): Resource {
	return { value, unit, system: 'http://unitsofmeasure.org', code: unit };
}
