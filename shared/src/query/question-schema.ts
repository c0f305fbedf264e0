// The flat objects of a question file, each closed. Trees of them are walked by hand, because a union's errors
// would not say which alternative was meant.

import { z } from 'zod';
import { purposePattern } from './purpose.ts';

type Optional<T extends z.ZodType> = z.ZodExactOptional<T>;
type Closed<T extends z.core.$ZodLooseShape> = z.ZodObject<T, z.core.$strict>;
type Texts = z.ZodArray<z.ZodString>;

const name: z.ZodString = z.string().min(1).max(64);
const names: Texts = z.array(name).min(1).max(64);
const optional = z.exactOptional;

export const imagingSchema: Closed<{
	modality: Optional<z.ZodString>;
	bodyPart: Optional<z.ZodString>;
	contrast: Optional<z.ZodBoolean>;
}> = z.strictObject({ modality: optional(name), bodyPart: optional(name), contrast: optional(z.boolean()) });

export const elementSchema: Closed<{
	id: z.ZodString;
	lt: Optional<z.ZodNumber>;
	le: Optional<z.ZodNumber>;
	gt: Optional<z.ZodNumber>;
	ge: Optional<z.ZodNumber>;
	unit: Optional<z.ZodString>;
	in: Optional<Texts>;
}> = z.strictObject({
	id: name,
	lt: optional(z.number()),
	le: optional(z.number()),
	gt: optional(z.number()),
	ge: optional(z.number()),
	unit: optional(name),
	in: optional(names),
});

export const geneSchema: Closed<{
	symbol: z.ZodString;
	consequence: Optional<Texts>;
	significance: Optional<Texts>;
}> = z.strictObject({ symbol: name, consequence: optional(names), significance: optional(names) });

export const variantSchema: Closed<{
	assembly: z.ZodString;
	contig: z.ZodString;
	position: z.ZodNumber;
	ref: z.ZodString;
	alt: z.ZodString;
}> = z.strictObject({
	assembly: name,
	contig: name,
	// No human contig is longer than 2^28 bases.
	position: z.int().min(1).max(268_435_456),
	ref: z.string().min(1).max(1_000),
	alt: z.string().min(1).max(1_000),
});

export const conditionSchema: Closed<{ code: z.ZodString }> = z.strictObject({ code: name });
export const emptySchema: Closed<Record<never, never>> = z.strictObject({});
export const histogramSchema: Closed<{ of: z.ZodString }> = z.strictObject({ of: name });
export const tableSchema: Closed<{ rows: z.ZodUnknown; columns: z.ZodUnknown }> = z.strictObject({
	rows: z.unknown(),
	columns: z.unknown(),
});

const epsilonRange =
	'expected at least 0.01, since less is noise alone and takes hours to draw, and at most 10';

export const releaseSchema: Closed<{
	mechanism: z.ZodEnum<{ noised: 'noised'; exact: 'exact' }>;
	epsilon: Optional<z.ZodNumber>;
}> = z.strictObject({
	mechanism: z.enum(['noised', 'exact']),
	epsilon: optional(z.number().min(0.01, epsilonRange).max(10, epsilonRange)),
});

export const questionSchema: Closed<{
	cordon: z.ZodLiteral<1>;
	title: Optional<z.ZodString>;
	project: z.ZodString;
	purpose: z.ZodString;
	cohort: z.ZodUnknown;
	ask: z.ZodUnknown;
	release: Optional<z.ZodUnknown>;
}> = z.strictObject({
	cordon: z.literal(1),
	title: optional(z.string().max(200)),
	project: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/),
	purpose: z.string().regex(purposePattern),
	cohort: z.unknown(),
	ask: z.unknown(),
	release: optional(z.unknown()),
});
