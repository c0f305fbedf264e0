// Decides which patient a DICOM file belongs to; an identifier that cannot be read exactly is no identifier.

import { err, ok, type Result } from '@cordon/shared';
import { bytesOf, type DataSet, textOf } from './parse-dicom.ts';

export type PatientFault = 'patient-missing' | 'patient-ambiguous' | 'patient-id-undecodable';

/** Specific Character Set (0008,0005) -> encoding; ISO 2022 escapes are not among them. Source: PS3.3 C.12.1.1.2. */
const encodings: Readonly<Record<string, string>> = {
	'ISO_IR 100': 'iso-8859-1',
	'ISO_IR 101': 'iso-8859-2',
	'ISO_IR 109': 'iso-8859-3',
	'ISO_IR 110': 'iso-8859-4',
	'ISO_IR 144': 'iso-8859-5',
	'ISO_IR 127': 'iso-8859-6',
	'ISO_IR 126': 'iso-8859-7',
	'ISO_IR 138': 'iso-8859-8',
	'ISO_IR 148': 'iso-8859-9',
	'ISO_IR 166': 'windows-874',
	'ISO_IR 192': 'utf-8',
	GB18030: 'gb18030',
	GBK: 'gbk',
};

const control = /\p{Cc}/u;

function decode(bytes: Uint8Array, characterSet: string): string | null {
	const isAscii = bytes.every((byte) => byte < 0x80);
	const encoding = isAscii ? 'utf-8' : encodings[characterSet];
	if (encoding === undefined) return null;
	try {
		return new TextDecoder(encoding, { fatal: true }).decode(bytes);
	} catch {
		return null;
	}
}

/**
 * Shape   Patient ID (0010,0020) without padding.
 * Errors  `patient-missing` absent or empty; `patient-ambiguous` several values;
 *         `patient-id-undecodable` a character set not in the list above, or control characters.
 */
export function patientOfInstance(dataSet: DataSet): Result<string, PatientFault> {
	const bytes = bytesOf(dataSet, 'x00100020');
	if (bytes === null || bytes.length === 0) return err('patient-missing');
	// Further values are for escape sequences, which are control characters and refused below.
	const [characterSet = ''] = textOf(dataSet, 'x00080005').split('\\');
	const text = decode(bytes, characterSet.trim());
	if (text === null) return err('patient-id-undecodable');
	// Spaces pad to even length, and some writers pad with NUL.
	const patient = text.replace(/[\0 ]+$/u, '').replace(/^ +/u, '');
	if (patient === '') return err('patient-missing');
	if (control.test(patient)) return err('patient-id-undecodable');
	return patient.includes('\\') ? err('patient-ambiguous') : ok(patient);
}
