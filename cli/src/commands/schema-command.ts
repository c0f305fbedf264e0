// `cordon schema`: JSON Schemas of the files that people write, for their editors.

import { questionJsonSchema } from '@cordon/shared';
import { networkJsonSchema } from '../network/network-schema.ts';

const schemas: Readonly<Record<string, () => unknown>> = {
	network: networkJsonSchema,
	question: questionJsonSchema,
};

export const schemaNames: readonly string[] = Object.keys(schemas);

export function printSchema(name: string): void {
	const schema = schemas[name];
	if (schema === undefined)
		throw new Error(`there is no schema ${name}; there is ${schemaNames.join(' and ')}`);
	console.log(JSON.stringify(schema(), null, '\t'));
}
