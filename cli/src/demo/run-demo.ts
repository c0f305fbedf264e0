// `cordon demo`: makes four hospitals' files, runs their network, asks it, and sets each released number beside the truth.

import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDefaultDictionary } from '@cordon/policies';
import { makePlan, parseQuestion, systemClock } from '@cordon/shared';
import type { Answer } from '../client/ask-coordinator.ts';
import { readProfile } from '../client/profile.ts';
import {
	ask,
	loadNetworkOrExplain,
	personFor,
	removeFolder,
	startNetwork,
} from '../commands/network-commands.ts';
import { InputWrong } from '../processes/input-wrong.ts';
import { interruption, unlessAborted } from '../processes/interruption.ts';
import { networkState } from '../processes/network-state.ts';
import { readJsonFile } from '../processes/read-json-file.ts';
import { type CellTruth, describeAnswer } from '../report/describe-answer.ts';
import { type SynthSummary, synthesize } from '../synth/synthesize.ts';
import { loadTruth } from '../synth/truth/load-truth.ts';
import { type TruthRecord, trueAnswer } from '../synth/truth/truth-record.ts';
import { checkAnswer } from './check-answer.ts';

export interface DemoOptions {
	readonly json: boolean;
	readonly patients: number;
	readonly hospitals: number;
	readonly seed: number;
	/** Keeps the network folder here; without it, it is made in the system's temporary folder and removed. */
	readonly keep?: string | undefined;
}

interface Checked extends CellTruth {
	readonly file: string;
	readonly question: unknown;
	readonly answer: Answer;
}

const maxCells = 4096;

/** Exit code 0: every released number is inside its bound, and nothing was hidden without need; else 1. */
export async function runDemo(options: DemoOptions): Promise<void> {
	const startedMs = systemClock.nowMs();
	const say = (line: string): void => (options.json ? console.error(line) : console.log(line));
	const signal = interruption();
	const scratch = await mkdtemp(join(tmpdir(), 'cordon-demo-'));
	const folder = options.keep ?? join(scratch, 'network');
	try {
		const summary = await unlessAborted(signal, writeFiles(folder, options, say));
		const checked = await askEverything(folder, { state: join(scratch, 'state'), summary, say, signal });
		const seconds = (systemClock.nowMs() - startedMs) / 1000;
		conclude(summary, checked, { seconds, json: options.json });
	} finally {
		await removeFolder(scratch);
	}
}

async function writeFiles(
	folder: string,
	{ seed, patients, hospitals }: DemoOptions,
	say: (line: string) => void,
): Promise<SynthSummary> {
	say(`Writing the files of ${hospitals} hospitals, ${patients} patients, seed ${seed}`);
	const summary = await synthesize({ folder, seed, patients, hospitals }, () => undefined);
	for (const { name, patients: count, files } of summary.hospitals) {
		say(
			`  ${name}: ${count} patients; files: ${files.dicom} DICOM, ${files.vcf} VCF, ${files.fhir} FHIR, ${files.csv} CSV`,
		);
	}
	return summary;
}

interface Asking {
	readonly state: string;
	readonly summary: SynthSummary;
	readonly say: (line: string) => void;
	readonly signal: AbortSignal;
}

async function askEverything(
	place: string,
	{ state, summary, say, signal }: Asking,
): Promise<readonly Checked[]> {
	const folder = await loadNetworkOrExplain(place);
	const truth = await loadTruth(place);
	say('Starting the network: issuer, coordinator and a node for each hospital');
	const network = await startNetwork(folder, { root: state }, say, signal);
	try {
		const checked: Checked[] = [];
		say('');
		say(
			'ok beside the truth: equal, hidden by the rule, or within what the noise exceeds once in a million (an interval is once in twenty)',
		);
		for (const file of summary.questions) {
			const question = await readJsonFile(join(place, file));
			const profile = await readProfile(
				networkState(state).profileFile(personFor(folder, question, undefined)),
			);
			const { answer } = await unlessAborted(signal, ask(question, profile, true));
			const known = checkAnswer(answer, truthOf(question, truth, file));
			checked.push({ file, question, answer, ...known });
			say('');
			say(describeAnswer(question, answer, known));
		}
		return checked;
	} finally {
		await network.stop();
	}
}

/** From the generator's own records, never from what the hospitals stored. */
function truthOf(question: unknown, records: readonly TruthRecord[], file: string): readonly number[] {
	const dictionary = loadDefaultDictionary();
	const parsed = parseQuestion(question, dictionary);
	if (!parsed.ok) throw new InputWrong(file, parsed.error);
	const plan = makePlan(parsed.value, dictionary, maxCells);
	if (!plan.ok) throw new Error(`${file} has too many cells`);
	return trueAnswer(plan.value, records, dictionary);
}

function conclude(
	summary: SynthSummary,
	checked: readonly Checked[],
	{ seconds, json }: { readonly seconds: number; readonly json: boolean },
): void {
	const verdicts = checked.flatMap((one) => one.verdicts);
	const isRight = verdicts.length > 0 && verdicts.every((verdict) => verdict);
	if (!isRight) process.exitCode = 1;
	if (json) {
		const answers = checked.map(({ file, truth, verdicts: right, answer }) => ({
			file,
			truth,
			right,
			answer,
		}));
		console.log(
			JSON.stringify({
				cordon: 1,
				ok: isRight,
				seconds,
				seed: summary.seed,
				hospitals: summary.hospitals,
				answers,
			}),
		);
		return;
	}
	const wrong = verdicts.filter((verdict) => !verdict).length;
	console.log('');
	console.log(
		isRight
			? `All ${verdicts.length} cells are as they must be: inside the bound of their noise, equal to the truth, or hidden by the rule. ${seconds.toFixed(1)} s.`
			: `${wrong} of ${verdicts.length} cells are not as they must be. ${seconds.toFixed(1)} s.`,
	);
}
