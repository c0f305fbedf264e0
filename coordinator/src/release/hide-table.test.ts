import { describe, expect, it } from 'vitest';
import { testSolver } from '../testing/test-solver.ts';
import { hideTable } from './hide-table.ts';

const k = 11;

/** Rows of counts; which of them are shown, and which sums stay unknown. */
async function hide(
	rows: readonly (readonly number[])[],
	{ maySumsHide = true, hiddenByHospital = false } = {},
): Promise<unknown> {
	const columns = rows[0]?.length ?? 0;
	const cells = rows.flat().map((count, at) => ({
		atLeast: BigInt(count),
		hiddenByHospital: hiddenByHospital && at === 0,
	}));
	const told = await hideTable(cells, [rows.length, columns], { k, solver: testSolver, maySumsHide });
	if (!told.ok) return told.error;
	const flags = told.value.cells;
	return {
		shown: rows.map((row, at) => row.filter((_, column) => flags[at * columns + column] === false).length),
		sums: told.value.sums,
	};
}

const emptyRow = [
	[40, 50, 60],
	[70, 80, 90],
	[30, 20, 25],
	[0, 0, 0],
];

describe('hideTable', () => {
	it('shows the rows beside an empty one, but for one that stays unknown with it', async () => {
		expect(await hide(emptyRow)).toEqual({
			shown: [3, 3, 0, 0],
			sums: [
				{ variable: 0, category: 2 },
				{ variable: 0, category: 3 },
			],
		});
	});

	it('hides all of it where no later answer is compared, since a row could be asked for then', async () => {
		expect(await hide(emptyRow, { maySumsHide: false })).toEqual({ shown: [0, 0, 0, 0], sums: [] });
	});

	it('and where a hospital hid its part', async () => {
		expect(await hide(emptyRow, { hiddenByHospital: true })).toEqual({ shown: [0, 0, 0, 0], sums: [] });
	});

	it('takes every sum for known where none is small', async () => {
		const rows = [
			[40, 50, 3],
			[70, 80, 90],
			[30, 20, 25],
		];
		expect(await hide(rows)).toMatchObject({ sums: [] });
	});

	it('protects an empty column and a row of three at once', async () => {
		const rows = [
			[40, 50, 0],
			[70, 80, 0],
			[30, 20, 0],
			[25, 35, 0],
			[1, 2, 0],
		];
		const told = (await hide(rows)) as { readonly sums: readonly unknown[] };
		expect(told.sums).toContainEqual({ variable: 0, category: 4 });
		expect(told.sums).toContainEqual({ variable: 1, category: 2 });
		expect(told.sums.length).toBeGreaterThanOrEqual(4);
	});
});
