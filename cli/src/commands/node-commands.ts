// `cordon node ...`: what hospital IT does with a node; but for init, check and start, through its local socket.

import { readFile } from 'node:fs/promises';
import {
	askNode,
	callNode,
	checkSources,
	initNode,
	isEnrolled,
	loadOperatorFiles,
	type NodeConfig,
	parseNodeConfig,
	startNode,
} from '@cordon/node';
import { systemClock, systemRandom } from '@cordon/shared';
import { InputWrong } from '../processes/input-wrong.ts';
import { readJsonFile } from '../processes/read-json-file.ts';
import { describeLedger } from '../report/describe-ledger.ts';
import { describeOpenedInput, isAsAnswered } from '../report/describe-opened-input.ts';
import { daemonLog } from './daemon-log.ts';
import { endOf, untilStopped } from './until-stopped.ts';

/** Errors  throws `InputWrong` with every mistake of the file. */
export async function readNodeConfig(file: string): Promise<NodeConfig> {
	const text = await readFile(file, 'utf8').catch(() => null);
	if (text === null)
		throw new InputWrong(file, [{ path: '', message: 'there is no such file to read', nearest: [] }]);
	const parsed = parseNodeConfig(text, file);
	if (!parsed.ok) throw new InputWrong(file, parsed.error);
	return parsed.value;
}

export async function nodeInit(
	configFile: string,
	{ invitation: invitationFile, ifNew }: { readonly invitation: string; readonly ifNew: boolean },
): Promise<void> {
	const config = await readNodeConfig(configFile);
	if (ifNew && (await isEnrolled(config.stateFolder))) {
		console.log(`${config.hospital} is enrolled already`);
		return;
	}
	const invitation = await readJsonFile(invitationFile);
	await initNode({
		invitation,
		name: config.name,
		expected: config,
		k: config.k,
		stateFolder: config.stateFolder,
		clock: systemClock,
		random: systemRandom,
	});
	console.log(`${config.hospital} is enrolled; start it with: cordon node start --config ${configFile}`);
}

/** Reads every file that the node would read at its start, and says what is wrong with them. */
export async function nodeCheck(configFile: string): Promise<void> {
	const config = await readNodeConfig(configFile);
	const files = await loadOperatorFiles(config);
	const issues = await checkSources(config.sources, { ...files, baseFolder: config.baseFolder });
	if (issues.length > 0) {
		throw new InputWrong(
			configFile,
			issues.map((issue) => ({ ...issue, path: `/sources${issue.path}` })),
		);
	}
	const { elements, genes, conditions, id, version } = files.dictionary;
	console.log(`${configFile} is right: ${config.sources.length} sources, dictionary ${id} ${version}`);
	console.log(`  ${elements.length} elements, ${genes.length} genes, ${conditions.length} conditions`);
	console.log('  `cordon node ingest` reports what in the sources does not map to them.');
}

export async function nodeStart(configFile: string): Promise<void> {
	const config = await readNodeConfig(configFile);
	const { log, timed } = daemonLog(config.log, { component: 'node', hospital: config.hospital });
	const node = await startNode(config, {
		clock: systemClock,
		random: systemRandom,
		log,
		...(config.log === 'debug' ? { timed } : {}),
	});
	const stopped = untilStopped();
	const end = await Promise.race([stopped, node.ended.then(() => 'asked' as const)]);
	await endOf(node, end);
}

/** Asks the running node and prints its answer; exit code 1 where it said no. */
export async function nodeCall(
	configFile: string,
	call: { readonly method: 'GET' | 'POST'; readonly path: string; readonly body?: unknown },
): Promise<void> {
	const config = await readNodeConfig(configFile);
	const { status, value } = await askNode(config.stateFolder, call);
	console.log(JSON.stringify(value, null, '\t'));
	if (status >= 400) process.exitCode = 1;
}

/** Names people as the audit log does; so it is for the hospital's own eyes. */
export async function nodeLedger({
	config: configFile,
	json,
}: {
	readonly config: string;
	readonly json: boolean;
}): Promise<void> {
	const call = { method: 'GET', path: '/ledger' } as const;
	if (json) return nodeCall(configFile, call);
	const config = await readNodeConfig(configFile);
	const { status, value } = await askNode(config.stateFolder, call);
	console.log(status < 400 ? describeLedger(value) : JSON.stringify(value));
	if (status >= 400) process.exitCode = 1;
}

export interface OpenInputOptions {
	readonly config: string;
	/** Also the numbers: true counts of this hospital's patients, for nobody outside it. */
	readonly counts: boolean;
	readonly json: boolean;
}

/** Exit code 1 where what was answered is not shown to be what the data gave. */
export async function nodeOpenInput(session: string, options: OpenInputOptions): Promise<void> {
	const { config: configFile, counts, json } = options;
	const config = await readNodeConfig(configFile);
	const call = { method: 'POST', path: '/open-input', body: { session, counts } } as const;
	const { value } = await askNode(config.stateFolder, call);
	console.log(json ? JSON.stringify(value) : describeOpenedInput(value, config.hospital));
	if (!isAsAnswered(value)) process.exitCode = 1;
}

/** Streams the node's lines as they come: ingest's progress, or the audit log. */
export async function nodeStream(
	configFile: string,
	call: { readonly method: 'GET' | 'POST'; readonly path: string },
): Promise<void> {
	const config = await readNodeConfig(configFile);
	const { status, lines } = await callNode(config.stateFolder, call);
	let last = '';
	for await (const line of lines) {
		console.log(line);
		last = line;
	}
	const isBroken = last === '{"error":"internal"}' || last.includes('"result":{"ok":false');
	if (status >= 400 || isBroken) process.exitCode = 1;
}
