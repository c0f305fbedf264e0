// What `cordon-secagg/1` costs a hospital and the coordinator in processor time and bytes, for 5 to 100 hospitals.
//
// To read it: `mask` is one hospital's round 2 (keys, masks, hash, commitment, signature), `merge` is the opening of the
// sum without anybody missing, `recover` with as many missing as the parameters allow (M - m, after they shared keys).
// `share`, `deliver`, `confirm` and `unmask` are one hospital's other rounds. All on one core; no database, no network.
// Beside it `package`: the npm package `shamir-secret-sharing` rebuilding the secrets that `merge` rebuilds, and
// `rebuild`: ours. `bytes` is every HTTP request body that one hospital sends for the session, polls among them; beside a
// part of 8 bytes a cell and one of about 130 a peer stands a fixed one of about 2,900, which is all that counts among
// few hospitals: the bar of 200 bytes a peer is for 100. `stored` is the coordinator's state as JSON: at its largest,
// and as much as is written in the whole session. Not measured: the database under it, HTTP's own headers.

import { initCrypto } from '@cordon/shared';
import { combine } from 'shamir-secret-sharing';
import { receiveAsCollector } from '../../shared/src/secagg/collector.ts';
import { combineShares } from '../../shared/src/secagg/secret-sharing.ts';
import type { Bar, BenchOptions, BenchResult, Figures } from './bench-result.ts';
import { barOf, machineNow } from './bench-result.ts';
import { percentile, summarize } from './percentiles.ts';
import { type MeasuredSession, processorMs, runMeasured } from './secagg-session.ts';

interface Size {
	readonly hospitals: number;
	readonly cells: number;
}

const sizes = {
	full: [5, 10, 30, 100].flatMap((hospitals) => [100, 1_000, 10_000].map((cells) => ({ hospitals, cells }))),
	quick: [{ hospitals: 5, cells: 100 }],
} satisfies Record<string, readonly Size[]>;
const largest: Size = { hospitals: 100, cells: 10_000 };
const limits = { mask: 60, merge: 200, recover: 400 };
const bytesPerCell = 8;
const bytesPerPeer = 200;
const mergeRepetitions = 7;

export async function benchSecagg({ isQuick, tell }: BenchOptions): Promise<BenchResult> {
	await initCrypto();
	const figures: Record<string, Figures> = {};
	const bars: Record<string, Bar> = {};
	const ratios: Record<string, number> = {};
	for (const size of isQuick ? sizes.quick : sizes.full) {
		const name = `${size.hospitals}x${size.cells}`;
		tell(`${size.hospitals} hospitals, ${size.cells} cells`);
		const one = await measure(size);
		figures[name] = one.figures;
		ratios[`${name}/package/rebuild`] = one.packageToOurs;
		if (size.hospitals !== largest.hospitals || size.cells !== largest.cells) continue;
		for (const [part, limit] of Object.entries(limits))
			bars[`${name}/${part}`] = barOf(one.middle(part), limit);
		const allowed = bytesPerCell * size.cells + bytesPerPeer * (size.hospitals - 1);
		bars[`${name}/bytes`] = barOf(one.bytes, allowed);
	}
	return {
		bench: 'secagg',
		machine: machineNow(),
		figures: { unit: 'ms of processor time', ...figures },
		ratios,
		bars,
		pass: Object.values(bars).every(({ pass }) => pass),
		skipped: [],
	};
}

interface MeasuredSize {
	readonly figures: Figures;
	readonly packageToOurs: number;
	readonly bytes: number;
	readonly middle: (part: string) => number;
}

async function measure(size: Size): Promise<MeasuredSize> {
	const measured = runMeasured({ ...size, silent: 0 });
	const missing = runMeasured({ ...size, silent: measured.mostSilent });
	const times: Record<string, readonly number[]> = {
		...measured.memberMs,
		merge: openings(measured),
		recover: openings(missing),
		...(await rebuildings(measured)),
	};
	const { bytes, stored } = measured;
	const middle = (part: string): number => percentile(times[part] ?? [], 50);
	return {
		figures: {
			...Object.fromEntries(Object.entries(times).map(([part, values]) => [part, summarize(values)])),
			bytes,
			stored: { ...stored },
			missing: measured.mostSilent,
		},
		packageToOurs: Math.round((100 * middle('package')) / Math.max(middle('rebuild'), 0.01)) / 100,
		bytes,
		middle,
	};
}

/** The last message of the last round opens the sum; whatever it finds, the state given in stays as it is. */
function openings({ collector, last, expected }: MeasuredSession): readonly number[] {
	return Array.from({ length: mergeRepetitions }, () => {
		const begin = processorMs();
		const step = receiveAsCollector(collector, last.hospital, last);
		const spent = processorMs() - begin;
		const opened = step.ok && step.value.outcome?.kind === 'sum' ? step.value.outcome.cells : [];
		if (opened.length === 0 || opened.some((cell, at) => (cell as unknown as bigint) !== expected[at])) {
			throw new Error('the bench opened a wrong sum');
		}
		return spent;
	});
}

async function rebuildings({
	collector,
	last,
}: MeasuredSession): Promise<Readonly<Record<'package' | 'rebuild', readonly number[]>>> {
	const { threshold } = collector.terms.parameters;
	const unmasks = [...collector.unmasks, last]
		.flatMap((body) => (body.kind === 'unmask' ? [body] : []))
		.slice(0, threshold);
	const secrets = collector.claims.map(({ hospital }) =>
		unmasks.flatMap(({ selfMasks }) =>
			selfMasks
				.filter(({ of }) => of === hospital)
				.map(({ share }) => Uint8Array.from(Buffer.from(share, 'base64url'))),
		),
	);
	const ours = processorMs();
	for (const shares of secrets) combineShares(shares);
	const theirs = processorMs();
	for (const shares of secrets) await combine(shares);
	return { rebuild: [theirs - ours], package: [processorMs() - theirs] };
}
