import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { initCrypto } from '../../shared/src/keys.ts';
import { readMerged } from '../../shared/src/numbers/released-count.ts';
import {
	deliver,
	type Hospital,
	type Parcel,
	type Session,
	startSession,
	throughJson,
	trueSum,
} from '../../shared/src/secagg/in-memory-session.ts';
import type { SecaggBody } from '../../shared/src/secagg/messages.ts';

beforeAll(initCrypto);

/** One interference with the parcel that is about to be delivered; numbers choose where. */
interface Interference {
	readonly at: number;
	readonly kind:
		| 'alter'
		| 'cut'
		| 'lose'
		| 'double'
		| 'replay'
		| 'misdirect'
		| 'rename'
		| 'other-session'
		| 'regroup';
	readonly where: number;
}

const kinds = [
	'alter',
	'cut',
	'lose',
	'double',
	'replay',
	'misdirect',
	'rename',
	'other-session',
	'regroup',
] as const;

const schedule = fc.record({
	order: fc.array(fc.nat(1_000), { minLength: 1, maxLength: 40 }),
	interferences: fc.array(
		fc.record({ at: fc.nat(30), kind: fc.constantFrom(...kinds), where: fc.nat(100_000) }),
		{ minLength: 0, maxLength: 3 },
	),
});

describe('a session under interference', () => {
	/** Opened once: the rounds after the adverts are what the schedules vary. */
	let opened: Session;
	let other: Session;
	beforeAll(() => {
		opened = startSession(3, 2, 'schedules');
		other = startSession(3, 2, 'another session');
	});

	it('ends in the exact sum, in an abort, or not at all, over 2,000 schedules', async () => {
		const tally = { sum: 0, aborted: 0, stalled: 0 };
		await fc.assert(
			fc.asyncProperty(schedule, async ({ order, interferences }) => {
				const session = copySession(opened);
				const sent = await runDisturbed(session, order, interferences, other.parcels);
				checkOutcome(session);
				checkOneShot(sent);
				tally[session.outcomes[0]?.kind ?? 'stalled'] += 1;
			}),
			{ seed: 20_260_101, numRuns: 2_000 },
		);
		// Each way of ending is met, so that the property is about something.
		expect(Math.min(tally.sum, tally.stalled)).toBeGreaterThan(100);
	});
});

function copySession(session: Session): Session {
	const hospitals = [...session.hospitals].map(([name, hospital]): [string, Hospital] => [
		name,
		{ ...hospital },
	]);
	return {
		...session,
		hospitals: new Map(hospitals),
		parcels: [...session.parcels],
		faults: [],
		outcomes: [],
	};
}

async function runDisturbed(
	session: Session,
	order: readonly number[],
	interferences: readonly Interference[],
	foreign: readonly Parcel[],
): Promise<readonly Parcel[]> {
	const seen: Parcel[] = [...session.parcels];
	for (let step = 0; session.parcels.length > 0 && step < 60; step += 1) {
		const position = (order[step % order.length] ?? 0) % session.parcels.length;
		const [parcel] = session.parcels.splice(position, 1);
		if (parcel === undefined) continue;
		const disturbance = interferences.find((candidate) => candidate.at === step);
		const delivered =
			disturbance === undefined ? [parcel] : disturb(parcel, disturbance, [...seen, ...foreign]);
		for (const next of delivered) {
			const before = session.parcels.length;
			await deliver(session, next);
			seen.push(...session.parcels.slice(before));
		}
	}
	return seen;
}

function disturb(parcel: Parcel, { kind, where }: Interference, pool: readonly Parcel[]): readonly Parcel[] {
	const pick = pool[where % pool.length] ?? parcel;
	const names = ['hospital-000', 'hospital-001', 'hospital-002'];
	const name = names[where % 3] ?? null;
	switch (kind) {
		case 'alter':
			return [{ ...parcel, body: alterText(parcel.body, where) }];
		case 'cut':
			return [
				{ ...parcel, body: alterLists(parcel.body, (list) => list.slice(where % 2, -1 + (where % 2) * 2)) },
			];
		case 'regroup':
			return [{ ...parcel, body: alterLists(parcel.body, (list) => list.toReversed()) }];
		case 'lose':
			return [];
		case 'double':
			return [parcel, parcel];
		case 'replay':
			return [pick, parcel];
		case 'misdirect':
			return [parcel.to === null ? { ...parcel, from: name } : { ...parcel, to: name }];
		case 'rename':
			return [{ ...parcel, from: name, body: { ...parcel.body, hospital: name } as unknown as SecaggBody }];
		case 'other-session':
			return [{ ...pick, from: parcel.from, to: parcel.to }, parcel];
	}
}

/** Changes one character of one text, anywhere in the body. */
function alterText(body: SecaggBody, where: number): SecaggBody {
	const text = JSON.stringify(body);
	const position = where % text.length;
	const character = text[position] ?? '';
	if (!/[A-Za-z0-9_-]/.test(character)) return alterText(body, where + 1);
	const changed = text.slice(0, position) + (character === 'A' ? 'B' : 'A') + text.slice(position + 1);
	return JSON.parse(changed);
}

function alterLists(body: SecaggBody, change: (list: readonly unknown[]) => readonly unknown[]): SecaggBody {
	const entries = Object.entries(throughJson(body)).map(([key, value]) => [
		key,
		Array.isArray(value) ? change(value) : value,
	]);
	return Object.fromEntries(entries);
}

function checkOutcome(session: Session): void {
	expect(session.outcomes.length).toBeLessThanOrEqual(1);
	for (const outcome of session.outcomes) {
		if (outcome.kind !== 'sum') continue;
		expect(outcome.contributors.length).toBeGreaterThanOrEqual(3);
		expect(outcome.cells.map(readMerged)).toEqual(trueSum(session, outcome.contributors));
	}
}

/** No hospital ever sends two different messages of one round. */
function checkOneShot(sent: readonly Parcel[]): void {
	const bodies = new Map<string, string>();
	for (const { from, to, body } of sent) {
		if (to !== null) continue;
		const round = `${from} ${body.kind}`;
		const text = JSON.stringify(body);
		expect(bodies.get(round) ?? text).toBe(text);
		bodies.set(round, text);
	}
}
