// The shape of a dictionary file: closed, with a limit on everything that could grow. Meaning is checked after it.

import { z } from 'zod';
import type { Dictionary } from './dictionary.ts';

const text = z.string().min(1).max(200);
/** Starts with a letter or digit, so that no id can be mistaken for an option or a path. */
const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
const term = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_]{0,63}$/);
/** DICOM CS: capitals, digits, space, underscore, 16 characters at most. */
const codeString = z.string().regex(/^[A-Z0-9][A-Z0-9_ ]{0,15}$/);
const dataClass = z.enum(['image', 'genome', 'clinical']);
const code = z.strictObject({ system: text, code: text });

const numberElement = z.strictObject({
	type: z.literal('number'),
	id,
	title: text,
	dataClass,
	code: z.exactOptional(code),
	unit: text,
	bounds: z.tuple([z.number(), z.number()]),
	bins: z.array(z.number()).min(2).max(257),
	select: z.enum(['first', 'last', 'largest', 'smallest']),
});

const codedElement = z.strictObject({
	type: z.literal('code'),
	id,
	title: text,
	dataClass,
	code: z.exactOptional(code),
	values: z
		.array(z.strictObject({ id, title: text, code: z.exactOptional(code) }))
		.min(1)
		.max(256),
	select: z.enum(['first', 'last']),
});

const position = z.int().min(1).max(1_000_000_000);
const region = z.strictObject({
	assembly: id,
	contig: z.string().regex(/^([1-9]|1\d|2[0-2]|X|Y|MT)$/),
	start: position,
	end: position,
});

/** The largest lists a dictionary may hold; real ones (HGNC, ICD-10) fit with room to spare. */
const dictionary = z.strictObject({
	cordon: z.literal(1),
	id,
	version: text,
	elements: z.array(z.discriminatedUnion('type', [numberElement, codedElement])).max(5_000),
	conditions: z
		.array(z.strictObject({ id, title: text, system: text, parents: z.array(id).max(32) }))
		.max(200_000),
	genes: z.array(z.strictObject({ symbol: id, regions: z.array(region).max(64) })).max(100_000),
	modalities: z.array(codeString).max(256),
	bodyParts: z.array(codeString).max(1_000),
	consequences: z.array(term).max(256),
	significances: z.array(term).max(256),
	assemblies: z.array(id).max(16),
});

export const dictionarySchema: z.ZodType<Dictionary> = dictionary;
export const dictionaryKeys: readonly string[] = Object.keys(dictionary.shape);
