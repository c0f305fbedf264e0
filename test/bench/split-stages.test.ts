import { describe, expect, it } from 'vitest';
import type { LogLine, PartyLogs } from './log-lines.ts';
import { splitStages } from './split-stages.ts';

const seen = { query: 'q1', submittedMs: 1000, acceptedMs: 1015, answeredMs: 1500 };
const session = 's1';

const handled = (round: number, startMs: number, ms: number): LogLine => ({
	event: 'message-handled',
	session,
	round,
	time: startMs + ms,
	ms,
});

const node = (delayMs: number, counting: number): readonly LogLine[] => [
	handled(0, 1012 + delayMs, 10),
	handled(1, 1030 + delayMs, 10),
	{ event: 'consents-read', time: 1055 + delayMs, ms: counting },
	{ event: 'patients-counted', time: 1060 + delayMs, ms: counting },
	// Another session's, before.
	{ event: 'patients-counted', time: 900, ms: 500 },
	handled(2, 1050 + delayMs, 20),
	handled(3, 1080 + delayMs, 5),
	handled(4, 1095 + delayMs, 5),
];

const coordinator: readonly LogLine[] = [
	{ event: 'question-dispatched', query: 'q1', time: 1010 },
	{ event: 'question-dispatched', query: 'q2', time: 1011 },
	{ event: 'message-taken', session, time: 1105, ms: 3 },
	{ event: 'session-ended', query: 'q1', session, time: 1120 },
	{ event: 'message-taken', session, time: 1121, ms: 12 },
	{ event: 'message-taken', session, time: 1122, ms: 15 },
];

const logs: PartyLogs = {
	coordinator,
	nodes: new Map([
		['east', node(0, 4)],
		['west', node(2, 3)],
	]),
};

describe('splitStages', () => {
	it('takes each boundary from the last node, and the opening from the message that ended the session', () => {
		expect(splitStages(seen, logs)).toEqual({
			submit: 10,
			accepted: 15,
			open: 4,
			round0: 18,
			round1: 20,
			round2: 30,
			round3: 15,
			round4: 12,
			release: 11,
			delivery: 380,
			counting: 8,
			toFinal: 120,
			toClient: 500,
		});
	});

	it('leaves nothing between two stages', () => {
		const { submit, open, round0, round1, round2, round3, round4, release, delivery, toClient } = splitStages(
			seen,
			logs,
		);
		const stages = [submit, open, round0, round1, round2, round3, round4, release, delivery];
		expect(stages.reduce((sum, stage) => sum + stage, 0)).toBe(toClient);
	});

	it('throws where a node has not logged a round', () => {
		const silent = new Map([...logs.nodes, ['south', node(0, 1).filter((line) => line['round'] !== 3)]]);
		expect(() => splitStages(seen, { coordinator, nodes: silent })).toThrow('found 0');
	});

	it('counts the last round to the nodes that had it before the sum was opened', () => {
		const never = node(0, 1).filter((line) => line['round'] !== 4);
		const tooLate = [...never, handled(4, 1130, 5)];
		const nodes = new Map([...logs.nodes, ['south', never], ['north', tooLate]]);
		expect(splitStages(seen, { coordinator, nodes })).toEqual(splitStages(seen, logs));
	});

	it('throws where a node has not logged its counting', () => {
		const silent = new Map([['east', node(0, 1).filter(({ event }) => event === 'message-handled')]]);
		expect(() => splitStages(seen, { coordinator, nodes: silent })).toThrow('a node logged no counting');
	});
});
