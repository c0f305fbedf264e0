// The situations in which one hospital alone must refuse an exact question, by what it has answered exactly before.

import { manifestHash, type OpenMessage, type RefusalCode } from '@cordon/shared';
import type { NodeParts } from '../../node/src/ports.ts';
import type { SessionRecord } from '../../node/src/session.ts';
import { sampleRecord } from '../../node/src/testing/sample-network.ts';
import { forward } from './forwarded-question.ts';
import { hospitals, type JudgedNode } from './judged-node.ts';
import type { Situation } from './situations.ts';

type ExactCode = Extract<RefusalCode, `exact-${string}`>;

const exactly = { message: asksExactly(), parts: withExact } satisfies Partial<Situation>;

export const exactSituations: Readonly<
	Record<Exclude<ExactCode, 'exact-not-granted'>, readonly Situation[]>
> = {
	'exact-other-roster': [
		{
			name: 'an exact question after other hospitals answered one in the same epoch',
			...exactly,
			arrange: (node) => answered(node, [{ project: 'glioma', roster: ['east', 'north'] }]),
		},
	],
	'exact-limit': [
		{
			name: 'an exact question of a fifty-first cohort',
			...exactly,
			arrange: (node) =>
				answered(
					node,
					Array.from({ length: 50 }, () => ({ project: 'generous', isDropped: true })),
				),
		},
	],
	'exact-busy': [
		{
			name: 'an exact question while another is open',
			...exactly,
			parts: (parts) => withExact({ ...parts, sessions: { ...parts.sessions, openSessions: oneExact } }),
		},
	],
	'exact-unlisted': [
		{
			name: 'an exact question whose list leaves out an answer of this hospital',
			...exactly,
			arrange: (node) => answered(node, [{ project: 'generous' }]),
		},
		{
			name: 'an exact question whose list has an answer with other cells than it had',
			...exactly,
			message: asksExactly([{ session: '0'.repeat(64), cells: 2 }]),
			arrange: (node) => answered(node, [{ project: 'generous' }]),
		},
		{
			name: 'an exact question whose list has an answer twice',
			...exactly,
			message: asksExactly([
				{ session: 'e'.repeat(64), cells: 1 },
				{ session: 'e'.repeat(64), cells: 1 },
			]),
		},
	],
};

function asksExactly(earlier: OpenMessage['earlier'] = []): Situation['message'] {
	return (node) => {
		const manifest = manifestHash(withExact(node.parts).manifest);
		const question = { project: 'generous', release: { mechanism: 'exact' } };
		return forward(node, { question, message: { manifest, earlier } });
	};
}

function withExact(parts: NodeParts): NodeParts {
	const { manifest } = parts;
	const mechanisms = ['noised', 'exact'] as const;
	return { ...parts, manifest: { ...manifest, policy: { ...manifest.policy, mechanisms } } };
}

async function oneExact(): Promise<readonly SessionRecord[]> {
	return [{ ...sampleRecord, earlier: [] }];
}

interface Answered {
	readonly project: string;
	readonly roster?: readonly string[];
	readonly isDropped?: boolean;
}

/** Exact answers of one cell and of as many cohorts, as the hospital's own store holds them. */
async function answered(
	{ database }: JudgedNode,
	answers: readonly Answered[],
): Promise<() => Promise<void>> {
	for (const [at, { project, roster = hospitals, isDropped }] of answers.entries()) {
		const session = at.toString(16).padStart(64, '0');
		const [state, members] = isDropped === true ? ['dropped', 'null'] : ['held', "''"];
		await database.read((tx) =>
			tx.execute(`insert into exact_answer (session, project, epoch, roster, cohort, asked, cells, state, members)
				values ('${session}', '${project}', '2026-11', '${roster.join()}', '${at}', '{}', 1, '${state}', ${members})`),
		);
	}
	return async () => {
		await database.read((tx) => tx.execute('delete from exact_answer'));
	};
}
