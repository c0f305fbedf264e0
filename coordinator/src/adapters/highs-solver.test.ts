import { describe, expect, it } from 'vitest';
import type { LinearProgram } from '../linear-solver.ts';
import { highsSolver, loadHighs } from './highs-solver.ts';

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
	changing: 'costs',
};

const silent = (): void => undefined;

function counter(): { readonly count: () => void; readonly counted: () => number } {
	let counted = 0;
	return {
		count: () => {
			counted += 1;
		},
		counted: () => counted,
	};
}

describe('highsSolver', () => {
	it('minimizes one cost after the other', async () => {
		const opened = await highsSolver(silent).open(program);
		expect(await opened?.minimize([1, 0])).toEqual([0, 10]);
		expect(await opened?.minimize([-1, 0])).toEqual([4, 6]);
		opened?.close();
	});

	it('goes on with other bounds', async () => {
		const opened = await highsSolver(silent).open({ ...program, changing: 'everything' });
		opened?.bound([0, 0], [8, 100]);
		expect(await opened?.minimize([-1, 0])).toEqual([8, 2]);
		expect(opened?.pivots()).toBeGreaterThanOrEqual(0);
		opened?.close();
	});

	it.each([
		['nothing fits', { ...program, upper: [4, 5] }, [1, 0]],
		['there is no end', { ...program, rows: [], upper: [4, Number.POSITIVE_INFINITY] }, [0, -1]],
	])('finds nothing where %s, and that is no failure', async (_, given, costs) => {
		const failures = counter();
		const opened = await highsSolver(failures.count).open(given);
		expect(await opened?.minimize(costs)).toBeNull();
		expect(failures.counted()).toBe(0);
		opened?.close();
	});

	it('loads once for all programs', async () => {
		const loads = counter();
		const solver = highsSolver(silent, () => {
			loads.count();
			return loadHighs();
		});
		for (const _ of [1, 2, 3]) (await solver.open(program))?.close();
		expect(loads.counted()).toBe(1);
	});

	it('says that it cannot be loaded, and tries again at the next program', async () => {
		const loads = counter();
		const failures = counter();
		const solver = highsSolver(failures.count, () => {
			loads.count();
			return Promise.reject(new Error('absent'));
		});
		expect(await solver.open(program)).toBeNull();
		expect(await solver.open(program)).toBeNull();
		expect([loads.counted(), failures.counted()]).toEqual([2, 2]);
	});

	it('says that a program broke, without what the solver says, and leaves no program open', async () => {
		const failures = counter();
		const opened = await highsSolver(failures.count).open(program);
		opened?.close();
		expect(await opened?.minimize([1, 0])).toBeNull();
		opened?.bound([0, 0], [1, 1]);
		opened?.close();
		expect(await opened?.minimize([1, 0])).toBeNull();
		expect(failures.counted()).toBe(1);
	});

	it('has another module after one that broke', async () => {
		const loads = counter();
		const solver = highsSolver(silent, () => {
			loads.count();
			return loadHighs();
		});
		const opened = await solver.open(program);
		opened?.close();
		await opened?.minimize([1, 0]);
		const again = await solver.open(program);
		expect(await again?.minimize([1, 0])).toEqual([0, 10]);
		expect(loads.counted()).toBe(2);
	});
});
