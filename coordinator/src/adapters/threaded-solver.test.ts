import { afterEach, describe, expect, it } from 'vitest';
import type { LinearProgram } from '../linear-solver.ts';
import { highsSolver } from './highs-solver.ts';
import { type ThreadedSolver, threadedSolver } from './threaded-solver.ts';

const longMs = 60_000;

/** x + y = 10 with x up to 4. */
const program: LinearProgram = {
	lower: [0, 0],
	upper: [4, 100],
	rows: [
		{
			lower: 10,
			upper: 10,
			terms: [
				[0, 1],
				[1, 1],
			],
		},
	],
	changing: 'everything',
};

let solver: ThreadedSolver | null = null;
let failures = 0;

function solverWith(limitMs: number, file?: URL): ThreadedSolver {
	failures = 0;
	const onFailure = (): void => {
		failures += 1;
	};
	solver = threadedSolver({ limitMs, onFailure, ...(file === undefined ? {} : { file }) });
	return solver;
}

afterEach(async () => {
	await solver?.close();
});

/** A thread of this text. */
function threadOf(text: string): URL {
	return new URL(`data:text/javascript,${encodeURIComponent(text)}`);
}

describe('threadedSolver', () => {
	it('finds what the solver finds in this thread, with other bounds too, in as many pivots', async () => {
		const opened = await solverWith(longMs).open(program);
		const here = await highsSolver(() => undefined).open(program);
		for (const upper of [4, 8]) {
			opened?.bound([0, 0], [upper, 100]);
			here?.bound([0, 0], [upper, 100]);
			expect(await opened?.minimize([-1, 0])).toEqual([upper, 10 - upper]);
			expect(await here?.minimize([-1, 0])).toEqual([upper, 10 - upper]);
		}
		expect(opened?.pivots()).toBe(here?.pivots());
		expect(opened?.isOutOfTime()).toBe(false);
		opened?.close();
		here?.close();
		expect(failures).toBe(0);
	});

	it('holds two programs at once', async () => {
		const threaded = solverWith(longMs);
		const [one, other] = await Promise.all([
			threaded.open(program),
			threaded.open({ ...program, upper: [6, 100] }),
		]);
		const found = await Promise.all([one?.minimize([-1, 0]), other?.minimize([-1, 0])]);
		expect(found).toEqual([
			[4, 6],
			[6, 4],
		]);
	});

	it('finds nothing more where the time is over, and says that this is why', async () => {
		const opened = await solverWith(1, threadOf('setInterval(() => {}, 1000)')).open(program);
		expect(opened?.isOutOfTime()).toBe(true);
		expect(await opened?.minimize([-1, 0])).toBeNull();
		opened?.close();
	});

	it('is no solver where its thread ends, says so once, and starts another at the next program', async () => {
		const threaded = solverWith(longMs, threadOf('throw new Error("no thread")'));
		expect(await threaded.open(program)).toBeNull();
		expect(failures).toBe(1);
		expect(await threaded.open(program)).toBeNull();
		expect(failures).toBe(2);
	});

	it('ends a thread that hangs', async () => {
		const threaded = solverWith(5, threadOf('for (;;) {}'));
		const opened = await threaded.open(program);
		expect(opened?.isOutOfTime()).toBe(true);
		await expect.poll(() => failures).toBe(1);
	});

	it('finds nothing after it was closed', async () => {
		const threaded = solverWith(longMs);
		const opened = await threaded.open(program);
		await threaded.close();
		expect(await opened?.minimize([-1, 0])).toBeNull();
		expect(opened?.isOutOfTime()).toBe(false);
	});
});
