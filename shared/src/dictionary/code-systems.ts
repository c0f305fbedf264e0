// Which code system a DICOM coding scheme designator means, so that SR, FHIR and dictionary codes compare equal.

/** Coding Scheme Designator (0008,0102) to the system URI that the dictionary and FHIR use; DICOM PS3.16, table 8-1. */
const systems: ReadonlyMap<string, string> = new Map([
	['SCT', 'http://snomed.info/sct'],
	['LN', 'http://loinc.org'],
	['DCM', 'http://dicom.nema.org/resources/ontology/DCM'],
	['RADLEX', 'http://www.radlex.org'],
	['IBSI', 'urn:oid:1.2.840.10008.2.16.13'],
	['UCUM', 'http://unitsofmeasure.org'],
	['I10', 'http://hl7.org/fhir/sid/icd-10'],
	['99CORDON', 'https://cordon.example/dictionary'],
]);

/** Null for a designator that is not known: a private scheme maps only through the hospital's mapping file. */
export function codeSystemOf(designator: string): string | null {
	return systems.get(designator) ?? null;
}
