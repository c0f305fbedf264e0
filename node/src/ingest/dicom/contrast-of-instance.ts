// Decides whether a contrast agent was given, as far as one DICOM file can say.

import { type DataSet, textOf } from './parse-dicom.ts';

/**
 * Image classes whose IOD requires the (Enhanced) Contrast/Bolus module where a contrast agent was used, so
 * that its absence is a statement. In all others (secondary capture, PET, derived objects) it says nothing.
 * Source  PS3.3 sections A.2, A.3, A.4, A.14, A.16, A.36, A.38 (module tables, usage C).
 */
const classesThatSay = new Set([
	'1.2.840.10008.5.1.4.1.1.1', // CR
	'1.2.840.10008.5.1.4.1.1.2', // CT
	'1.2.840.10008.5.1.4.1.1.2.1', // Enhanced CT
	'1.2.840.10008.5.1.4.1.1.4', // MR
	'1.2.840.10008.5.1.4.1.1.4.1', // Enhanced MR
	'1.2.840.10008.5.1.4.1.1.12.1', // XA
	'1.2.840.10008.5.1.4.1.1.12.2', // XRF
]);

/** What scanners write into the free text of Contrast/Bolus Agent when none was given. */
const writtenNone = new Set(['NONE', 'NO', 'N', 'NO CONTRAST', 'WITHOUT', 'W/O']);

/**
 * true: an agent is named (0018,0010) or coded (0018,0012). false: the text says none, or both attributes are
 * absent from an image of a class that would have to say so. null: present but empty, which PS3.5 section 7.4.3
 * defines as unknown and de-identification (PS3.15 table E.1-1) leaves behind where an agent was named; or any
 * other class.
 */
export function contrastOfInstance(dataSet: DataSet): boolean | null {
	const agents = dataSet.elements['x00180012'];
	if ((agents?.items?.length ?? 0) > 0) return true;
	const agent = dataSet.elements['x00180010'];
	if (agent !== undefined || agents !== undefined) {
		const text = textOf(dataSet, 'x00180010');
		if (text === '') return null;
		return !writtenNone.has(text.toUpperCase());
	}
	return classesThatSay.has(textOf(dataSet, 'x00080016')) ? false : null;
}
