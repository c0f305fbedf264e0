// Encodes DICOM data sets as Part 10 files (PS3.10, explicit VR little endian), for the generator alone.
//
// Why not dcmjs: measured side by side, its writer takes 1.3 ms for an image of 57 elements and 4.6 ms for a report, some
// 13 s for the 5,300 files of a default network, where this takes under one. Tests read these files with dcmjs and dcmtk.

export type ValueRepresentation =
	| 'AS'
	| 'CS'
	| 'DA'
	| 'DS'
	| 'DT'
	| 'IS'
	| 'LO'
	| 'LT'
	| 'PN'
	| 'SH'
	| 'ST'
	| 'TM'
	| 'UC'
	| 'UI'
	| 'UT'
	| 'US'
	| 'UL'
	| 'OB'
	| 'OW'
	| 'SQ';

/** `gggg,eeee` in hexadecimal; several values of text are joined by a backslash already. */
export type Element = readonly [
	tag: string,
	vr: ValueRepresentation,
	value: string | readonly number[] | Uint8Array | readonly DataSet[],
];

export type DataSet = readonly Element[];

/** PS3.5 7.1.2: these have two reserved bytes and a length of four bytes. */
const longForm: ReadonlySet<string> = new Set(['OB', 'OW', 'SQ', 'UC', 'UT']);

export interface FileMeta {
	readonly sopClass: string;
	readonly sopInstance: string;
	/** Of the writing program; a UID under 2.25. */
	readonly implementation: string;
}

/** A whole file: preamble, `DICM`, meta group, data set. Elements may come in any order; files are ordered by tag. */
export function encodeFile(meta: FileMeta, dataSet: DataSet): Buffer {
	const group = encodeDataSet([
		['0002,0001', 'OB', Uint8Array.of(0, 1)],
		['0002,0002', 'UI', meta.sopClass],
		['0002,0003', 'UI', meta.sopInstance],
		['0002,0010', 'UI', '1.2.840.10008.1.2.1'],
		['0002,0012', 'UI', meta.implementation],
		['0002,0013', 'SH', 'CORDON_SYNTH_1'],
	]);
	const groupLength = Buffer.concat(encodeElement(['0002,0000', 'UL', [group.length]]));
	return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), groupLength, group, encodeDataSet(dataSet)]);
}

function encodeDataSet(dataSet: DataSet): Buffer {
	const ordered = [...dataSet].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
	const parts: Buffer[] = [];
	for (const element of ordered) parts.push(...encodeElement(element));
	return Buffer.concat(parts);
}

function encodeElement([tag, vr, value]: Element): readonly Buffer[] {
	const body = encodeValue(vr, value);
	const header = Buffer.alloc(longForm.has(vr) ? 12 : 8);
	writeTag(header, tag);
	header.write(vr, 4, 'latin1');
	if (longForm.has(vr)) header.writeUInt32LE(body.length, 8);
	else header.writeUInt16LE(body.length, 6);
	return [header, body];
}

function writeTag(header: Buffer, tag: string): void {
	header.writeUInt16LE(Number.parseInt(tag.slice(0, 4), 16), 0);
	header.writeUInt16LE(Number.parseInt(tag.slice(5), 16), 2);
}

function encodeValue(vr: ValueRepresentation, value: Element[2]): Buffer {
	if (typeof value === 'string') return encodeText(vr, value);
	if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
	if (vr === 'SQ') return Buffer.concat(value.flatMap((item) => encodeItem(item as DataSet)));
	const width = vr === 'UL' ? 4 : 2;
	const body = Buffer.alloc(value.length * width);
	for (const [index, number] of value.entries()) body.writeUIntLE(Number(number), index * width, width);
	return body;
}

/** All text here is ASCII. Padded to an even length: UI with a zero byte, all others with a space (PS3.5 6.2). */
function encodeText(vr: ValueRepresentation, text: string): Buffer {
	const bytes = Buffer.from(text, 'latin1');
	if (bytes.length % 2 === 0) return bytes;
	return Buffer.concat([bytes, Buffer.from(vr === 'UI' ? '\0' : ' ', 'latin1')]);
}

function encodeItem(item: DataSet): readonly Buffer[] {
	const body = encodeDataSet(item);
	const header = Buffer.alloc(8);
	writeTag(header, 'fffe,e000');
	header.writeUInt32LE(body.length, 4);
	return [header, body];
}
