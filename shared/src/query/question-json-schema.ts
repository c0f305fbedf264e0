// Describes the question file to editors, so that they complete and check while a researcher types.

import { z } from 'zod';
import {
	conditionSchema,
	elementSchema,
	emptySchema,
	geneSchema,
	histogramSchema,
	imagingSchema,
	questionSchema,
	releaseSchema,
	variantSchema,
} from './question-schema.ts';

/**
 * JSON Schema 2020-12 of a question file, made from the schemas the parser uses.
 * It knows the shape, not the dictionary: a file may satisfy it and still name an unknown gene.
 */
export function questionJsonSchema(): unknown {
	const facts = [
		z.strictObject({ imaging: imagingSchema }),
		z.strictObject({ gene: geneSchema }),
		z.strictObject({ variant: variantSchema }),
		z.strictObject({ condition: conditionSchema }),
	];
	const cohort: z.ZodType = z.lazy(() =>
		z.union([
			z.strictObject({ all: z.array(cohort).min(1) }),
			z.strictObject({ any: z.array(cohort).min(1) }),
			z.strictObject({ not: cohort }),
			z.strictObject({ element: elementSchema }),
			...facts,
		]),
	);
	const variable = z.union([z.strictObject({ element: z.string() }), ...facts]);
	const ask = z.union([
		z.strictObject({ exists: emptySchema }),
		z.strictObject({ count: emptySchema }),
		z.strictObject({ histogram: histogramSchema }),
		z.strictObject({ table: z.strictObject({ rows: variable, columns: variable }) }),
	]);
	const question = questionSchema.extend({ cohort, ask, release: z.exactOptional(releaseSchema) });
	return { ...z.toJSONSchema(question), title: 'Cordon question' };
}
