// A blind network of real processes, asked through the command line: the person who asks reads the numbers, and the
// coordinator's database, its files and its logs hold nothing of them.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadDefaultDictionary } from '@cordon/policies';
import { formatNoteKey, makePlan, parseQuestion } from '@cordon/shared';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadTruth } from '../../cli/src/synth/truth/load-truth.ts';
import { trueAnswer } from '../../cli/src/synth/truth/truth-record.ts';
import { type CommandOutcome, cordon } from './command-line.ts';
import { readCoordinatorState } from './coordinator-state.ts';
import { tracesInText } from './number-traces.ts';
import { type RealNetwork, startRealNetwork } from './real-network.ts';

const minutes = 60_000;
const question = {
	cordon: 1,
	title: 'Sex by IDH1',
	project: 'glioma',
	purpose: 'HMB',
	cohort: { condition: { code: 'C71' } },
	ask: { table: { rows: { element: 'sex' }, columns: { gene: { symbol: 'IDH1' } } } },
	// The numbers are then next to the true ones, so that a search for them is a search for something.
	release: { mechanism: 'noised', epsilon: 4 },
};

interface OpenedAnswer {
	readonly status: string;
	readonly visibility: string;
	readonly cells: readonly {
		readonly value: number;
		readonly raw: number;
		readonly interval: readonly number[];
	}[];
	readonly margins: readonly { readonly key: readonly unknown[]; readonly value: number }[];
	readonly noise: { readonly bound1e6: number };
	readonly signed: Readonly<Record<string, unknown>>;
}

let network: RealNetwork;
let printed: CommandOutcome;
let answer: OpenedAnswer;

beforeAll(async () => {
	network = await startRealNetwork({
		seed: 31,
		patients: 150,
		hospitals: 3,
		change: (file) => ({
			...file,
			policy: { ...file.policy, visibility: 'blind', mechanisms: ['noised'] },
			projects: file.projects.map((project) => ({
				...project,
				exact: false,
				asks: project.asks.filter((ask) => ask !== 'exists'),
			})),
		}),
	});
	printed = await query(question, '--json');
	answer = JSON.parse(printed.stdout) as OpenedAnswer;
}, 8 * minutes);
afterAll(() => network?.close());

async function query(asked: object, ...options: readonly string[]): Promise<CommandOutcome> {
	const file = join(network.folder, 'asked.json');
	await writeFile(file, JSON.stringify(asked));
	const { root } = network.prepared.state;
	return cordon('query', '--network', network.folder, '--state', root, '-f', file, ...options);
}

async function truth(): Promise<readonly number[]> {
	const dictionary = loadDefaultDictionary();
	const parsed = parseQuestion(question, dictionary);
	const plan = parsed.ok ? makePlan(parsed.value, dictionary, 4096) : parsed;
	if (!plan.ok) throw new Error('the question has no plan');
	return trueAnswer(plan.value, await loadTruth(network.folder), dictionary);
}

describe('a blind network, asked through the command line', () => {
	it('shows the person who asks each number within its noise, and margins', async () => {
		expect(printed.code).toBe(0);
		expect(answer).toMatchObject({ status: 'released', visibility: 'blind' });
		const counts = await truth();
		expect(
			answer.cells.map(({ raw }, at) => Math.abs(raw - (counts[at] ?? 0)) <= answer.noise.bound1e6),
		).toEqual(counts.map(() => true));
		const total = answer.cells.reduce((sum, { value }) => sum + value, 0);
		expect(answer.margins.at(-1)).toMatchObject({ key: [null, null], value: total });
	});

	it('was signed and logged without a number, and the log proves it', async () => {
		expect(answer.signed).toMatchObject({ visibility: 'blind', sealed: { adverts: [{}, {}, {}] } });
		expect(answer.signed).not.toHaveProperty('cells');
		const file = join(network.folder, 'answer.json');
		await writeFile(file, printed.stdout);
		const { network: name, coordinator } = network.manifest;
		const key = formatNoteKey({ name: `${name}/coordinator`, publicKey: coordinator.logKey });
		const verified = await cordon('audit', 'verify', file, '--key', key);
		expect(verified.stdout).toContain(
			'proved: the sealed sum of this answer, and not the numbers beside it,',
		);
		await writeFile(file, printed.stdout.replace('"sum":"', '"sum":"A'));
		expect((await cordon('audit', 'verify', file, '--key', key)).code).toBe(1);
	});

	it('refuses exists, and says what to ask instead', async () => {
		const { code, stdout } = await query({ ...question, ask: { exists: {} } });
		expect(code).toBe(1);
		expect(stdout).toContain('refused (malformed)');
		expect(stdout).toContain('/ask: this network is blind');
	});

	it('reads as in a visible network', async () => {
		const { code, stdout } = await query({ ...question, release: { mechanism: 'noised', epsilon: 1 } });
		expect(code).toBe(0);
		const range = String.raw`\d+ \[\d+, \d+\]`;
		// A line a row and one for all, each with its margin at the end.
		expect(stdout).toMatch(/^ +false +true +unknown +all$/m);
		for (const row of ['female', 'all']) expect(stdout).toMatch(new RegExp(`^ +${row}( +${range}){4}$`, 'm'));
		expect(stdout).toContain('secure aggregation');
	});

	it('leaves nothing of the numbers in the database, the files and the logs of its coordinator', async () => {
		for (const name of ['coordinator', ...network.prepared.hospitals]) await network.stop(name);
		const { values, files } = await readCoordinatorState(network.prepared.state);
		expect(
			values.filter(({ place, text }) => place === 'query.answer' && text.includes('"sealed"')),
		).toHaveLength(2);
		const raw = answer.cells.map((cell) => cell.raw);
		const packed = Buffer.from(BigInt64Array.from(raw, BigInt).buffer);
		const holds = (text: string): boolean =>
			tracesInText(text, { sum: raw.map(Math.abs) }).length > 0 ||
			[packed.toString('base64url'), packed.toString('hex')].some((form) => text.includes(form));
		expect(values.filter(({ text }) => holds(text)).map(({ place }) => place)).toEqual([]);
		expect(files.filter(({ bytes }) => bytes.includes(packed)).map(({ place }) => place)).toEqual([]);
		// The same search finds them in what the researcher was shown.
		expect(holds(JSON.stringify(answer.cells.map((cell) => cell.raw)))).toBe(true);
		expect(holds(JSON.stringify({ sum: packed.toString('base64url') }))).toBe(true);
		const profile = await readFile(network.prepared.state.profileFile('ada'), 'utf8');
		expect(JSON.parse(profile)).toMatchObject({ visibility: 'blind' });
	});
});
