import { describe, expect, it } from 'vitest';
import { createPipeline, type Pipeline } from './pipeline.ts';
import type { NodeParts } from './ports.ts';
import type { SessionChange, SessionRecord } from './session.ts';

const open = (session: string, deadlineMs: number): SessionRecord =>
	({ session, deadlineMs, ended: false, member: null, plan: { cells: [] } }) as unknown as SessionRecord;

interface Bench {
	readonly pipeline: Pipeline;
	readonly at: (nowMs: number) => void;
	readonly looks: () => number;
	readonly ended: () => readonly string[];
	readonly refunded: () => readonly string[];
}

/** A node whose store holds these sessions, and whose time is moved by hand. */
function nodeWith(records: readonly SessionRecord[]): Bench {
	let nowMs = 0;
	let looks = 0;
	let held = [...records];
	const ended: string[] = [];
	const refunded: string[] = [];
	const sessions = {
		cursor: async () => 0,
		openSessions: async () => {
			looks += 1;
			return held.filter((record) => !record.ended);
		},
		preparedSessions: async () => [],
		standing: async (session: string) => ({
			record: held.find((record) => record.session === session) ?? null,
			prepared: null,
			paused: false,
		}),
		save: async ({ record }: SessionChange) => {
			if (record === null) return;
			if (record.ended) ended.push(record.session);
			held = held.map((other) => (other.session === record.session ? record : other));
		},
	};
	const ledger = {
		refundUnsent: async (session: string) => {
			refunded.push(session);
			return 'refunded';
		},
	};
	const parts = { clock: { nowMs: () => nowMs }, sessions, ledger, audit: { append: async () => 0 } };
	return {
		pipeline: createPipeline(parts as unknown as NodeParts),
		at: (ms) => {
			nowMs = ms;
		},
		looks: () => looks,
		ended: () => ended,
		refunded: () => refunded,
	};
}

describe('endOverdue', () => {
	it('ends each session at its deadline, and looks at them only when one is due', async () => {
		const { pipeline, at, looks, ended, refunded } = nodeWith([open('late', 900), open('early', 500)]);
		const course: unknown[] = [];
		for (const nowMs of [0, 499, 500, 899, 900, 5000]) {
			at(nowMs);
			await pipeline.endOverdue();
			course.push([nowMs, looks(), ended().length]);
		}
		expect(course).toEqual([
			[0, 1, 0],
			[499, 1, 0],
			// Once more after the ending: one that has gone on meanwhile is left open, and is due at once.
			[500, 3, 1],
			[899, 3, 1],
			[900, 5, 2],
			[5000, 5, 2],
		]);
		expect(ended()).toEqual(['early', 'late']);
		expect(refunded()).toEqual(['early', 'late']);
	});

	it('looks again at the deadline of a session that was changed since the last look', async () => {
		const { pipeline, at, looks } = nodeWith([{ ...open('unseen', 300), ended: true }]);
		await pipeline.endOverdue();
		at(299);
		await pipeline.endOverdue();
		expect(looks()).toBe(1);
		// What a message leaves of a session counts, whatever it is.
		await pipeline.handle(1, { kind: 'end', session: 'unseen', outcome: 'aborted' });
		await pipeline.endOverdue();
		expect(looks()).toBe(1);
		at(300);
		await pipeline.endOverdue();
		expect(looks()).toBe(2);
	});
});
