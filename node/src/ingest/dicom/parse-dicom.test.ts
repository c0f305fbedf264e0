// Which encodings a DICOM file may have, and why others are refused.

import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseDicom, textOf } from './parse-dicom.ts';
import { type SampleElement, sampleDataSet, sampleMr, samplePart10 } from './sample-file.ts';

const elements = sampleMr();

function patientIn(bytes: Buffer): string {
	const parsed = parseDicom(bytes);
	return parsed.ok ? textOf(parsed.value.dataSet, 'x00100020') : parsed.error;
}

function nested(depth: number): SampleElement[] {
	let item: readonly SampleElement[] = [['00080104', 'LO', 'x']];
	for (let level = 0; level < depth; level++) item = [['0040a730', 'SQ', [item]]];
	return [...sampleMr({ '7fe00010': null }), ...item];
}

describe('parseDicom', () => {
	it.each<[string, Buffer]>([
		['explicit little endian', samplePart10(sampleDataSet(elements))],
		['implicit little endian', samplePart10(sampleDataSet(elements, 'implicit'), '1.2.840.10008.1.2')],
		['explicit big endian', samplePart10(sampleDataSet(elements, 'big'), '1.2.840.10008.1.2.2')],
		['JPEG 2000', samplePart10(sampleDataSet(elements), '1.2.840.10008.1.2.4.90')],
		['deflated', samplePart10(deflateRawSync(sampleDataSet(elements)), '1.2.840.10008.1.2.1.99')],
		['meta header without preamble', samplePart10(sampleDataSet(elements)).subarray(132)],
		['no meta header, explicit', sampleDataSet(elements)],
		['no meta header, implicit', sampleDataSet(elements, 'implicit')],
		['no meta header, big endian', sampleDataSet(elements, 'big')],
	])('reads %s', (_what, bytes) => {
		expect(patientIn(bytes)).toBe('P1');
	});

	it.each<[string, Buffer, string]>([
		['text', Buffer.from('Dear colleague, please find the images attached.'), 'not-dicom'],
		['a few bytes', Buffer.from([8, 0]), 'not-dicom'],
		['zeros', Buffer.alloc(4096), 'not-dicom'],
		[
			'a group 0008 with neither VR nor length',
			Buffer.from('0800050001ffffff00000000', 'hex'),
			'encoding-undecidable',
		],
		[
			'a private syntax',
			samplePart10(sampleDataSet(elements), '1.2.840.113619.5.2'),
			'transfer-syntax-unknown',
		],
		[
			'a preamble and nothing else',
			Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')]),
			'transfer-syntax-unknown',
		],
		['damaged deflate', samplePart10(Buffer.alloc(64, 0xff), '1.2.840.10008.1.2.1.99'), 'deflate-invalid'],
	])('refuses %s', (_what, bytes, fault) => {
		expect(patientIn(bytes)).toBe(fault);
	});

	it('refuses a deflate bomb', () => {
		const bomb = deflateRawSync(Buffer.alloc(80 * 1024 * 1024));
		expect(patientIn(samplePart10(bomb, '1.2.840.10008.1.2.1.99'))).toBe('header-too-large');
	});

	it('refuses more items than a header has', () => {
		const items = Buffer.alloc(8 * 100_001);
		for (let at = 0; at < items.length; at += 8) items.writeUInt32LE(0xe000fffe, at);
		expect(patientIn(samplePart10(items))).toBe('header-too-large');
	});

	it('says where it ended: at the pixels, after or inside the last element', () => {
		const image = parseDicom(samplePart10(sampleDataSet(elements)));
		expect(image).toMatchObject({ ok: true, value: { end: 'pixel-data' } });
		const bytes = samplePart10(
			sampleDataSet(sampleMr({ '7fe00010': null, '00204000': ['LT', 'long comment'] })),
		);
		expect(parseDicom(bytes)).toMatchObject({ ok: true, value: { end: 'last-element' } });
		const cut = parseDicom(bytes.subarray(0, bytes.length - 4));
		expect(cut).toMatchObject({ ok: true, value: { end: 'inside-element' } });
	});

	it('survives nesting that exhausts the stack', () => {
		const header = sampleDataSet(sampleMr({ '7fe00010': null }));
		const level = Buffer.from('4000 30a7 5351 0000 ffffffff feff00e0 ffffffff'.replaceAll(' ', ''), 'hex');
		const bytes = samplePart10(Buffer.concat([header, ...Array.from({ length: 60_000 }, () => level)]));
		expect(parseDicom(bytes)).toMatchObject({ ok: true, value: { end: 'inside-element' } });
		expect(patientIn(bytes)).toBe('P1');
	});

	it('reads moderate nesting whole', () => {
		expect(parseDicom(samplePart10(sampleDataSet(nested(20))))).toMatchObject({
			ok: true,
			value: { end: 'last-element' },
		});
	});
});
