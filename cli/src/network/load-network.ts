// Reads a network folder, so that every later step works with checked values and absolute paths.

import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { readYaml } from '@cordon/node';
import { err, type InputIssue, ok, type Result } from '@cordon/shared';
import { expandVariables } from './expand-variables.ts';
import { type NetworkFile, readNetworkFile } from './network-schema.ts';

export interface NetworkFolder {
	readonly folder: string;
	/** The network.yaml itself. */
	readonly path: string;
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
	const path = resolve(networkFileOf(place));
	const text = await readFile(path, 'utf8').catch(() => null);
	if (text === null) return err([issue('there is no such file; a network folder holds a network.yaml')]);
	const raw = readYaml(text);
	if (!raw.ok) return raw;
	const expanded = expandVariables(raw.value, environment);
	if (!expanded.ok) return expanded;
	const file = readNetworkFile(expanded.value);
	return file.ok ? ok({ folder: dirname(path), path, file: file.value }) : file;
}

/** The file that is read for a folder, or the file itself. */
export function networkFileOf(place: string): string {
	return place.endsWith('.yaml') || place.endsWith('.yml') ? place : join(place, 'network.yaml');
}

function issue(message: string): InputIssue {
	return { path: '', message, nearest: [] };
}
