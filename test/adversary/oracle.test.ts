// The oracle of design/PRIVACY.md section 6: two worlds that differ by one patient at one hospital, one random tape a
// party, one clock, one script of questions. Whatever passes a door, every log entry and every row of a ledger must be
// the same byte for byte. The mechanism is set aside by moving the noise of the hospital with the patient by as much
// as the patient moves the counts: then what commits to the released vector is the same too, and nothing is excepted.
// The commitment to what was counted, which hides it under a salt, is set aside as well: it commits to its salt alone.
// Not seen: time that passes (the clock stands still), and exact answers, which are withheld by the data.

import { admitExact, encodeSafeCounts, evaluate, type Plan } from '@cordon/shared';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { countingRandom } from '../../coordinator/src/testing/seeded.ts';
import { testDictionary } from '../../coordinator/src/testing/test-policy.ts';
import { openNoisePool } from '../../node/src/open-adapters.ts';
import type { NodeParts } from '../../node/src/ports.ts';
import { hospitals, type NetworkOptions, openDatabases, openNetwork } from './in-process-network.ts';
import { consentingRecords, crowd, type Patient } from './neighbouring-patients.ts';
import { fixedKeys } from './prepared-asks.ts';
import { differencesOf, fatesOf, releasedIn, runScript, type Transcript } from './scripted-questions.ts';

/** By how much the noise drawn from a tape is moved. */
const shifts = vi.hoisted(() => new Map<unknown, (plan: unknown) => readonly number[]>());

vi.mock('../../node/src/disclose/draw-plan-noise.ts', async (original) => {
	const { drawPlanNoise } = await original<typeof import('../../node/src/disclose/draw-plan-noise.ts')>();
	return {
		drawPlanNoise: (...given: Parameters<typeof drawPlanNoise>) => {
			const [plan, , , { random }] = given;
			const shift = shifts.get(random)?.(plan);
			return drawPlanNoise(...given)?.map((noise, cell) => noise + BigInt(shift?.[cell] ?? 0)) ?? null;
		},
	};
});

/** What a commitment hides, an observer who cannot open it does not see; whether it is hidden a test below shows. */
const hiding = vi.hoisted(() => ({ isSetAside: true }));

vi.mock('../../shared/src/secagg/input-opening.ts', async (original) => {
	const { inputCommitment } = await original<typeof import('../../shared/src/secagg/input-opening.ts')>();
	return {
		inputCommitment: (opening: Parameters<typeof inputCommitment>[0]) =>
			inputCommitment(hiding.isSetAside ? { ...opening, counts: '' } : opening),
	};
});

/** The platform's randomness, which the sealing of a log entry's key takes, is a tape too, from its beginning. */
function rewindPlatform(): void {
	const tape = countingRandom('platform');
	vi.spyOn(globalThis.crypto, 'getRandomValues').mockImplementation((array) => {
		const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
		bytes.set(tape.bytes(bytes.length));
		return array;
	});
}

afterEach(() => {
	vi.restoreAllMocks();
	shifts.clear();
	hiding.isSetAside = true;
});

/** The hospital with the patient. */
const north = 'north';
const lone: Patient = { name: 'the one', sex: 'female', carries: true };
const others = Object.fromEntries(
	hospitals.filter((name) => name !== north).map((name) => [name, crowd(name, 20)]),
);
/** Without the one nobody at this hospital carries the variant. */
const rest: readonly Patient[] = crowd(north, 9).map((patient) => ({ ...patient, carries: false }));

type Plant = NonNullable<NetworkOptions['plant']>;

interface World {
	readonly atNorth: readonly Patient[];
	readonly plant?: Plant;
	readonly aggregation?: 'secure' | 'plain';
	readonly visibility?: 'visible' | 'blind';
	readonly preparedSessions?: number;
	/** Each hospital's noise is drawn ahead, from the tape that it would be drawn from at once. */
	readonly isNoiseAhead?: boolean;
	/** The last step of the script; all of it by default. */
	readonly upTo?: string;
}

const reference: readonly Patient[] = [...rest, lone];

function countsOf(plan: Plan, patients: readonly Patient[]): readonly number[] {
	return evaluate(plan, consentingRecords(patients), testDictionary);
}

/** What noise must be moved by for north to say what it says in the reference. */
function shiftFrom(atNorth: readonly Patient[]): (plan: unknown) => readonly number[] {
	return (asked) => {
		const plan = asked as Plan;
		const there = countsOf(plan, reference);
		return countsOf(plan, atNorth).map((here, cell) => (there[cell] ?? 0) - here);
	};
}

interface Run {
	readonly seen: Transcript;
	readonly fates: readonly string[];
	readonly released: readonly object[];
}

async function run(world: World): Promise<Run> {
	rewindPlatform();
	const network = await openNetwork({
		patients: { ...others, [north]: world.atNorth },
		policy: {
			epsilonPerEpochMicros: 3_000_000,
			mechanisms: ['noised'],
			aggregation: world.aggregation ?? 'secure',
			visibility: world.visibility ?? 'visible',
		},
		preparedSessions: world.preparedSessions ?? 0,
		plant: (hospital, given) => {
			const parts = world.isNoiseAhead === true ? drawingAhead(given) : given;
			if (hospital !== north) return parts;
			const planted = world.plant?.(hospital, parts) ?? parts;
			shifts.set(planted.random, shiftFrom(world.atNorth));
			return planted;
		},
	});
	const seen = await runScript(network, world.upTo ?? 'too much');
	return { seen, fates: fatesOf(network), released: releasedIn(network) };
}

/** As a node that has dealt with a message and hears nothing more for long: its pool is filled after each. */
function drawingAhead(parts: NodeParts): NodeParts {
	const noise = openNoisePool(parts);
	const save: NodeParts['sessions']['save'] = async (change) => {
		await parts.sessions.save(change);
		while (noise.drawSlice());
	};
	return { ...parts, noise, sessions: { ...parts.sessions, save } };
}

const neighbours: readonly (readonly [string, readonly Patient[]])[] = [
	['is not there', rest],
	['has withdrawn consent', [...rest, { ...lone, hasWithdrawn: true }]],
	['is somebody else', [...rest, { ...lone, sex: 'male', carries: false }]],
];

beforeAll(async () => {
	await fixedKeys();
	await openDatabases();
});

const networks = [
	{ how: 'secure' },
	{ how: 'secure, prepared ahead', preparedSessions: 1 },
	{ how: 'secure, noise drawn ahead', isNoiseAhead: true },
	{ how: 'secure, blind', visibility: 'blind' },
	{ how: 'plain', aggregation: 'plain' },
] as const satisfies readonly (Omit<World, 'atNorth'> & { readonly how: string })[];

describe.each(networks)('two neighbouring worlds ($how)', ({ how, ...kind }: (typeof networks)[number]) => {
	let there: Run;

	beforeAll(async () => {
		there = await run({ atNorth: reference, ...kind });
	});

	it('hear of every fate that a question can have', () => {
		// A refusal at the door, a proof used twice, another's query; then what hospitals say.
		const every = ['400', '401', '404', 'no-budget', 'not-permitted', 'released'];
		expect(new Set(there.fates)).toEqual(new Set(how === 'plain' ? every : [...every, 'unavailable']));
	});

	it('release numbers, or in a blind network a sum under the key of the one who asked', () => {
		const visibility = 'visibility' in kind ? kind.visibility : 'visible';
		expect(there.released.length).toBeGreaterThan(0);
		for (const answer of there.released) {
			expect(answer).toMatchObject({ visibility });
			expect('cells' in answer).toBe(visibility === 'visible');
		}
	});

	// All of them where most is said; elsewhere the first, which leaves a hospital with nobody to count.
	const tried = how === 'secure' ? neighbours : neighbours.slice(0, 1);

	it.each(tried)('hold: give one transcript where the one %s', async (_what, atNorth) => {
		const here = await run({ atNorth, ...kind });
		expect(here.fates).toEqual(there.fates);
		expect(differencesOf(here.seen, there.seen)).toEqual([]);
	});
});

function counting(parts: NodeParts, told: (counts: readonly number[]) => void | Promise<void>): NodeParts {
	const count: NodeParts['index']['count'] = async (plan, patients) => {
		const raw = await parts.index.count(plan, patients);
		const numbers = encodeSafeCounts(raw.map(admitExact)).map(Number);
		await told(numbers);
		return raw;
	};
	return { ...parts, index: { ...parts.index, count } };
}

const leaks: readonly (readonly [string, Plant])[] = [
	[
		'leaves where nobody is in its cohort',
		(_hospital, parts) =>
			counting(parts, (counts) => {
				if (counts.every((count) => count === 0)) throw new Error('there is nothing to count');
			}),
	],
	[
		'logs whether it counted anybody',
		(hospital, parts) =>
			counting(parts, async (counts) => {
				const decision = counts.some((count) => count > 0) ? 'changed' : 'withheld';
				await parts.audit.append({ key: `${hospital} ${counts}`, stage: 'count', decision, body: {} });
			}),
	],
	[
		'draws more randomness where it counts somebody',
		(_hospital, parts) =>
			counting(parts, (counts) => {
				if (counts.some((count) => count > 0)) parts.random.bytes(1);
			}),
	],
	[
		'draws noise ahead only where it counts somebody',
		(_hospital, parts) => {
			const noise = openNoisePool(parts);
			const watched = counting(parts, (counts) => {
				if (counts.some((count) => count > 0)) noise.drawSlice();
			});
			return { ...watched, noise };
		},
	],
	[
		'takes no money for nothing',
		(hospital, parts) => {
			let isEmpty = false;
			const watched = counting(parts, (counts) => {
				isEmpty = counts.every((count) => count === 0);
			});
			const commit: NodeParts['ledger']['commit'] = async (session) => {
				if (!isEmpty) await parts.ledger.commit(session);
			};
			return { ...watched, hospital, ledger: { ...parts.ledger, commit } };
		},
	],
	[
		'says a message as often as it counts patients',
		(_hospital, parts) => {
			let most = 0;
			const watched = counting(parts, (counts) => {
				most = Math.max(...counts);
			});
			const unsent = async (): ReturnType<NodeParts['sessions']['unsent']> => {
				const messages = await parts.sessions.unsent();
				return most > 0 ? messages.flatMap((message) => [message, message]) : messages;
			};
			return { ...watched, sessions: { ...parts.sessions, unsent } };
		},
	],
];

describe('the oracle', () => {
	it.each(leaks)('teeth: finds a hospital that %s', async (_what, plant) => {
		const [there, here] = [
			await run({ atNorth: reference, plant, upTo: 'a count' }),
			await run({ atNorth: rest, plant, upTo: 'a count' }),
		];
		expect(differencesOf(here.seen, there.seen)).not.toEqual([]);
	});

	it('teeth: finds the commitments where they are not set aside, and what signs, logs and relays them', async () => {
		hiding.isSetAside = false;
		const there = await run({ atNorth: reference, upTo: 'a count' });
		const here = await run({ atNorth: rest, upTo: 'a count' });
		expect(here.fates).toEqual(there.fates);
		const differing = differencesOf(here.seen, there.seen);
		expect(differing).toContain(`log of ${north}`);
		expect(differing).toContain('log of the coordinator');
		const silent = /^(?:budget|ledger|log lines|log of (?!the|north))/;
		expect(differing.filter((name) => silent.test(name))).toEqual([]);
	});

	it('teeth: finds the counts themselves where the mechanism is not set aside', async () => {
		hiding.isSetAside = false;
		const there = await run({ atNorth: reference, upTo: 'a count' });
		rewindPlatform();
		const network = await openNetwork({
			patients: { ...others, [north]: rest },
			policy: { epsilonPerEpochMicros: 3_000_000, mechanisms: ['noised'] },
		});
		const here = await runScript(network, 'a count');
		const differing = differencesOf(here, there.seen);
		expect(differing).not.toEqual([]);
		// Whatever precedes the first vector, and every budget and log of a hospital, is the same all the same.
		expect(differing.filter((name) => /^(?:budget|ledger|log of (?!the|north))/.test(name))).toEqual([]);
	});
});
