// The attack: ask the same exact question with a hospital and without it, and subtract. The defence: an exact answer
// needs the whole roster, at the coordinator and, where sums are masked, at every hospital by itself.

import { decideRelease } from '@cordon/coordinator';
import { initCrypto, type MergedCount, type Plan, sessionParameters } from '@cordon/shared';
import { beforeAll, describe, expect, it } from 'vitest';
import { ask, getQuery, question } from '../../coordinator/src/testing/researcher.ts';
import {
	foundNetwork,
	type TestCoordinator,
	testCoordinator,
} from '../../coordinator/src/testing/test-coordinator.ts';
import { testFounding, testPolicy } from '../../coordinator/src/testing/test-policy.ts';
import { testSolver } from '../../coordinator/src/testing/test-solver.ts';
import { receiveAsCollector, withdraw } from '../../shared/src/secagg/collector.ts';
import {
	applyCollectorStep,
	hospitalOf,
	runSession,
	type Session,
	startSession,
} from '../../shared/src/secagg/in-memory-session.ts';

const counts = [17, 40, 50, 60];
const total = 167;

const plan: Plan = {
	askKind: 'count',
	cohort: { gene: { symbol: 'IDH1' } },
	variables: [],
	cells: [[]],
	dataClasses: ['genome'],
	l1Sensitivity: 1,
	mechanism: 'exact',
	epsilonMicros: 0,
};

beforeAll(initCrypto);

function minimumOf(mechanism: 'noised' | 'exact'): number {
	const parameters = sessionParameters(counts.length, testPolicy, mechanism);
	if (!parameters.ok) throw new Error(parameters.error);
	return parameters.value.minimum;
}

/** Four hospitals with their true counts; `minimum` is what each of them holds to. */
function opened(seed: string, minimum: number): Session {
	const session = startSession(counts.length, 1, seed, { minimum });
	for (const [at, count] of counts.entries()) {
		Object.assign(hospitalOf(session, `hospital-00${at}`), { input: [BigInt(count)] });
	}
	return session;
}

/** What the researcher reads, or why there is nothing to read. */
async function answerOf(session: Session, minimum: number): Promise<number | null | string> {
	runSession(session);
	const [outcome] = session.outcomes;
	if (outcome === undefined) return session.faults[0] ?? 'still open';
	if (outcome.kind === 'sealed') return 'sealed';
	return outcome.kind === 'sum' ? released(outcome.cells, outcome.contributors, minimum) : outcome.reason;
}

async function released(
	cells: readonly MergedCount[],
	contributors: readonly string[],
	minimum: number,
): Promise<number | null | string> {
	const input = {
		plan,
		policy: testPolicy,
		merged: cells.map((count) => ({ count, hiddenByHospital: false })),
		contributors,
		epochs: {},
		k: testPolicy.k,
		noiseHospitals: 2,
		minimumContributors: minimum,
	};
	const decided = await decideRelease(input, testSolver);
	return decided.ok ? (decided.value.cells[0]?.value ?? null) : decided.error;
}

async function askedWithAll(minimum: number): Promise<unknown> {
	return answerOf(opened('with all', minimum), minimum);
}

async function askedWithoutTheFirst(minimum: number): Promise<unknown> {
	const session = opened('without the first', minimum);
	session.parcels.shift();
	applyCollectorStep(session, withdraw(session.collector, 'hospital-000'));
	return answerOf(session, minimum);
}

describe('one hospital away, under secure aggregation', () => {
	it('teeth: where three of four are enough, the difference is the count of the fourth', async () => {
		const minimum = minimumOf('noised');
		expect(minimum).toBe(3);
		const [all, others] = [await askedWithAll(minimum), await askedWithoutTheFirst(minimum)];
		expect(Number(all) - Number(others)).toBe(17);
	});

	it('hold: the second answer is never opened', async () => {
		const minimum = minimumOf('exact');
		expect(await askedWithAll(minimum)).toBe(total);
		expect(await askedWithoutTheFirst(minimum)).toBe('too-few-hospitals');
	});

	it('hold: a coordinator that asks for three only is refused by each of the three', async () => {
		const session = opened('shrunk', minimumOf('exact'));
		const lowered = { ...session.terms.parameters, minimum: minimumOf('noised') };
		session.collector = { ...session.collector, terms: { ...session.terms, parameters: lowered } };
		session.parcels.shift();
		applyCollectorStep(session, withdraw(session.collector, 'hospital-000'));
		runSession(session);
		expect(session.faults).toEqual(['too-few-members', 'too-few-members', 'too-few-members']);
		expect(session.outcomes).toEqual([]);
	});

	it('hold: a hospital that advertises and then leaves takes the answer with it', async () => {
		const session = opened('left', minimumOf('exact'));
		for (const { from, body } of session.parcels.splice(0)) {
			const step = receiveAsCollector(session.collector, from ?? '', body);
			if (step.ok) applyCollectorStep(session, step.value);
		}
		applyCollectorStep(session, withdraw(session.collector, 'hospital-000'));
		expect(session.outcomes).toEqual([{ kind: 'aborted', reason: 'too-few-hospitals' }]);
	});
});

describe.each(['secure', 'plain'] as const)('one hospital away, asked of a %s coordinator', (aggregation) => {
	type Gone = 'refuses' | 'is silent';

	async function asked(
		mechanism: 'exact' | 'noised',
		gone: Gone | null,
	): Promise<Readonly<Record<string, unknown>>> {
		const policy = { ...testPolicy, aggregation };
		const coordinator: TestCoordinator = await testCoordinator({ founding: { ...testFounding, policy } });
		const members = await foundNetwork(coordinator);
		const id = await ask(coordinator, question(mechanism));
		const [first, ...others] = members;
		if (gone === 'refuses') {
			const [open] = (await first?.poll()) ?? [];
			await first?.send({ kind: 'refuse', session: open?.message.session ?? '', code: 'no-budget' });
		}
		const working = gone === null ? members : others;
		const numbers = gone === null ? counts : counts.slice(1);
		for (let round = 0; round < 8; round += 1) {
			for (const [at, member] of working.entries()) await member.work([numbers[at] ?? 0]);
			// Past the time in which a hospital must be heard of, before the session's end.
			if (round === 1) coordinator.time.advance((policy.sessionDeadlineMs * 2) / 3);
			await coordinator.parts.pipeline.sweep();
		}
		return getQuery(coordinator, id);
	}

	it('teeth: without the rule, which noised answers do without, three hospitals are answered for', async () => {
		const all = await asked('noised', null);
		const others = await asked('noised', 'is silent');
		// The members of this test add no noise: what is left is the count of the one that was away.
		const raw = (answer: typeof all): number =>
			(answer['cells'] as readonly { raw: number }[])[0]?.raw ?? Number.NaN;
		expect(raw(all) - raw(others)).toBe(17);
	});

	it.each(['refuses', 'is silent'] as const)(
		'hold: nothing is answered where the hospital %s',
		async (gone) => {
			expect(await asked('exact', null)).toMatchObject({ status: 'released', cells: [{ value: total }] });
			const withheld = await asked('exact', gone);
			expect(withheld).toMatchObject({ status: 'withheld', code: 'too-few-hospitals' });
			expect(withheld).not.toHaveProperty('cells');
		},
	);
});
