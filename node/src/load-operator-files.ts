// Reads the files a hospital's operator wrote, once at the start: a mistake in one stops the start, with its place.

import { readFile } from 'node:fs/promises';
import {
	type HospitalAuthorization,
	loadDefaultDictionary,
	loadDictionaryFile,
	parseAuthorization,
} from '@cordon/policies';
import type { Dictionary, InputIssue, Result } from '@cordon/shared';
import { parse } from 'yaml';
import type { NodeConfig } from './config/node-config.ts';
import { emptyMapping, type Mapping, parseMapping } from './ingest/mapping.ts';

export interface OperatorFiles {
	readonly dictionary: Dictionary;
	readonly authorization: HospitalAuthorization;
	readonly mapping: Mapping;
}

/** A file of the operator's is not right; the message says which, where, and what would be. */
export class OperatorFileWrong extends Error {
	readonly issues: readonly InputIssue[];

	constructor(file: string, issues: readonly InputIssue[]) {
		const lines = issues.map(({ path, message, nearest }) => {
			const hint = nearest.length === 0 ? '' : ` (did you mean ${nearest.join(', ')}?)`;
			return `  ${path === '' ? '/' : path}: ${message}${hint}`;
		});
		super(`${file} is not right:\n${lines.join('\n')}`);
		this.name = 'OperatorFileWrong';
		this.issues = issues;
	}
}

/** Errors  throws `OperatorFileWrong` for the first file with mistakes, naming all of that file's. */
export async function loadOperatorFiles(config: NodeConfig): Promise<OperatorFiles> {
	const dictionary = loadDictionary(config);
	const authorization = await loadAuthorization(config);
	if (config.mappingFile === null) return { dictionary, authorization, mapping: emptyMapping };
	const mappingText = await readText(config.mappingFile);
	return {
		dictionary,
		authorization,
		mapping: demand(config.mappingFile, parseMapping(mappingText, dictionary)),
	};
}

/** The one of them that a policy engine needs. Errors  throws `OperatorFileWrong`. */
export async function loadAuthorization({
	authorizationFile: file,
	hospital,
}: Pick<NodeConfig, 'authorizationFile' | 'hospital'>): Promise<HospitalAuthorization> {
	const authorization = demand(file, parseAuthorization(readYaml(file, await readText(file))));
	if (authorization.hospital === hospital) return authorization;
	const message = `is the file of another hospital than ${hospital}`;
	throw new OperatorFileWrong(file, [{ path: '/hospital', message, nearest: [] }]);
}

function loadDictionary(config: NodeConfig): Dictionary {
	if (config.dictionaryFile === null) return loadDefaultDictionary();
	return demand(config.dictionaryFile, loadDictionaryFile(config.dictionaryFile));
}

function demand<T>(file: string, result: Result<T, readonly InputIssue[]>): T {
	if (!result.ok) throw new OperatorFileWrong(file, result.error);
	return result.value;
}

async function readText(file: string): Promise<string> {
	return readFile(file, 'utf8').catch(() => {
		throw new OperatorFileWrong(file, [{ path: '', message: 'there is no such file to read', nearest: [] }]);
	});
}

function readYaml(file: string, text: string): unknown {
	try {
		return parse(text, { uniqueKeys: true, maxAliasCount: 0 });
	} catch {
		throw new OperatorFileWrong(file, [{ path: '', message: 'not a YAML document', nearest: [] }]);
	}
}
