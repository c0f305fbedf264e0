// Reads a network folder, so that every later step works with checked values and absolute paths.

import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { err, type InputIssue, ok, type Result } from '@cordon/shared';
import { parse } from 'yaml';
import { expandVariables } from './expand-variables.ts';
import { type NetworkFile, readNetworkFile } from './network-schema.ts';

export interface NetworkFolder {
	readonly folder: string;
	readonly file: NetworkFile;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * `place` is a folder with a network.yaml, or such a file itself.
 * Errors  the file's own mistakes, with their paths; `/` with a message where there is no such file.
 */
export async function loadNetwork(
	place: string,
	environment: Environment,
): Promise<Result<NetworkFolder, readonly InputIssue[]>> {
	const path = resolve(
		place.endsWith('.yaml') || place.endsWith('.yml') ? place : join(place, 'network.yaml'),
	);
	const text = await readFile(path, 'utf8').catch(() => null);
	if (text === null) return err([issue(`there is no ${path}; a network folder holds a network.yaml`)]);
	const raw = readYaml(text);
	if (!raw.ok) return raw;
	const expanded = expandVariables(raw.value, environment);
	if (!expanded.ok) return expanded;
	const file = readNetworkFile(expanded.value);
	return file.ok ? ok({ folder: dirname(path), file: file.value }) : file;
}

function readYaml(text: string): Result<unknown, readonly InputIssue[]> {
	try {
		return ok(parse(text, { uniqueKeys: true, maxAliasCount: 0 }));
	} catch (error) {
		const at = error instanceof Error && 'linePos' in error ? JSON.stringify(error.linePos) : 'unknown';
		return err([issue(`network.yaml is not YAML, near ${at}`)]);
	}
}

function issue(message: string): InputIssue {
	return { path: '', message, nearest: [] };
}
