// Reads as little of a DICOM file as its header needs, so that a folder of large images is read in bulk.

import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { err, ok, type Result } from '@cordon/shared';
import { type DataSet, type ParsedDataSet, type ParseFault, parseDicom, textOf } from './parse-dicom.ts';

export type HeaderFault = ParseFault | 'unreadable' | 'not-a-regular-file' | 'empty-file' | 'dicomdir';

export interface DicomHeader {
	readonly dataSet: DataSet;
	/** A structured report; its content tree is part of `dataSet` where `content` is `whole`. */
	readonly isReport: boolean;
	/** `unread`: no more than the header was needed. `cut`: the file ends, or stops making sense, after it. */
	readonly content: 'whole' | 'unread' | 'cut';
}

/** Bytes read in turn until the header is complete; most headers fit the first. */
const prefixSizes: readonly number[] = [16 * 1024, 256 * 1024, 4 * 1024 * 1024];
/** Deflated files are read whole; their inflated size has its own limit. */
const maxDeflatedBytes = 64 * 1024 * 1024;
/** Series Instance UID, the last attribute that a fact needs; elements come in ascending order. */
const lastNeededTag = 'x0020000e';
const directoryClass = '1.2.840.10008.1.3.10';
/** Root of the Structured Report storage classes (PS3.4 annex B.5). */
const reportClasses = '1.2.840.10008.5.1.4.1.1.88.';

interface OpenFile {
	readonly descriptor: number;
	readonly size: number;
}

function openFile(path: string): Result<OpenFile, HeaderFault> {
	let descriptor: number;
	try {
		// Non-blocking and not following links: a pipe put in a file's place must not hang the node.
		descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
	} catch {
		return err('unreadable');
	}
	const stats = fstatSync(descriptor);
	if (stats.isFile() && stats.size > 0) return ok({ descriptor, size: stats.size });
	closeSync(descriptor);
	return err(stats.isFile() ? 'empty-file' : 'not-a-regular-file');
}

function readPrefix(file: OpenFile, size: number): Buffer | null {
	const bytes = Buffer.allocUnsafe(Math.min(size, file.size));
	let filled = 0;
	try {
		while (filled < bytes.length) {
			const read = readSync(file.descriptor, bytes, filled, bytes.length - filled, filled);
			if (read === 0) break;
			filled += read;
		}
	} catch {
		return null;
	}
	return bytes.subarray(0, filled);
}

function isReport(parsed: ParsedDataSet): boolean {
	return textOf(parsed.dataSet, 'x00080016').startsWith(reportClasses);
}

interface ParsedFile {
	readonly parsed: ParsedDataSet;
	readonly wholeFileRead: boolean;
}

/** Bytes may end just after an element though the file goes on. */
function isWhole({ parsed, wholeFileRead }: ParsedFile): boolean {
	return parsed.end === 'pixel-data' || (parsed.end === 'last-element' && wholeFileRead);
}

function headerIsComplete(file: ParsedFile): boolean {
	return isWhole(file) || Object.keys(file.parsed.dataSet.elements).some((tag) => tag > lastNeededTag);
}

function isDirectory(parsed: ParsedDataSet): boolean {
	return parsed.mediaStorageClass === directoryClass || parsed.dataSet.elements['x00041220'] !== undefined;
}

function needsMore(file: ParsedFile): boolean {
	if (isWhole(file) || isDirectory(file.parsed)) return false;
	return !headerIsComplete(file) || isReport(file.parsed);
}

function parseBeginning(file: OpenFile, size: number): Result<ParsedFile, HeaderFault> | 'needs-more' {
	const bytes = readPrefix(file, size);
	if (bytes === null) return err('unreadable');
	const wholeFileRead = bytes.length >= file.size;
	const parsed = parseDicom(bytes);
	if (!parsed.ok) return parsed.error === 'header-malformed' && !wholeFileRead ? 'needs-more' : parsed;
	const beginning = { parsed: parsed.value, wholeFileRead };
	return !wholeFileRead && needsMore(beginning) ? 'needs-more' : ok(beginning);
}

function parseFile(file: OpenFile): Result<ParsedFile, HeaderFault> {
	for (const size of prefixSizes) {
		const result = parseBeginning(file, size);
		if (result === 'needs-more') continue;
		if (result.ok || result.error !== 'deflate-invalid') return result;
		// Half a deflated stream cannot be inflated.
		if (file.size > maxDeflatedBytes) return err('header-too-large');
		const whole = parseBeginning(file, file.size);
		return whole === 'needs-more' ? err('header-malformed') : whole;
	}
	return err('header-too-large');
}

function headerOf(file: ParsedFile): Result<DicomHeader, HeaderFault> {
	const { parsed, wholeFileRead } = file;
	if (isDirectory(parsed)) return err('dicomdir');
	if (!headerIsComplete(file)) return err('header-malformed');
	const unfinished = wholeFileRead ? 'cut' : 'unread';
	const content = isWhole(file) ? 'whole' : unfinished;
	return ok({ dataSet: parsed.dataSet, isReport: isReport(parsed), content });
}

/**
 * Shape   the data set before Pixel Data; a structured report with its content tree.
 * Errors  those of parseDicom; `unreadable`, `not-a-regular-file`, `empty-file`; `dicomdir` a directory of
 *         media, whose images are files of their own; `header-malformed` the file ends, or stops making
 *         sense, before the attributes that facts need; `header-too-large` they, or a report, exceed 4 MiB.
 */
export function readHeader(path: string): Result<DicomHeader, HeaderFault> {
	const file = openFile(path);
	if (!file.ok) return file;
	try {
		const parsed = parseFile(file.value);
		return parsed.ok ? headerOf(parsed.value) : parsed;
	} finally {
		closeSync(file.value.descriptor);
	}
}
