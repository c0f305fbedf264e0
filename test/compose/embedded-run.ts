// The same network without containers and servers: what the containers' answers and intake are set beside.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDefaultDictionary } from '@cordon/policies';
import { makePlan, parseQuestion, systemClock, systemRandom } from '@cordon/shared';
import { type Answer, askCoordinator } from '../../cli/src/client/ask-coordinator.ts';
import { readProfile } from '../../cli/src/client/profile.ts';
import { loadNetworkOrExplain, personFor } from '../../cli/src/commands/network-commands.ts';
import type { SampleSize } from '../../cli/src/containers/found-in-containers.ts';
import { prepareNetwork } from '../../cli/src/processes/prepare-network.ts';
import { readJsonFile } from '../../cli/src/processes/read-json-file.ts';
import { runNetwork } from '../../cli/src/processes/run-network.ts';
import { synthesize } from '../../cli/src/synth/synthesize.ts';
import { loadTruth } from '../../cli/src/synth/truth/load-truth.ts';
import { trueAnswer } from '../../cli/src/synth/truth/truth-record.ts';

export interface AskedQuestion {
	/** Path of the question in the sample's folder. */
	readonly file: string;
	readonly answer: Answer;
	/** From the generator's own records, a number a cell. */
	readonly truth: readonly number[];
}

export interface EmbeddedRun {
	readonly asked: readonly AskedQuestion[];
	/** What each hospital took in, by its id: the report as JSON, with paths from the sample's folder on. */
	readonly ingested: ReadonlyMap<string, string>;
}

const parts = { clock: systemClock, random: systemRandom };
const maxCells = 4096;

export async function runEmbedded(size: SampleSize): Promise<EmbeddedRun> {
	const root = await mkdtemp(join(tmpdir(), 'cordon-compose-'));
	try {
		const place = join(root, 'network');
		const { questions } = await synthesize({ folder: place, ...size }, () => undefined);
		const folder = await loadNetworkOrExplain(place);
		const prepared = await prepareNetwork(folder, join(root, 'state'), parts);
		const ingested = new Map<string, string>();
		const network = await runNetwork(prepared, {
			...parts,
			signal: new AbortController().signal,
			tell: ({ event, party, details }) => {
				if (event === 'ingested') ingested.set(party, intakeOf(details, place));
			},
		});
		try {
			const truth = await loadTruth(place);
			const asked: AskedQuestion[] = [];
			for (const file of questions) {
				const question = await readJsonFile(join(place, file));
				const profile = await readProfile(prepared.state.profileFile(personFor(folder, question, undefined)));
				const answer = await askCoordinator(question, {
					...parts,
					profile,
					progress: () => undefined,
					timeoutMs: 180_000,
				});
				asked.push({ file, answer, truth: truthOf(question, truth) });
			}
			return { asked, ingested };
		} finally {
			await network.stop();
		}
	} finally {
		await rm(root, { recursive: true, force: true });
	}
}

/** Comparable wherever the sample's folder is. */
export function intakeOf(report: unknown, place: string): string {
	return JSON.stringify(report).replaceAll(`${place}/`, '');
}

function truthOf(question: unknown, records: Parameters<typeof trueAnswer>[1]): readonly number[] {
	const dictionary = loadDefaultDictionary();
	const parsed = parseQuestion(question, dictionary);
	if (!parsed.ok) throw new Error('a question of the sample is right');
	const plan = makePlan(parsed.value, dictionary, maxCells);
	if (!plan.ok) throw new Error('a question of the sample has not too many cells');
	return trueAnswer(plan.value, records, dictionary);
}
