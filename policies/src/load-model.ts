// Reads the authorization model that ships with this package; one model for evaluator, server and tests.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type PolicyModel, parseModularModel } from './authorization-model.ts';

const folder = resolve(import.meta.dirname, '../model');

/** Errors  throws where a file is missing or does not parse: without its policy nothing starts. */
export function loadModel(): PolicyModel {
	const read = (name: string): string => readFileSync(resolve(folder, name), 'utf8');
	return parseModularModel(read('fga.mod'), read);
}
