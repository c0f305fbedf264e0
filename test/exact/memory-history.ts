// For tests: a hospital's memory of its exact answers, in a list. The real one is tested beside its adapter.

import { cohortKey, comparisonLength, comparisonStarts, countPatients, err, ok } from '@cordon/shared';
import type { ExactAnswer, ExactHistory } from '../../node/src/ports.ts';

interface Kept {
	readonly answer: ExactAnswer;
	state: 'held' | 'released' | 'dropped';
}

export function memoryHistory(): ExactHistory {
	const kept: Kept[] = [];
	const others = (session: string): readonly Kept[] =>
		kept.filter(({ answer, state }) => state !== 'dropped' && answer.session !== session);
	return {
		answers: async () =>
			kept.map(({ answer: { placed: _placed, plan, ...answer }, state }) => ({
				...answer,
				cohort: cohortKey(plan.cohort),
				cells: plan.cells.length,
				isDropped: state === 'dropped',
			})),
		keepAndCompare: async (answer, listed) => {
			const size = answer.plan.cells.length;
			const names = listed.map(({ session }) => session);
			const held = others(answer.session);
			if (!held.every((one) => names.includes(one.answer.session))) return err('exact-unlisted');
			const counts = new Array<number>(comparisonLength(size, listed) ?? 0).fill(0);
			for (const [at, start] of comparisonStarts(size, listed).entries()) {
				const earlier = held.find((one) => one.answer.session === listed[at]?.session)?.answer;
				for (const { patient, cell } of earlier?.placed ?? []) {
					const row = start + cell * (size + 1);
					const now = answer.placed.find((one) => one.patient === patient)?.cell;
					for (const slot of now === undefined ? [row] : [row, row + 1 + now]) {
						counts[slot] = (counts[slot] ?? 0) + 1;
					}
				}
			}
			kept.push({ answer, state: 'held' });
			return ok(counts.map((patients) => countPatients(patients)));
		},
		keepAndJudge: async () => {
			throw new Error('this network is not plain');
		},
		settle: async (session, outcome) => {
			const one = kept.find(({ answer }) => answer.session === session);
			if (one?.state === 'held') one.state = outcome === 'released' ? 'released' : 'dropped';
		},
	};
}
