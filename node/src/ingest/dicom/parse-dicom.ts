// The one place that meets dicom-parser: decides how a file is encoded and parses its data set, or says why not.

import { inflateRawSync } from 'node:zlib';
import { err, ok, type Result } from '@cordon/shared';
import dicomParser, { type DataSet } from 'dicom-parser';

export type { DataSet } from 'dicom-parser';

export type ParseFault =
	| 'not-dicom'
	| 'encoding-undecidable'
	| 'transfer-syntax-unknown'
	| 'deflate-invalid'
	| 'header-malformed'
	| 'header-too-large';

export interface ParsedDataSet {
	readonly dataSet: DataSet;
	/** (0002,0002), the empty string where the file has no meta header. */
	readonly mediaStorageClass: string;
	/**
	 * Where parsing ended: at Pixel Data, after the last element of the bytes given, or inside an element, because
	 * the bytes end there or make no sense.
	 */
	readonly end: 'pixel-data' | 'last-element' | 'inside-element';
}

const implicitLittle = '1.2.840.10008.1.2';
const explicitLittle = '1.2.840.10008.1.2.1';
const deflatedLittle = '1.2.840.10008.1.2.1.99';
const explicitBig = '1.2.840.10008.1.2.2';

/** Sequence items of one parse; each costs the parser some hundred bytes of memory for 8 of the file's. */
const maxItems = 100_000;
const pixelData = 'x7fe00010';
const maxInflatedBytes = 64 * 1024 * 1024;
const itemTagLittle = Buffer.from('feff00e0', 'hex');
const itemTagBig = Buffer.from('fffee000', 'hex');

const vrs = new Set(
	'AE AS AT CS DA DS DT FL FD IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV'.split(
		' ',
	),
);

interface Encoded {
	readonly syntax: string;
	readonly bytes: Buffer;
	readonly mediaStorageClass: string;
}

/**
 * The transfer syntax of a data set without a meta header, judged by its first element: it is of group 0008
 * (or 0004 in a directory), and a VR or a plausible length follows the tag. null where neither is so.
 */
function syntaxOfBareDataSet(bytes: Buffer): string | null {
	if (bytes.length < 8) return null;
	const hasVr = vrs.has(bytes.toString('latin1', 4, 6));
	const little = bytes.readUInt16LE(0);
	if (little === 0x0008 || little === 0x0004) {
		if (hasVr) return explicitLittle;
		return bytes.readUInt32LE(4) <= Math.min(bytes.length - 8, 0xffff) ? implicitLittle : null;
	}
	return bytes.readUInt16BE(0) === 0x0008 && hasVr ? explicitBig : null;
}

function withPreamble(bytes: Buffer): Buffer {
	return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), bytes]);
}

function encodingOfPart10(bytes: Buffer): Result<Encoded, ParseFault> {
	let meta: DataSet & { readonly position?: number };
	try {
		meta = dicomParser.readPart10Header(bytes);
	} catch {
		return err('header-malformed');
	}
	const rest = bytes.subarray(meta.position ?? bytes.length);
	const mediaStorageClass = textOf(meta, 'x00020002');
	const named = textOf(meta, 'x00020010');
	const syntax = named === '' ? syntaxOfBareDataSet(rest) : named;
	// Other roots are private transfer syntaxes, whose byte order and VRs are the vendor's own.
	if (syntax === null || !syntax.startsWith('1.2.840.10008.1.2')) return err('transfer-syntax-unknown');
	return ok({ syntax, bytes: rest, mediaStorageClass });
}

function encodingOf(bytes: Buffer): Result<Encoded, ParseFault> {
	if (bytes.toString('latin1', 128, 132) === 'DICM') return encodingOfPart10(bytes);
	if (bytes.length < 8) return err('not-dicom');
	const startsWithMeta = bytes.readUInt16LE(0) === 0x0002 && vrs.has(bytes.toString('latin1', 4, 6));
	if (startsWithMeta) return encodingOfPart10(withPreamble(bytes));
	const syntax = syntaxOfBareDataSet(bytes);
	if (syntax !== null) return ok({ syntax, bytes, mediaStorageClass: '' });
	return err(bytes.readUInt16LE(0) === 0x0008 ? 'encoding-undecidable' : 'not-dicom');
}

function hasTooManyItems(bytes: Buffer): boolean {
	if (bytes.length < maxItems * 8) return false;
	for (const tag of [itemTagLittle, itemTagBig]) {
		let items = 0;
		for (let at = bytes.indexOf(tag); at >= 0; at = bytes.indexOf(tag, at + 4)) {
			if (++items > maxItems) return true;
		}
	}
	return false;
}

function inflate(bytes: Buffer): Result<Buffer, ParseFault> {
	try {
		return ok(inflateRawSync(bytes, { maxOutputLength: maxInflatedBytes }));
	} catch (cause) {
		const tooLarge = cause instanceof RangeError;
		return err(tooLarge ? 'header-too-large' : 'deflate-invalid');
	}
}

function partialDataSet(cause: unknown): DataSet | null {
	const hasDataSet = typeof cause === 'object' && cause !== null && 'dataSet' in cause;
	return hasDataSet ? (cause.dataSet as DataSet) : null;
}

function parse(bytes: Buffer, syntax: string): Pick<ParsedDataSet, 'dataSet' | 'end'> | null {
	try {
		// Stops at Pixel Data: the pixels are never read.
		const dataSet = dicomParser.parseDicom(bytes, { TransferSyntaxUID: syntax, untilTag: pixelData });
		const isAtPixels = dataSet.elements[pixelData] !== undefined;
		return { dataSet, end: isAtPixels ? 'pixel-data' : 'last-element' };
	} catch (cause) {
		// The parser throws what it had read so far; nesting deep enough to exhaust the stack ends here too.
		const dataSet = partialDataSet(cause);
		return dataSet === null ? null : { dataSet, end: 'inside-element' };
	}
}

/** The bytes of an element's value; null where it is absent, or lies beyond the data, as in a damaged file. */
export function bytesOf(dataSet: DataSet, tag: string): Uint8Array | null {
	const element = dataSet.elements[tag];
	if (element === undefined) return null;
	const { dataOffset, length } = element;
	// dicom-parser records such an element and throws when it is read.
	if (dataOffset + length > dataSet.byteArray.length) return null;
	return dataSet.byteArray.subarray(dataOffset, dataOffset + length);
}

/** The text of an element as it stands, several values too, without padding; the empty string where there is none. */
export function textOf(dataSet: DataSet, tag: string): string {
	const bytes = bytesOf(dataSet, tag);
	if (bytes === null) return '';
	const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
	const [beforeNul = ''] = text.split('\0', 1);
	return beforeNul.trim();
}

/**
 * Shape   the data set up to, and without, Pixel Data; `bytes` may be only the beginning of a file.
 * Errors  `not-dicom`; `encoding-undecidable` no meta header and no telling first element;
 *         `transfer-syntax-unknown` private, or missing and not to be told; `deflate-invalid`;
 *         `header-malformed`; `header-too-large` over 100,000 sequence items or 64 MiB inflated.
 * Source  DICOM PS3.10 section 7.1, PS3.5 section 7.1 and annex A.
 */
export function parseDicom(bytes: Buffer): Result<ParsedDataSet, ParseFault> {
	const encoded = encodingOf(bytes);
	if (!encoded.ok) return encoded;
	const { syntax, mediaStorageClass } = encoded.value;
	const deflated = syntax === deflatedLittle;
	const plain = deflated ? inflate(encoded.value.bytes) : ok(encoded.value.bytes);
	if (!plain.ok) return plain;
	if (hasTooManyItems(plain.value)) return err('header-too-large');
	const parsed = parse(plain.value, deflated ? explicitLittle : syntax);
	if (parsed === null) return err('header-malformed');
	return ok({ ...parsed, mediaStorageClass });
}
