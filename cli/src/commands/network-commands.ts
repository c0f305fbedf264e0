// `cordon up`, `query` and `ask`: a simulated network started, asked and stopped.

import { mkdtemp, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { systemClock, systemRandom } from '@cordon/shared';
import { type Answer, askCoordinator } from '../client/ask-coordinator.ts';
import { type Profile, readProfile } from '../client/profile.ts';
import { checkNetwork, NetworkWrong } from '../network/check-network.ts';
import { loadNetwork, type NetworkFolder, networkFileOf } from '../network/load-network.ts';
import { InputWrong } from '../processes/input-wrong.ts';
import { interruption, unlessAborted } from '../processes/interruption.ts';
import type { NetworkEvent } from '../processes/join-hospitals.ts';
import { networkState } from '../processes/network-state.ts';
import { prepareNetwork } from '../processes/prepare-network.ts';
import { readJsonFile } from '../processes/read-json-file.ts';
import { type RunningNetwork, runNetwork } from '../processes/run-network.ts';
import { describeAnswer, describeReplay } from '../report/describe-answer.ts';
import { describeEvent, describeProgress } from '../report/describe-event.ts';
import { untilStopped } from './until-stopped.ts';

const answerTimeoutMs = 180_000;

export interface AskOptions {
	readonly json: boolean;
	readonly person?: string | undefined;
	readonly state?: string | undefined;
}

/** Where given, the parties stand on these servers and not on the embedded defaults. */
export interface ServerOptions {
	readonly postgres?: string | undefined;
	readonly openfga?: string | undefined;
}

export async function loadNetworkOrExplain(place: string): Promise<NetworkFolder> {
	const network = await loadNetwork(place, process.env);
	if (!network.ok) throw new InputWrong(networkFileOf(place), network.error);
	return network.value;
}

/** Runs until it is told to stop; the state stays, so that the next `up` goes on where this one ended. */
export async function up(
	place: string,
	{ state, ...servers }: ServerOptions & { readonly state?: string | undefined },
): Promise<void> {
	const folder = await loadNetworkOrExplain(place);
	const root = state ?? join(folder.folder, '.cordon');
	const network = await startNetwork(folder, { root, ...servers }, (line) => console.error(line));
	const where = state === undefined ? '' : ` --state ${state}`;
	console.error(
		`ready: ask with \`cordon query --network ${place}${where} -f QUESTION.json\`; stop with Ctrl-C`,
	);
	await untilStopped();
	await network.stop();
}

/** Errors  throws `NetworkWrong` before anything is made or started; else as `prepareNetwork` and `runNetwork`. */
export async function startNetwork(
	folder: NetworkFolder,
	{ root, postgres, openfga }: ServerOptions & { readonly root: string },
	tell: (line: string) => void,
	signal: AbortSignal = new AbortController().signal,
): Promise<RunningNetwork> {
	const wrong = await checkNetwork(folder);
	if (wrong.length > 0) throw new NetworkWrong(wrong);
	const parts = { clock: systemClock, random: systemRandom };
	const servers = { postgresUrl: postgres ?? null, openfgaUrl: openfga ?? null };
	const prepared = await prepareNetwork(folder, root, { ...parts, servers });
	const report = (event: NetworkEvent): void => {
		const line = describeEvent(event);
		if (line !== null) tell(line);
	};
	return runNetwork(prepared, { ...parts, tell: report, signal });
}

/** Asks a network that is up. Exit code 0: released; 1: withheld or refused. */
export async function query(
	questionFile: string,
	options: AskOptions & { readonly network: string },
): Promise<void> {
	const folder = await loadNetworkOrExplain(options.network);
	const root = options.state ?? join(folder.folder, '.cordon');
	const question = await readJsonFile(questionFile);
	const profile = await readProfile(
		networkState(resolve(root)).profileFile(personFor(folder, question, options.person)),
	);
	const asked = await ask(question, profile, options.json);
	const { answer } = asked;
	if (options.json) tellReplays([asked]);
	console.log(options.json ? JSON.stringify(answer) : describeAsked(question, asked));
	if (answer['status'] !== 'released') process.exitCode = 1;
}

/** Starts a network, asks it every question, stops it; one JSON line on standard output with `json`. */
export async function askFolder(
	place: string,
	questionFiles: readonly string[],
	options: AskOptions & ServerOptions,
): Promise<void> {
	const folder = await loadNetworkOrExplain(place);
	const questions = await Promise.all(questionFiles.map(readJsonFile));
	// Before a network is started for it: somebody who is not in its file cannot ask.
	for (const question of questions) personFor(folder, question, options.person);
	const signal = interruption();
	const root = options.state ?? (await mkdtemp(join(tmpdir(), 'cordon-ask-')));
	try {
		await askStarted(folder, questions, { ...options, root, signal });
	} catch (error) {
		// Who interrupts it knows why, and looks for nothing in it.
		if (options.state === undefined) await (signal.aborted ? removeFolder(root) : tellWhatIsLeft(root));
		throw error;
	}
	if (options.state === undefined) await removeFolder(root);
}

/** Again, where a process that is ending wrote to it meanwhile. */
export function removeFolder(folder: string): Promise<void> {
	return rm(folder, { recursive: true, force: true, maxRetries: 10 });
}

async function askStarted(
	folder: NetworkFolder,
	questions: readonly unknown[],
	options: AskOptions & ServerOptions & { readonly root: string; readonly signal: AbortSignal },
): Promise<void> {
	const { signal } = options;
	const network = await startNetwork(folder, options, (line) => console.error(line), signal);
	try {
		const asked = await unlessAborted(signal, askAll(folder, questions, options));
		printAnswers(questions, asked, options.json);
		if (asked.some(({ answer }) => answer['status'] !== 'released')) process.exitCode = 1;
	} finally {
		await network.stop();
	}
}

/** The logs that explain a failure are in there, and so are keys and data: whoever asked must know of it. */
async function tellWhatIsLeft(root: string): Promise<void> {
	const isEmpty = await rmdir(root).then(
		() => true,
		() => false,
	);
	if (!isEmpty)
		console.error(`logs, keys and stores of this run are left in ${root}: remove it when you have read them`);
}

async function askAll(
	folder: NetworkFolder,
	questions: readonly unknown[],
	options: AskOptions & { readonly root: string },
): Promise<readonly Asked[]> {
	const answers: Asked[] = [];
	for (const question of questions) {
		const person = personFor(folder, question, options.person);
		const profile = await readProfile(networkState(resolve(options.root)).profileFile(person));
		answers.push(await ask(question, profile, options.json));
	}
	return answers;
}

function printAnswers(questions: readonly unknown[], asked: readonly Asked[], json: boolean): void {
	if (json) {
		tellReplays(asked);
		console.log(JSON.stringify({ cordon: 1, answers: asked.map(({ answer }) => answer) }));
		return;
	}
	for (const [index, one] of asked.entries()) console.log(describeAsked(questions[index], one));
}

function describeAsked(question: unknown, { answer, isReplay }: Asked): string {
	const described = describeAnswer(question, answer);
	return isReplay ? `${described}\n${describeReplay(answer)}` : described;
}

/** Beside the JSON, which is the answer as it was signed. */
function tellReplays(asked: readonly Asked[]): void {
	for (const { answer, isReplay } of asked) if (isReplay) console.error(describeReplay(answer));
}

export interface Asked {
	readonly answer: Answer;
	/** The release of an earlier query, shown again. */
	readonly isReplay: boolean;
}

export async function ask(question: unknown, profile: Profile, quiet: boolean): Promise<Asked> {
	let isReplay = false;
	const progress = (state: unknown): void => {
		if (!quiet) console.error(describeProgress(state));
	};
	const answer = await askCoordinator(question, {
		profile,
		clock: systemClock,
		random: systemRandom,
		progress,
		replayed: () => {
			isReplay = true;
		},
		timeoutMs: answerTimeoutMs,
	});
	return { answer, isReplay };
}

/** The person named, else the first member of the question's project, else the first person of the file. */
export function personFor({ file }: NetworkFolder, question: unknown, named: string | undefined): string {
	if (named !== undefined) {
		if (file.people.some(({ id }) => id === named)) return named;
		throw new Error(
			`network.yaml names no person ${named}; it has ${file.people.map(({ id }) => id).join(', ')}`,
		);
	}
	const id: unknown =
		typeof question === 'object' && question !== null ? Reflect.get(question, 'project') : null;
	const project = file.projects.find((one) => one.id === id);
	return project?.members[0] ?? file.people[0]?.id ?? '';
}
