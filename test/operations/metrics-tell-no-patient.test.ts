// A node's metrics are for monitoring, and monitoring is seen by many: over two worlds that differ by one patient, with
// the same questions and the same random tape, they are equal to the last byte.

import { logSize, type OpenMessage } from '@cordon/shared';
import { afterEach, describe, expect, it } from 'vitest';
import {
	addNodeGauges,
	createNodeMetrics,
	type NodeMetrics,
} from '../../node/src/adapters/monitoring/node-metrics.ts';
import { observedPipeline } from '../../node/src/observe-conversation.ts';
import { createPipeline } from '../../node/src/pipeline.ts';
import { forward } from '../e2e/forwarded-question.ts';
import { brokenProtocol, runRounds } from '../e2e/forwarded-rounds.ts';
import { epoch, type JudgedNode, openJudgedNode } from '../e2e/judged-node.ts';
import { writeRecords } from '../index/fact-rows.ts';

const ordinary = (patient: string) => ({
	patient,
	examined: { image: true, genomes: [], clinical: true },
	series: [],
	values: [],
	genotypes: [],
	conditions: ['top'],
});

let opened: JudgedNode[] = [];
afterEach(async () => {
	for (const node of opened) await node.close();
	opened = [];
});

async function world(patients: readonly string[]): Promise<JudgedNode> {
	const node = await openJudgedNode({ isEmpty: true });
	opened.push(node);
	await writeRecords(node.parts.snapshots, patients.map(ordinary));
	return node;
}

function gaugesOf({ parts, database }: JudgedNode): Parameters<typeof addNodeGauges>[1] {
	return {
		heardMs: () => parts.clock.nowMs(),
		isMember: () => true,
		isPaused: () => parts.sessions.isPaused(),
		openSessions: async () => (await parts.sessions.openSessions()).length,
		auditEntries: async () => database.read(logSize),
		budget: async () => {
			const { epochMicros, lifeMicros } = await parts.ledger.spent(epoch);
			return {
				epoch: { spent: epochMicros, allowed: 50_000_000 },
				life: { spent: lifeMicros, allowed: 51_000_000 },
			};
		},
	};
}

/** A day of a node: an answered question, refused ones, one the coordinator breaks, and their ends. */
async function live(node: JudgedNode, messages: readonly OpenMessage[]): Promise<NodeMetrics> {
	const metrics = createNodeMetrics({ process: false });
	addNodeGauges(metrics, gaugesOf(node), node.parts.clock);
	const parts = { ...node.parts, audit: metrics.counting(node.parts.audit) };
	const { handle } = observedPipeline(createPipeline(parts), metrics, (_event, _details, work) => work());
	let sequence = 0;
	const counted: JudgedNode = {
		...node,
		parts,
		hear: async (message) => {
			sequence += 1;
			await handle(sequence, message);
			const said = await parts.sessions.unsent();
			for (const { id } of said) {
				metrics.said('accepted');
				await parts.sessions.markSent(id);
			}
			return said.map(({ message: one }) => one);
		},
	};
	const [answered, stranger, broken] = messages;
	if (answered === undefined || stranger === undefined || broken === undefined) throw new Error('too few');
	const { outcome } = await runRounds(counted, answered, async () => parts);
	expect(outcome?.kind).toBe('sum');
	await counted.hear({ kind: 'end', session: answered.session, outcome: 'released' });
	await counted.hear(stranger);
	await counted.hear(broken);
	await counted.hear({ kind: 'secagg', session: broken.session, body: brokenProtocol });
	return metrics;
}

/** The same bytes for every world: signed once. */
async function questions(node: JudgedNode): Promise<readonly OpenMessage[]> {
	return [
		await forward(node),
		await forward(node, { claims: { sub: 'grace' } }),
		await forward(node, { question: { release: { mechanism: 'noised', epsilon: 0.25 } } }),
	];
}

async function textOf(patients: readonly string[]): Promise<string> {
	const node = await world(patients);
	const metrics = await live(node, await questions(node));
	return metrics.metrics.text();
}

describe('the metrics of a node', () => {
	it('are equal over two worlds that differ by one patient', async () => {
		const [more, fewer] = [await textOf(['first', 'second', 'third']), await textOf(['first', 'second'])];
		expect(more).toBe(fewer);
		expect(more).toContain('cordon_node_questions_admitted_total 2');
		expect(more).toContain('cordon_node_questions_refused_total{code="not-a-member"} 1');
		expect(more).toContain('cordon_node_sessions_left_total{code="session-aborted"} 1');
		// What the broken session had reserved was given back.
		expect(more).toContain('cordon_node_epsilon_spent{span="epoch"} 0.5');
	});

	it('do not tell a released session from a withheld one', async () => {
		const node = await world(['first']);
		const metrics = createNodeMetrics({ process: false });
		const log = metrics.counting({ append: async () => 0 });
		const before = await metrics.metrics.text();
		const texts = [];
		for (const decision of ['released', 'aborted'] as const) {
			await log.append({ key: decision, stage: 'audit', decision, body: { session: 'one' } });
			texts.push(await metrics.metrics.text());
		}
		expect(before).toContain('cordon_node_sessions_ended_total 0');
		expect(texts[0]).toContain('cordon_node_sessions_ended_total 1');
		expect(texts[1]).toContain('cordon_node_sessions_ended_total 2');
		expect(node.touched).toEqual([]);
	});

	it('name no code that a list about patients may decide', async () => {
		const metrics = createNodeMetrics({ process: false });
		const log = metrics.counting({ append: async () => 0 });
		await log.append({
			key: 'k',
			stage: 'consent',
			decision: 'aborted',
			body: { code: 'consent-unavailable' },
		});
		const text = await metrics.metrics.text();
		expect(text).toContain('cordon_node_sessions_left_total{code="unavailable"} 1');
		expect(text).not.toContain('consent');
	});

	it('would show a patient, were one counted: the comparison has teeth', async () => {
		const counted = async (patients: readonly string[]): Promise<string> => {
			const node = await world(patients);
			const metrics = createNodeMetrics({ process: false });
			metrics.metrics.gauge({
				name: 'planted',
				help: 'Patients.',
				labels: [],
				read: async () => [{ labels: {}, value: (await node.parts.consents.all()).length }],
			});
			return metrics.metrics.text();
		};
		expect(await counted(['first', 'second'])).not.toBe(await counted(['first']));
	});
});
