// Writes small DICOM files for tests, well formed or broken on purpose.

export type SampleElement = readonly [
	tag: string,
	vr: string,
	value: string | readonly (readonly SampleElement[])[],
];

export type SampleEncoding = 'explicit' | 'implicit' | 'big';

const longVrs = new Set(['OB', 'OW', 'SQ', 'UN', 'UT']);

function integer(value: number, size: 2 | 4, encoding: SampleEncoding): Buffer {
	const bytes = Buffer.alloc(size);
	if (encoding === 'big') bytes.writeUIntBE(value, 0, size);
	else bytes.writeUIntLE(value, 0, size);
	return bytes;
}

function tagBytes(tag: string, encoding: SampleEncoding): Buffer {
	const group = integer(Number.parseInt(tag.slice(0, 4), 16), 2, encoding);
	return Buffer.concat([group, integer(Number.parseInt(tag.slice(4), 16), 2, encoding)]);
}

function valueBytes(value: SampleElement[2], encoding: SampleEncoding): Buffer {
	if (typeof value === 'string') return Buffer.from(value.length % 2 === 0 ? value : `${value} `, 'latin1');
	const items = value.map((item) => {
		const content = sampleDataSet(item, encoding);
		return Buffer.concat([tagBytes('fffee000', encoding), integer(content.length, 4, encoding), content]);
	});
	return Buffer.concat(items);
}

export function sampleDataSet(
	elements: readonly SampleElement[],
	encoding: SampleEncoding = 'explicit',
): Buffer {
	const parts = elements.map(([tag, vr, value]) => {
		const content = valueBytes(value, encoding);
		const head = tagBytes(tag, encoding);
		if (encoding === 'implicit') return Buffer.concat([head, integer(content.length, 4, encoding), content]);
		const length = longVrs.has(vr)
			? Buffer.concat([Buffer.alloc(2), integer(content.length, 4, encoding)])
			: integer(content.length, 2, encoding);
		return Buffer.concat([head, Buffer.from(vr), length, content]);
	});
	return Buffer.concat(parts);
}

export function samplePart10(dataSet: Buffer, syntax = '1.2.840.10008.1.2.1'): Buffer {
	const meta = sampleDataSet([['00020010', 'UI', syntax]]);
	return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), meta, dataSet]);
}

/** An MR image of patient P1; `more` replaces or adds elements, and a value of null leaves one out. */
export function sampleMr(
	more: Readonly<Record<string, readonly [vr: string, value: string] | null>> = {},
): SampleElement[] {
	const usual: Readonly<Record<string, readonly [vr: string, value: string] | null>> = {
		'00080016': ['UI', '1.2.840.10008.5.1.4.1.1.4'],
		'00080020': ['DA', '20240105'],
		'00080060': ['CS', 'MR'],
		'00100010': ['PN', 'Doe^Jane'],
		'00100020': ['LO', 'P1'],
		'00180015': ['CS', 'BRAIN'],
		'0020000d': ['UI', '1.2.3'],
		'0020000e': ['UI', '1.2.3.4'],
		'7fe00010': ['OW', '\0\0\0\0'],
		...more,
	};
	return Object.entries(usual)
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.flatMap(([tag, element]) => (element === null ? [] : [[tag, element[0], element[1]] as const]));
}

function code(value: string, scheme: string): readonly SampleElement[] {
	return [
		['00080100', 'SH', value],
		['00080102', 'SH', scheme],
		['00080104', 'LO', 'a meaning'],
	];
}

export type SampleConcept = readonly [value: string, scheme: string];

function contentItem(type: string, relation: string, name: SampleConcept): SampleElement[] {
	return [
		['0040a010', 'CS', relation],
		['0040a040', 'CS', type],
		['0040a043', 'SQ', [code(...name)]],
	];
}

export function sampleNumber(
	name: SampleConcept,
	value: string,
	unit: SampleConcept,
	children: readonly (readonly SampleElement[])[] = [],
): readonly SampleElement[] {
	const measured: readonly SampleElement[] = [
		['004008ea', 'SQ', [code(...unit)]],
		['0040a30a', 'DS', value],
	];
	return [
		...contentItem('NUM', 'CONTAINS', name),
		['0040a300', 'SQ', [measured]],
		['0040a730', 'SQ', children],
	];
}

export function sampleCode(
	name: SampleConcept,
	value: SampleConcept,
	relation = 'CONTAINS',
): readonly SampleElement[] {
	return [...contentItem('CODE', relation, name), ['0040a168', 'SQ', [code(...value)]]];
}

export function sampleContainer(
	name: SampleConcept,
	children: readonly (readonly SampleElement[])[],
): readonly SampleElement[] {
	return [...contentItem('CONTAINER', 'CONTAINS', name), ['0040a730', 'SQ', children]];
}

export function sampleReport(children: readonly (readonly SampleElement[])[]): SampleElement[] {
	const header = sampleMr({
		'00080016': ['UI', '1.2.840.10008.5.1.4.1.1.88.33'],
		'00080060': ['CS', 'SR'],
		'00180015': null,
		'0020000e': ['UI', '1.2.3.5'],
		'7fe00010': null,
	});
	return [...header, ['0040a730', 'SQ', children]];
}
