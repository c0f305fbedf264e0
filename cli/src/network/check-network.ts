// Whether every file that a network folder names can be used, asked before anything starts, for the person who wrote it.

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
	checkExists,
	checkList,
	checkSources,
	emptyMapping,
	type Mapping,
	parseMapping,
	parseSources,
} from '@cordon/node';
import { loadDefaultDictionary, loadDictionaryFile } from '@cordon/policies';
import { type Dictionary, err, type InputIssue, ok, type Result } from '@cordon/shared';
import { describeIssue } from '../processes/input-wrong.ts';
import type { NetworkFolder } from './load-network.ts';
import type { HospitalFile } from './network-schema.ts';

export interface WrongFile {
	readonly file: string;
	readonly issues: readonly InputIssue[];
}

/** Every file that has to be mended, with all its mistakes. */
export class NetworkWrong extends Error {
	constructor(files: readonly WrongFile[]) {
		const parts = files.map(
			({ file, issues }) => `${file} is not right:\n${issues.map(describeIssue).join('\n')}`,
		);
		super(parts.join('\n'));
		this.name = 'NetworkWrong';
	}
}

/**
 * Reads dictionary, mapping files and sources of all hospitals as their nodes would, down to the headers of tables.
 *
 * Shape   the wrong files, network.yaml first; none where all is right.
 * Errors  none: what is wrong is the answer.
 */
export async function checkNetwork(network: NetworkFolder): Promise<readonly WrongFile[]> {
	const dictionary = readDictionary(network);
	if (!dictionary.ok) return [dictionary.error];
	const own: InputIssue[] = [];
	const others = new Map<string, WrongFile>();
	for (const [at, hospital] of network.file.hospitals.entries()) {
		const found = await checkHospital(network, hospital, dictionary.value);
		own.push(...found.issues.map((issue) => ({ ...issue, path: `/hospitals/${at}${issue.path}` })));
		// One mapping file may serve several hospitals.
		if (found.mapping !== null) others.set(found.mapping.file, found.mapping);
	}
	return [...(own.length === 0 ? [] : [{ file: network.path, issues: own }]), ...others.values()];
}

function readDictionary({ folder, file }: NetworkFolder): Result<Dictionary, WrongFile> {
	if (file.dictionary === undefined) return ok(loadDefaultDictionary());
	const place = resolve(folder, file.dictionary);
	const loaded = loadDictionaryFile(place);
	return loaded.ok ? loaded : err({ file: place, issues: loaded.error });
}

interface HospitalFindings {
	/** Paths start at the hospital. */
	readonly issues: readonly InputIssue[];
	readonly mapping: WrongFile | null;
}

async function checkHospital(
	{ folder }: NetworkFolder,
	hospital: HospitalFile,
	dictionary: Dictionary,
): Promise<HospitalFindings> {
	const mapping = await readMapping(folder, hospital, dictionary);
	const sources = parseSources(hospital.sources);
	const facts = { baseFolder: folder, dictionary, mapping: mapping.value };
	const inSources = sources.ok ? await checkSources(sources.value, facts) : sources.error;
	return {
		issues: [
			...mapping.issues,
			...(await checkWithdrawals(folder, hospital)),
			...inSources.map((issue) => ({ ...issue, path: `/sources${issue.path}` })),
		],
		mapping: mapping.wrong,
	};
}

async function checkWithdrawals(
	folder: string,
	{ withdrawals }: HospitalFile,
): Promise<readonly InputIssue[]> {
	if (withdrawals === undefined) return [];
	const path = '/withdrawals';
	const place = { file: resolve(folder, withdrawals), shown: withdrawals, path };
	return checkList(place, [{ name: 'patient', path }]);
}

interface MappingFindings {
	readonly value: Mapping | null;
	readonly issues: readonly InputIssue[];
	readonly wrong: WrongFile | null;
}

async function readMapping(
	folder: string,
	{ mapping }: HospitalFile,
	dictionary: Dictionary,
): Promise<MappingFindings> {
	if (mapping === undefined) return { value: emptyMapping, issues: [], wrong: null };
	const file = resolve(folder, mapping);
	const missing = await checkExists({ file, shown: mapping, path: '/mapping' });
	if (missing.length > 0) return { value: null, issues: missing, wrong: null };
	const text = await readFile(file, 'utf8').catch(() => null);
	if (text === null) {
		const unreadable = {
			path: '/mapping',
			message: `${mapping} is not a file that can be read`,
			nearest: [],
		};
		return { value: null, issues: [unreadable], wrong: null };
	}
	const parsed = parseMapping(text, dictionary);
	if (parsed.ok) return { value: parsed.value, issues: [], wrong: null };
	return { value: null, issues: [], wrong: { file, issues: parsed.error } };
}
