// What a file says of contrast, and where it says nothing.

import { describe, expect, it } from 'vitest';
import { contrastOfInstance } from './contrast-of-instance.ts';
import { parseDicom } from './parse-dicom.ts';
import { sampleDataSet, sampleMr, samplePart10 } from './sample-file.ts';

const mr = '1.2.840.10008.5.1.4.1.1.4';
const secondaryCapture = '1.2.840.10008.5.1.4.1.1.7';

describe('contrastOfInstance', () => {
	it.each<[string, string | null, boolean | null]>([
		[mr, 'Gadovist', true],
		[secondaryCapture, 'Gadovist', true],
		[mr, 'NONE', false],
		[mr, 'no', false],
		[mr, null, false],
		[mr, '', null],
		[mr, '  ', null],
		[secondaryCapture, null, null],
		[secondaryCapture, '', null],
	])('class %s, agent %j: %s', (sopClass, agent, expected) => {
		const elements = sampleMr({
			'00080016': ['UI', sopClass],
			'00180010': agent === null ? null : ['LO', agent],
		});
		const parsed = parseDicom(samplePart10(sampleDataSet(elements)));
		if (!parsed.ok) throw new Error(parsed.error);
		expect(contrastOfInstance(parsed.value.dataSet)).toBe(expected);
	});
});
