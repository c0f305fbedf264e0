// Under secure aggregation the coordinator never holds one hospital's numbers: not while a session runs, with every
// masked input in its hands, and not afterwards; not in a row, a deleted row, a file or a log line. The same search
// finds them in a network that trusts its coordinator with them.

import { loadDefaultDictionary } from '@cordon/policies';
import { evaluate, makePlan, parseQuestion } from '@cordon/shared';
import { afterEach, describe, expect, it } from 'vitest';
import type { Answer } from '../../cli/src/client/ask-coordinator.ts';
import { loadTruth } from '../../cli/src/synth/truth/load-truth.ts';
import { trueAnswer } from '../../cli/src/synth/truth/truth-record.ts';
import { type CoordinatorState, readCoordinatorState } from './coordinator-state.ts';
import { packed, type Trace, tracesInBytes, tracesInText } from './number-traces.ts';
import { type NetworkOptions, type RealNetwork, startRealNetwork } from './real-network.ts';
import { type TappedLine, tapHospital } from './tapped-line.ts';

const tapped = 'north';
const minutes = 60_000;

const histogram = (release: object): object => ({
	cordon: 1,
	project: 'glioma',
	purpose: 'HMB',
	cohort: { condition: { code: 'C71' } },
	ask: { histogram: { of: 'age' } },
	release,
});
const exact = histogram({ mechanism: 'exact' });
// The noise of so large an epsilon is zero as often as not: a vector would all but stand there plainly.
const noised = histogram({ mechanism: 'noised', epsilon: 8 });

let network: RealNetwork | undefined;
let line: TappedLine | undefined;

afterEach(async () => {
	await network?.close();
	await line?.close();
});

describe('the state of a coordinator', () => {
	it(
		"holds no hospital's counts under secure aggregation, during a session and afterwards",
		async () => {
			const running = await start({ seed: 23, patients: 120 }, { k: 2, sessionDeadline: 3600 });
			const counts = await countsOfHospitals(running, 'consenting');
			for (const vector of Object.values(counts)) expect(nonZero(vector)).toBeGreaterThanOrEqual(4);

			for (const question of [exact, noised]) {
				// Its signature comes when all masked inputs have: they are in the coordinator's store at that moment.
				const { during, answer } = await killDuring(running, question, { kind: 'consistency', heard: 4 });
				expect(
					during.values.filter(({ place, text }) => place === 'session.merge' && text.includes('"summed":"')),
				).not.toEqual([]);
				expect(findIn(during, counts)).toEqual([]);
				expect(answer).toMatchObject({ status: 'released', hospitals: { absent: [] } });
				if (question === exact) expectSumOf(counts, answer);
			}

			for (const name of ['coordinator', ...running.prepared.hospitals]) await running.stop(name);
			const afterwards = await readCoordinatorState(running.prepared.state);
			expect(afterwards.tables).toEqual(
				expect.arrayContaining(['audit_entry', 'outgoing', 'query', 'session']),
			);
			expect(
				afterwards.values.filter(({ place, text }) => place === 'query.answer' && text !== 'null'),
			).toHaveLength(2);
			expect(findIn(afterwards, counts)).toEqual([]);

			const planted = await readCoordinatorState(running.prepared.state, [
				'create table planted (note text)',
				...Object.values(counts).map(
					(vector) => `insert into planted values ('${JSON.stringify({ cells: vector.map(String) })}')`,
				),
			]);
			const found = new Set(findIn(planted, counts).map(({ of }) => of));
			expect([...found].sort()).toEqual(Object.keys(counts).sort());
		},
		8 * minutes,
	);

	it(
		'holds them while a session of a plain network runs, where the search finds them, and not afterwards',
		async () => {
			const policy = { aggregation: 'plain', publicData: true, k: 1, sessionDeadline: 3600 } as const;
			const running = await start({ seed: 29, patients: 40, hospitals: 2 }, policy);
			const counts = await countsOfHospitals(running, 'everybody');
			const { during, answer } = await killDuring(running, exact, { kind: 'plain', heard: 1 });
			const found = findIn(during, counts).filter(({ place }) => place === 'session.merge');
			expect([...new Set(found.map(({ of }) => of))].sort()).toEqual(['south']);

			expect(answer).toMatchObject({ status: 'released', hospitals: { absent: [] } });
			await running.stop('coordinator');
			const { values, ...rest } = await readCoordinatorState(running.prepared.state);
			expect(findIn({ ...rest, values, files: [] }, counts)).toEqual([]);
		},
		8 * minutes,
	);
});

describe('the search', () => {
	const vector = [3, 0, 14, 7, 250, 1];
	const counts = { north: vector };
	const around = (core: Buffer, before: number): Buffer =>
		Buffer.concat([Buffer.alloc(before, 0xa5), core, Buffer.alloc(5, 0x5a)]);

	it.each([
		['a JSON list', JSON.stringify({ cells: vector })],
		['a JSON list of texts', JSON.stringify({ cells: vector.map(String) })],
		['JSON within JSON', JSON.stringify(JSON.stringify({ cells: vector.map(String) }))],
		[
			'a list whose zeros are hidden',
			JSON.stringify(vector.map((count) => (count === 0 ? null : `${count}`))),
		],
		['objects in order', JSON.stringify(vector.map((value) => ({ value })))],
		['words', `counts are ${vector.join('; ')}.`],
	])('finds a vector in %s', (_form, text) => {
		expect(tracesInText(text, counts)).not.toEqual([]);
	});

	it.each([0, 1, 2, 3])(
		'finds packed numbers in hex, base64 and base64url after %i other bytes',
		(before) => {
			for (const size of [4, 8] as const) {
				for (const order of ['little', 'big'] as const) {
					const bytes = around(packed(vector, size, order), before);
					for (const encoding of ['hex', 'base64', 'base64url'] as const) {
						expect(tracesInText(`{"shares":"${bytes.toString(encoding)}"}`, counts)).not.toEqual([]);
					}
					expect(tracesInBytes(bytes, counts)).not.toEqual([]);
				}
			}
		},
	);

	it('finds nothing in other numbers', () => {
		const other = [3, 0, 14, 8, 250, 1];
		expect(tracesInText(JSON.stringify({ cells: other }), counts)).toEqual([]);
		expect(tracesInText(packed(other, 8, 'little').toString('base64'), counts)).toEqual([]);
		expect(tracesInBytes(packed(other, 8, 'little'), counts)).toEqual([]);
	});
});

async function start(
	size: Pick<NetworkOptions, 'seed' | 'patients' | 'hospitals'>,
	policy: Partial<Parameters<NonNullable<NetworkOptions['change']>>[0]['policy']>,
): Promise<RealNetwork> {
	network = await startRealNetwork({
		...size,
		change: (file) => ({ ...file, policy: { ...file.policy, ...policy } }),
		prepared: async (prepared) => {
			line = await tapHospital(prepared, tapped);
		},
	});
	return network;
}

/**
 * Kills the coordinator just before it would hear this message of the tapped hospital, once it has heard of so many
 * others, and reads its state.
 */
async function killDuring(
	running: RealNetwork,
	question: unknown,
	moment: { readonly kind: string; readonly heard: number },
): Promise<{ readonly during: CoordinatorState; readonly answer: Answer }> {
	const { promise: struck, resolve, reject } = Promise.withResolvers<void>();
	const { promise: heard, resolve: hear } = Promise.withResolvers<void>();
	line?.watch(async ({ kind, when }) => {
		if (kind !== moment.kind || when !== 'before') return 'pass';
		line?.watch(async () => 'pass');
		await heard;
		await running.kill('coordinator');
		resolve();
		return 'cut';
	});
	const answering = running.ask(question, 'ada', (state) => {
		if (Number(Object(state)['answered']) >= moment.heard) hear();
	});
	answering.then(() => reject(new Error('answered before it was killed')), reject);
	await struck;
	const during = await readCoordinatorState(running.prepared.state);
	await running.start('coordinator');
	return { during, answer: await answering };
}

type Counts = Readonly<Record<string, readonly number[]>>;

/** By the generator's own records, and none of the pipeline's. */
async function countsOfHospitals(
	{ folder, prepared }: RealNetwork,
	permitted: 'consenting' | 'everybody',
): Promise<Counts> {
	const dictionary = loadDefaultDictionary();
	const question = parseQuestion(exact, dictionary);
	const plan = question.ok ? makePlan(question.value, dictionary, 4096) : question;
	if (!plan.ok) throw new Error('the question has no plan');
	const truth = await loadTruth(folder);
	return Object.fromEntries(
		prepared.hospitals.map((hospital) => {
			const own = truth.filter((record) => record.hospital === hospital);
			const counts =
				permitted === 'everybody'
					? evaluate(plan.value, own, dictionary)
					: trueAnswer(plan.value, own, dictionary);
			return [hospital, counts];
		}),
	);
}

function findIn(
	{ values, files }: Pick<CoordinatorState, 'values' | 'files'>,
	counts: Counts,
): readonly (Trace & { readonly place: string })[] {
	return [
		...values.flatMap(({ place, text }) => tracesInText(text, counts).map((trace) => ({ place, ...trace }))),
		...files.flatMap(({ place, bytes }) =>
			tracesInBytes(bytes, counts).map((trace) => ({ place, ...trace })),
		),
	];
}

/** The counts searched for are the right ones: their sum is what was released, where a cell is shown. */
function expectSumOf(counts: Counts, answer: Answer): void {
	const cells = answer['cells'] as readonly { readonly value: number | null }[];
	const sums = cells.map((_, at) =>
		Object.values(counts).reduce((sum, vector) => sum + (vector[at] ?? 0), 0),
	);
	expect(cells.filter(({ value }) => value !== null).length).toBeGreaterThanOrEqual(4);
	expect(cells.map(({ value }, at) => value ?? sums[at])).toEqual(sums);
}

function nonZero(vector: readonly number[]): number {
	return vector.filter((count) => count !== 0).length;
}
