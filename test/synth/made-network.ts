// A synthetic network in a temporary folder for the tests of this folder, and its removal.

import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SynthSummary, synthesize } from '../../cli/src/synth/synthesize.ts';

export interface MadeNetwork {
	readonly folder: string;
	readonly summary: SynthSummary;
	readonly remove: () => Promise<void>;
}

export async function makeNetwork(seed: number, patients: number): Promise<MadeNetwork> {
	const folder = await mkdtemp(join(tmpdir(), 'cordon-synth-'));
	const summary = await synthesize({ folder, seed, patients }, () => undefined);
	return { folder, summary, remove: () => rm(folder, { recursive: true }) };
}

/** Paths of all files below a folder, sorted, relative to it. */
export async function filesBelow(folder: string): Promise<readonly string[]> {
	const entries = await readdir(folder, { recursive: true, withFileTypes: true });
	const files = entries.filter((entry) => entry.isFile());
	return files.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)).sort();
}

/** Whether a tool is on the PATH; with CI set, a missing one is an error, because CI installs it. */
export function hasTool(name: string): boolean {
	const found = spawnSync(name, ['--version'], { stdio: 'ignore' }).error === undefined;
	if (!found && process.env['CI'] !== undefined) throw new Error(`tool missing: ${name}`);
	return found;
}
