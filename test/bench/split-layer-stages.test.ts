import { describe, expect, it } from 'vitest';
import type { LogLine, PartyLogs } from './log-lines.ts';
import { finalMsOf, splitLayerStages } from './split-layer-stages.ts';

const query = 'q1';
const session = 's1';
const seen = { query, submittedMs: 1000, acceptedMs: 1015, answeredMs: 1500 };

/** A node's own clock runs from its start: 900 ms after this one's zero. */
const at = (startMs: number, ms: number, line: LogLine): LogLine => ({
	...line,
	ms,
	time: startMs + ms,
	endMs: startMs + ms - 900,
});
const call = (name: string, startMs: number, ms: number): LogLine =>
	at(startMs, ms, { event: 'call-done', call: name });
const taken = (step: string, hospital: string, startMs: number): LogLine =>
	at(startMs, 3, { event: 'message-taken', session, step, hospital });

const node: readonly LogLine[] = [
	// Of another session, before.
	call('audit.append', 950, 5),
	call('sessions.find', 1013, 1),
	call('audit.append', 1020, 4),
	call('sessions.isPaused', 1026, 1),
	at(1027, 5, { event: 'consents-read' }),
	at(1032, 8, { event: 'patients-counted' }),
	call('audit.append', 1043, 4),
	call('ledger.commit', 1047, 1),
	call('sessions.save', 1048, 3),
	at(1012, 40, { event: 'message-handled', session, kind: 'open' }),
	call('audit.append', 1075, 1),
];

const coordinator: readonly LogLine[] = [
	// Prepared before the question.
	taken('secagg/shares', 'east', 500),
	{ event: 'question-dispatched', query, session, time: 1010 },
	taken('secagg/masked-input', 'west', 1050),
	taken('secagg/masked-input', 'east', 1055),
	at(1056, 1, { event: 'call-done', call: 'sessions.change', session }),
	taken('secagg/consistency', 'east', 1070),
	taken('secagg/consistency', 'west', 1072),
	taken('secagg/unmask', 'east', 1085),
	at(1100, 2, { event: 'call-done', call: 'sessions.change', session }),
	at(1110, 2, { event: 'call-done', call: 'sessions.change', session }),
	{ event: 'session-ended', query, session, time: 1115 },
	at(1090, 26, { event: 'message-taken', session, step: 'secagg/unmask', hospital: 'west' }),
];

const logs: PartyLogs = {
	coordinator,
	nodes: new Map([
		['east', node],
		['west', []],
	]),
};

describe('splitLayerStages', () => {
	it('follows the hospital that was heard last, and splits its work at its calls', () => {
		expect(splitLayerStages(seen, logs)).toEqual({
			submit: 10,
			open: 2,
			admit: 12,
			noise: 2,
			count: 14,
			mask: 3,
			store: 9,
			reply: 3,
			round3: 17,
			round4: 18,
			merge: 10,
			release: 15,
			delivery: 385,
			toFinal: 115,
			toClient: 500,
		});
	});

	it('asks no line of a process that the node ran in before, whose clock went the same way', () => {
		const before = node.map((line) => ({ ...line, time: Number(line['time']) - 500 }));
		const nodes = new Map([['east', [...before, ...node]]]);
		expect(splitLayerStages(seen, { coordinator, nodes })).toEqual(splitLayerStages(seen, logs));
	});

	it('tells the time to the answer by what is logged in service, of a session that was prepared', () => {
		const logged = coordinator.filter(({ event }) =>
			['question-dispatched', 'session-ended'].includes(String(event)),
		);
		const prepared = [{ event: 'session-prepared', session, time: 700 }, ...logged];
		const told = (lines: readonly LogLine[], isPrepared: boolean): number =>
			finalMsOf(seen, { coordinator: lines, nodes: new Map() }, { isPrepared });
		expect(told(prepared, true)).toBe(115);
		expect(told(logged, false)).toBe(115);
		expect(() => told(logged, true)).toThrow('five exchanges');
	});

	it('leaves nothing between two stages', () => {
		const { toFinal, toClient, delivery, ...stages } = splitLayerStages(seen, logs);
		expect(Object.values(stages).reduce((sum, stage) => sum + stage, 0)).toBe(toFinal);
		expect(toFinal + delivery).toBe(toClient);
	});

	it('has no rounds between answer and sum in a plain network', () => {
		const plain = [...coordinator.slice(1, 2), taken('plain', 'east', 1055), ...coordinator.slice(8, 11)];
		const stages = splitLayerStages(seen, { ...logs, coordinator: plain });
		expect(stages).toMatchObject({ reply: 3, round3: 0, round4: 0, merge: 45, release: 15, toFinal: 115 });
	});

	it('throws where keys and shares were exchanged after the question', () => {
		const late = [...coordinator, taken('secagg/shares', 'east', 1020)];
		expect(() => splitLayerStages(seen, { ...logs, coordinator: late })).toThrow('five exchanges');
	});

	it('throws where a node did not log its counting', () => {
		const silent = node.filter(({ event }) => event !== 'patients-counted');
		const nodes = new Map([['east', silent]]);
		expect(() => splitLayerStages(seen, { coordinator, nodes })).toThrow('from admission over counting');
	});
});
