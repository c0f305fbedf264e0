import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { initCrypto } from '../../shared/src/keys.ts';
import { readMerged } from '../../shared/src/numbers/released-count.ts';
import { withdraw } from '../../shared/src/secagg/collector.ts';
import {
	applyCollectorStep,
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
		| 'regroup'
		/** The receiver is killed before it has committed: it is as it was, and the message comes again. */
		| 'kill-before-commit'
		/** The receiver is killed when it has committed: what it had to say is said after its restart. */
		| 'kill-before-send'
		/** The collector gives up on a hospital, which may be well. */
		| 'give-up';
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
	'kill-before-commit',
	'kill-before-send',
	'give-up',
] as const;

/** The property is the same for any number; more are worth the time now and then. */
const schedules = Number(process.env['CORDON_SCHEDULES'] ?? 1_000);
/** For the test's limit, on a machine that does other work too. */
const msEach = 200;
const sizes = [3, 4, 5] as const;

const schedule = fc.record({
	size: fc.constantFrom(...sizes),
	order: fc.array(fc.nat(1_000), { minLength: 1, maxLength: 40 }),
	interferences: fc.array(
		fc.record({
			at: fc.nat(60),
			kind: fc.constantFrom(...kinds, 'give-up', 'give-up'),
			where: fc.nat(100_000),
		}),
		{ minLength: 0, maxLength: 4 },
	),
});

describe('a session under interference', () => {
	/** Opened once a size: the rounds after the adverts are what the schedules vary. */
	const opened = new Map<number, Session>();
	const foreign = new Map<number, readonly Parcel[]>();
	beforeAll(() => {
		for (const size of sizes) {
			opened.set(size, startSession(size, 2, `schedules ${size}`));
			foreign.set(size, startSession(size, 2, `another session ${size}`).parcels);
		}
	});

	it(
		`ends in the exact sum, in an abort, or not at all, over ${schedules} schedules`,
		() => {
			const tally = { sum: 0, 'sum without one': 0, aborted: 0, stalled: 0 };
			fc.assert(
				fc.property(schedule, ({ size, order, interferences }) => {
					const session = copySession(opened.get(size) ?? never());
					const sent = runDisturbed(session, {
						order,
						interferences,
						foreign: foreign.get(size) ?? [],
					});
					checkOutcome(session);
					checkOneShot(sent);
					checkUnmaskedOnce(sent);
					const [outcome] = session.outcomes;
					if (outcome?.kind === 'sealed') throw new Error('a sum that nobody asked to be sealed');
					const isPartial = outcome?.kind === 'sum' && outcome.contributors.length < size;
					tally[isPartial ? 'sum without one' : (outcome?.kind ?? 'stalled')] += 1;
				}),
				{ seed: 20_260_101, numRuns: schedules },
			);
			// Each way of ending is met, so that the property is about something.
			expect(Math.min(...Object.values(tally))).toBeGreaterThan(schedules / 100);
		},
		msEach * schedules,
	);
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

interface Disturbed {
	readonly order: readonly number[];
	readonly interferences: readonly Interference[];
	readonly foreign: readonly Parcel[];
}

const mostSteps = 150;

function runDisturbed(session: Session, { order, interferences, foreign }: Disturbed): readonly Parcel[] {
	const seen: Parcel[] = [...session.parcels];
	for (let step = 0; session.parcels.length > 0 && step < mostSteps; step += 1) {
		const position = (order[step % order.length] ?? 0) % session.parcels.length;
		const [parcel] = session.parcels.splice(position, 1);
		if (parcel === undefined) continue;
		const disturbance = interferences.find((candidate) => candidate.at === step) ?? null;
		const before = session.parcels.length;
		if (disturbance === null) deliver(session, parcel);
		else interfere(session, parcel, disturbance, [...seen, ...foreign]);
		seen.push(...session.parcels.slice(before));
	}
	return seen;
}

function interfere(
	session: Session,
	parcel: Parcel,
	disturbance: Interference,
	pool: readonly Parcel[],
): void {
	switch (disturbance.kind) {
		case 'kill-before-commit':
			deliver(copySession(session), parcel);
			session.parcels.push(parcel);
			return;
		case 'kill-before-send': {
			const others = session.parcels.splice(0);
			deliver(session, parcel);
			session.parcels.unshift(...others);
			return;
		}
		case 'give-up': {
			const names = session.terms.roster.map((entry) => entry.hospital);
			const name = names[disturbance.where % names.length] ?? never();
			applyCollectorStep(session, withdraw(session.collector, name));
			deliver(session, parcel);
			return;
		}
		default:
			for (const next of disturb(parcel, disturbance, pool)) deliver(session, next);
	}
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
		default:
			throw new Error(`not a change of a message: ${kind}`);
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
		expect(outcome.contributors.length).toBeGreaterThanOrEqual(session.terms.parameters.minimum);
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

/** Of no hospital are shares of both secrets ever shown, by whomever: both together would open its vector. */
function checkUnmaskedOnce(sent: readonly Parcel[]): void {
	const shown = sent.flatMap(({ body }) => (body.kind === 'unmask' ? [body] : []));
	const selfMasks = new Set(shown.flatMap(({ selfMasks }) => selfMasks.map(({ of }) => of)));
	const maskKeys = shown.flatMap(({ maskKeys }) => maskKeys.map(({ of }) => of));
	expect(maskKeys.filter((name) => selfMasks.has(name))).toEqual([]);
}

function never(): never {
	throw new Error('absent');
}
