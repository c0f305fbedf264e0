// `bench suppression`: how long an exact release of 512 cells takes to be hidden and audited, and what it hides.
//
// How to read it: for each kind of table `ms` is the middle and `slowestMs` the slowest of several tables, search and
// audit together; `slowestCpuMs` the same in processor time, which the bar is for: on a machine with nothing else to do
// the two agree. `patients` and `cells` are hidden besides those under the threshold, as a mean. `rectangles` is the
// rule before, on the same tables; `scipy` audits the pattern that was found for the first table, with no search.
// Ratios under 1 are ours being less.

import { highsSolver } from '../../coordinator/src/adapters/highs-solver.ts';
import type { LinearSolver } from '../../coordinator/src/linear-solver.ts';
import { hidePartners } from '../../coordinator/src/release/hide-partners.ts';
import { hideSmallCells } from '../../coordinator/src/release/hide-small-cells.ts';
import { type BenchOptions, type BenchResult, barOf, type Figures, machineNow } from './bench-result.ts';
import { hideRectangles } from './rectangle-rule.ts';
import { scipyAudit } from './scipy-intervals.ts';
import { type SuppressionCase, suppressionCases } from './suppression-cases.ts';

const k = 11;
const mostMs = 1_000;

interface Hiding {
	readonly ms: number;
	readonly cpuMs: number;
	readonly cells: number;
	readonly patients: number;
	readonly isWhole: boolean;
	readonly hidden: readonly boolean[];
}

export async function benchSuppression({ isQuick, tell }: BenchOptions): Promise<BenchResult> {
	const solver = highsSolver(() => tell('the solver failed'));
	const tables = isQuick ? 2 : 15;
	const python = process.env['CORDON_PYTHON'] ?? 'python3';
	const figures: Record<string, Figures> = {};
	const ratios: Record<string, number> = {};
	const bars: Record<string, ReturnType<typeof barOf>> = {};
	const skipped: string[] = [];
	// The module is loaded once for a coordinator's life, and not while a table waits.
	await hide(solver, suppressionCases['table22x23']?.(0) ?? never());
	for (const [name, make] of Object.entries(suppressionCases)) {
		tell(name);
		const cases = Array.from({ length: tables }, (_, seed) => make(seed + 1));
		const ours: Hiding[] = [];
		for (const one of cases) ours.push(await hide(solver, one));
		const before = cases.flatMap((one) => (one.columns === null ? [] : [rectangles(one, one.columns)]));
		const [first] = cases;
		const audited = first === undefined ? null : auditByScipy(python, first, ours[0]);
		figures[name] = {
			...summary(ours),
			rectangles: before.length === 0 ? null : summary(before),
			scipyAuditMs: audited === null ? null : round(audited.ms),
			scipyNarrowest: audited === null ? null : round(audited.narrowest),
		};
		if (audited === null) skipped.push(`${name}: scipy`);
		else ratios[`${name}: ms to scipy`] = round((ours[0]?.ms ?? 0) / audited.ms);
		if (before.length > 0)
			ratios[`${name}: patients to rectangles`] = round(mean(ours, 'patients') / mean(before, 'patients'));
		bars[`${name}: slowest cpu ms`] = barOf(slowestCpuMs(ours), mostMs);
	}
	const pass = Object.values(bars).every((bar) => bar.pass);
	return { bench: 'suppression', machine: machineNow(), figures, ratios, bars, pass, skipped };
}

async function hide(solver: LinearSolver, { cells, facts }: SuppressionCase): Promise<Hiding> {
	const suppression = { cells, hidden: hideSmallCells(cells, k), k };
	const elapsed = stopwatch();
	const told = await hidePartners(suppression, facts, solver);
	const times = elapsed();
	if (!told.ok) throw new Error(told.error);
	return { ...times, ...hiding(cells, told.value) };
}

function rectangles({ cells }: SuppressionCase, columns: number): Hiding {
	const elapsed = stopwatch();
	const hidden = hideRectangles({ cells, hidden: hideSmallCells(cells, k), k }, columns);
	return { ...elapsed(), ...hiding(cells, hidden) };
}

function hiding(cells: SuppressionCase['cells'], hidden: readonly boolean[]): Omit<Hiding, 'ms' | 'cpuMs'> {
	const small = hideSmallCells(cells, k);
	const besides = cells.filter((_, at) => hidden[at] === true && small[at] !== true);
	return {
		hidden,
		cells: besides.length,
		patients: besides.reduce((sum, cell) => sum + Number(cell.atLeast), 0),
		isWhole: hidden.every((flag) => flag),
	};
}

function auditByScipy(
	python: string,
	{ cells, facts }: SuppressionCase,
	ours: Hiding | undefined,
): ReturnType<typeof scipyAudit> {
	const counts = cells.map((cell) => Number(cell.atLeast));
	return ours === undefined ? null : scipyAudit(python, { counts, hidden: ours.hidden, facts });
}

function summary(hidings: readonly Hiding[]): Figures {
	const sorted = hidings.map(({ ms }) => ms).sort((one, other) => one - other);
	return {
		ms: round(sorted[Math.floor(sorted.length / 2)] ?? 0),
		slowestMs: round(sorted.at(-1) ?? 0),
		slowestCpuMs: slowestCpuMs(hidings),
		patients: round(mean(hidings, 'patients')),
		cells: round(mean(hidings, 'cells')),
		tables: hidings.length,
		hiddenWhole: hidings.filter(({ isWhole }) => isWhole).length,
	};
}

function mean(hidings: readonly Hiding[], what: 'patients' | 'cells'): number {
	return hidings.reduce((sum, one) => sum + one[what], 0) / hidings.length;
}

function slowestCpuMs(hidings: readonly Hiding[]): number {
	return round(Math.max(...hidings.map(({ cpuMs }) => cpuMs)));
}

function stopwatch(): () => { readonly ms: number; readonly cpuMs: number } {
	const startedMs = performance.now();
	const started = process.cpuUsage();
	return () => {
		const { user, system } = process.cpuUsage(started);
		return { ms: performance.now() - startedMs, cpuMs: (user + system) / 1000 };
	};
}

function round(value: number): number {
	return Math.round(value * 100) / 100;
}

function never(): never {
	throw new Error('a case is missing');
}
