// Linear programs by HiGHS, compiled to WebAssembly: the one place that knows its API, its codes and its failures.

import { setImmediate } from 'node:timers/promises';
import highsModule, { type Highs, type Model } from 'highs';
import type { LinearProgram, LinearRow, LinearSolver, OpenProgram } from '../linear-solver.ts';

// Its declarations are read as those of a CommonJS module, whose default would be one level deeper; an ES module is run.
export const loadHighs: (typeof highsModule)['default'] =
	highsModule as unknown as (typeof highsModule)['default'];

/** More than any program of 512 cells needs; a solver that turns in circles stops here, on every machine alike. */
const mostPivotsAtOnce = 20_000;

/** HiGHS numbers its simplex variants: 1 is the dual, 4 the primal. */
const strategies = { costs: 4, everything: 1 } as const;

/**
 * HiGHS is one WebAssembly module with a memory of its own, loaded at the first program and kept. An exception may
 * leave that memory in any state, so the module is thrown away with all its open programs, and loaded anew.
 * `onFailure` is told that it happened, and no more: what HiGHS says may quote the counts it was given.
 */
export function highsSolver(onFailure: () => void, load: () => Promise<Highs> = loadHighs): LinearSolver {
	let loading: Promise<Highs> | null = null;
	const fail = (failed: Promise<Highs> | null): null => {
		if (loading === failed) loading = null;
		onFailure();
		return null;
	};
	return {
		open: async (program) => {
			loading ??= load();
			const used = loading;
			try {
				const highs = await used;
				return openProgram(program, highs, () => fail(used));
			} catch {
				return fail(used);
			}
		},
	};
}

function openProgram(program: LinearProgram, highs: Highs, fail: () => null): OpenProgram {
	const model = highs.createModel(modelOf(program));
	const columns = program.lower.length;
	const all = { kind: 'range', from: 0, to: columns - 1 } as const;
	let pivots = 0;
	let isBroken = false;
	const guarded = <T>(work: () => T): T | null => {
		if (isBroken) return null;
		try {
			return work();
		} catch {
			isBroken = true;
			return fail();
		}
	};
	guarded(() => model.options.set(optionsOf(program)));
	return {
		bound: (lower, upper) => {
			guarded(() => model.changeColsBounds(all, Float64Array.from(lower), Float64Array.from(upper)));
		},
		minimize: async (costs) => {
			// A program takes milliseconds and a table many of them: others get their turn in between.
			await setImmediate();
			return guarded(() => {
				model.changeColsCost(all, Float64Array.from(costs));
				const found = optimumOf(model, highs);
				pivots += Number(model.info.get('simplex_iteration_count'));
				return found;
			});
		},
		pivots: () => pivots,
		// It holds its thread while it works; whoever gives it a thread of its own measures the time.
		isOutOfTime: () => false,
		close: () => void guarded(() => model.dispose()),
	};
}

function optionsOf({ changing }: LinearProgram): Readonly<Record<string, string | number | boolean>> {
	return {
		output_flag: false,
		solver: 'simplex',
		simplex_strategy: strategies[changing],
		// Presolve would start from nothing each time, where the last optimum is close.
		presolve: 'off',
		simplex_iteration_limit: mostPivotsAtOnce,
	};
}

/** A second try from nothing: the basis of the last optimum is at times a bad one to continue from. */
function optimumOf(model: Model, highs: Highs): readonly number[] | null {
	const { optimal } = highs.constants.modelStatus;
	model.run();
	if (model.getModelStatus() !== optimal) {
		model.clearSolver();
		model.run();
	}
	return model.getModelStatus() === optimal ? [...model.getSolution().colValue] : null;
}

function modelOf({ lower, upper, rows }: LinearProgram): Parameters<Highs['createModel']>[0] {
	const terms = rows.flatMap((row) => row.terms);
	const starts = [0];
	for (const row of rows) starts.push((starts.at(-1) ?? 0) + row.terms.length);
	return {
		numCols: lower.length,
		numRows: rows.length,
		colCost: new Float64Array(lower.length),
		colLower: Float64Array.from(lower),
		colUpper: Float64Array.from(upper),
		rowLower: Float64Array.from(rows, (row: LinearRow) => row.lower),
		rowUpper: Float64Array.from(rows, (row: LinearRow) => row.upper),
		matrix: {
			format: 'csr',
			numRows: rows.length,
			numCols: lower.length,
			starts: Int32Array.from(starts),
			indices: Int32Array.from(terms, ([column]) => column),
			values: Float64Array.from(terms, ([, coefficient]) => coefficient),
		},
	};
}
