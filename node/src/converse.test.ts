import { DatabaseFault, type ToNode } from '@cordon/shared';
import { describe, expect, it } from 'vitest';
import { WitnessUnwritable } from './adapters/witness/witness-file.ts';
import { type ConversationEvent, type ConversationParts, converse } from './converse.ts';
import type { CoordinatorClient, InboundMessage, SendOutcome, SessionStore } from './ports.ts';
import type { OutgoingMessage } from './session.ts';

const session = 'a'.repeat(64);
const inbound = (sequence: number): InboundMessage => ({
	sequence,
	message: { kind: 'end', session, outcome: 'aborted' },
});
const outgoing = (id: string): OutgoingMessage => ({
	id,
	message: { kind: 'refuse', session, code: 'unavailable' },
});

type Heard = readonly InboundMessage[] | 'unreachable';

interface Situation {
	/** What each poll gives, in order; after the last one the node is told to stop. */
	readonly polls: readonly Heard[];
	readonly outbox?: readonly OutgoingMessage[];
	readonly send?: (message: OutgoingMessage) => SendOutcome | 'unreachable';
	/** How often a message fails before it is dealt with, with the fault given or another. */
	readonly failing?: ReadonlyMap<number, number>;
	readonly fault?: Error;
	readonly overdue?: () => Promise<void>;
	/** What the pipeline asks for after each message. */
	readonly quietMs?: number;
}

interface Course {
	readonly events: readonly ConversationEvent[];
	readonly handled: readonly number[];
	readonly sent: readonly string[];
	readonly unsent: readonly string[];
	readonly polledAfter: readonly number[];
	readonly pauses: readonly number[];
	/** How long each poll was to wait. */
	readonly waits: readonly number[];
	readonly cursor: number;
	/** What was heard, waited and said, in order. */
	readonly order: readonly string[];
}

/** Runs a conversation on stand-ins for pipeline, store and coordinator, to its end. */
async function run(situation: Situation): Promise<Course> {
	const stop = new AbortController();
	const events: ConversationEvent[] = [];
	const handled: number[] = [];
	const sent: string[] = [];
	const polledAfter: number[] = [];
	const pauses: number[] = [];
	const order: string[] = [];
	const waits: number[] = [];
	const failures = new Map(situation.failing);
	let outbox = [...(situation.outbox ?? [])];
	let cursor = 0;
	const handle = async (sequence: number, _message: ToNode): Promise<{ readonly quietMs: number }> => {
		const left = failures.get(sequence) ?? 0;
		failures.set(sequence, left - 1);
		if (left > 0) throw situation.fault ?? new Error('lost infrastructure');
		handled.push(sequence);
		outbox = [...outbox, outgoing(`answer-${sequence}`)];
		cursor = sequence;
		return { quietMs: situation.quietMs ?? 0 };
	};
	const sessions = {
		cursor: async () => {
			order.push('look');
			return cursor;
		},
		unsent: async () => outbox,
		markSent: async (id) => {
			outbox = outbox.filter((message) => message.id !== id);
		},
		save: async (change) => {
			cursor = Math.max(cursor, change.cursor ?? 0);
		},
	} satisfies Partial<SessionStore> as unknown as SessionStore;
	const client = {
		poll: async (after, waitMs) => {
			polledAfter.push(after);
			order.push('poll');
			waits.push(waitMs);
			const heard = situation.polls[polledAfter.length - 1];
			if (polledAfter.length >= situation.polls.length) stop.abort();
			if (heard === 'unreachable' || heard === undefined) throw new Error('unreachable');
			return heard;
		},
		send: async (message) => {
			const outcome = situation.send?.(message) ?? 'accepted';
			if (outcome === 'unreachable') throw new Error('unreachable');
			sent.push(message.id);
			order.push(message.id);
			return outcome;
		},
	} satisfies Partial<CoordinatorClient> as unknown as CoordinatorClient;
	const parts: ConversationParts = {
		pipeline: { handle, endOverdue: situation.overdue ?? (async () => undefined) },
		sessions,
		client,
		random: { bytes: (length) => new Uint8Array(length) },
		pause: async (milliseconds) => {
			pauses.push(milliseconds);
			order.push(`pause ${milliseconds}`);
		},
		report: (event) => void events.push(event),
	};
	await converse(parts, stop.signal);
	return {
		events,
		handled,
		sent,
		unsent: outbox.map(({ id }) => id),
		polledAfter,
		pauses,
		waits,
		cursor,
		order,
	};
}

describe('converse', () => {
	it('deals with each message once, in order, and asks for what comes after the last', async () => {
		const course = await run({ polls: [[inbound(1), inbound(2)], [inbound(5)], []] });
		expect([course.handled, course.polledAfter, course.cursor]).toEqual([[1, 2, 5], [0, 2, 5], 5]);
		expect([course.sent, course.unsent, course.events]).toEqual([
			['answer-1', 'answer-2', 'answer-5'],
			[],
			[],
		]);
	});

	it('looks at the store before each poll, but where it has just been told how far it was heard', async () => {
		const course = await run({ polls: [[inbound(1)], [inbound(4)], [], 'unreachable', []] });
		const looks = course.order.filter((what) => what === 'look' || what === 'poll');
		expect(looks).toEqual(['look', 'poll', 'poll', 'poll', 'look', 'poll', 'look', 'poll']);
		expect(course.polledAfter).toEqual([0, 1, 4, 4, 4]);
	});

	it('says what was left unsaid before it listens', async () => {
		const course = await run({ polls: [[inbound(1)], []], outbox: [outgoing('left')] });
		expect(course.sent).toEqual(['left', 'answer-1']);
	});

	it('neither speaks nor listens for as long as it is told to keep quiet', async () => {
		const course = await run({ polls: [[inbound(1), inbound(2)], []], quietMs: 480 });
		// A pause before each answer; the last poll is empty.
		expect(course.order).toEqual([
			'look',
			'poll',
			'pause 480',
			'answer-1',
			'pause 480',
			'answer-2',
			'poll',
			'pause 100',
		]);
	});

	it('leaves an answer unsaid where it is stopped while it keeps quiet', async () => {
		const course = await run({ polls: [[inbound(1), inbound(2)]], quietMs: 480 });
		expect([course.handled, course.sent, course.unsent]).toEqual([[1], [], ['answer-1']]);
	});

	it('takes a breath after an empty answer', async () => {
		expect((await run({ polls: [[], [], []] })).pauses.slice(0, 2)).toEqual([100, 100]);
	});

	it('asks nothing where it is told to stop before it began', async () => {
		const never = (): never => {
			throw new Error('asked');
		};
		const parts = { pipeline: null, sessions: null, client: null, random: null, pause: never, report: never };
		await converse(parts as unknown as ConversationParts, AbortSignal.abort());
	});
});

describe('converse while the coordinator is out of reach', () => {
	it('waits twice as long each time, up to 15 seconds, and says so once', async () => {
		const course = await run({ polls: Array.from({ length: 10 }, () => 'unreachable' as const) });
		expect(course.pauses).toEqual([200, 400, 800, 1600, 3200, 6400, 12_800, 15_000, 15_000]);
		expect(course.events).toEqual([{ event: 'coordinator-unreachable', retryInMs: 200 }]);
	});

	it('says when it is reached again, and begins anew with a short wait', async () => {
		const polls = ['unreachable', 'unreachable', [inbound(1)], 'unreachable', []] as const;
		const course = await run({ polls });
		expect(course.pauses.slice(0, 3)).toEqual([200, 400, 200]);
		expect(course.events.map(({ event }) => event)).toEqual([
			'coordinator-unreachable',
			'coordinator-reached',
			'coordinator-unreachable',
		]);
		expect(course.handled).toEqual([1]);
	});

	it('keeps what it could not say, and says it when it can', async () => {
		let attempts = 0;
		const course = await run({
			polls: [[], []],
			outbox: [outgoing('first'), outgoing('second')],
			send: () => {
				attempts += 1;
				return attempts < 3 ? 'unreachable' : 'accepted';
			},
		});
		expect([course.sent, course.unsent]).toEqual([['first', 'second'], []]);
		expect(course.pauses.slice(0, 2)).toEqual([200, 400]);
	});

	it('keeps an answer whose sending broke off, without dealing with its question again', async () => {
		let attempts = 0;
		const course = await run({
			polls: [[inbound(1), inbound(2)], [inbound(2)], []],
			send: () => {
				attempts += 1;
				return attempts === 1 ? 'unreachable' : 'accepted';
			},
		});
		expect([course.handled, course.sent]).toEqual([
			[1, 2],
			['answer-1', 'answer-2'],
		]);
	});

	it('waits too where its own store is out of reach', async () => {
		let calls = 0;
		const overdue = async (): Promise<void> => {
			calls += 1;
			if (calls === 1) throw new Error('database lost');
		};
		const course = await run({ polls: [[]], overdue });
		expect(course.events.map(({ event }) => event)).toEqual(['coordinator-unreachable']);
	});

	it('says that it is the store that is away, and when it is back', async () => {
		let calls = 0;
		const overdue = async (): Promise<void> => {
			calls += 1;
			if (calls === 1) throw new DatabaseFault('57P01');
		};
		const course = await run({ polls: [[inbound(1)], []], overdue });
		expect(course.events).toEqual([
			{ event: 'store-unreachable', retryInMs: 200 },
			{ event: 'store-reached' },
		]);
	});

	it('says that it is the store that is away where nothing can be witnessed', async () => {
		let calls = 0;
		const overdue = async (): Promise<void> => {
			calls += 1;
			if (calls === 1) throw new WitnessUnwritable('ENOSPC');
		};
		const course = await run({ polls: [[inbound(1)], []], overdue });
		expect(course.events.map(({ event }) => event)).toEqual(['store-unreachable', 'store-reached']);
	});

	it('passes a bug on that is no error', async () => {
		const overdue = (): Promise<void> => Promise.reject('thrown text');
		await expect(run({ polls: [[]], overdue })).rejects.toBe('thrown text');
	});
});

describe('converse with a message that does not go as it ought', () => {
	it('tries a failing one three times in all', async () => {
		const course = await run({ polls: [[inbound(1)], []], failing: new Map([[1, 2]]) });
		expect(course.handled).toEqual([1]);
		expect(course.events).toEqual([
			{ event: 'message-failed', sequence: 1, attempt: 1 },
			{ event: 'message-failed', sequence: 1, attempt: 2 },
		]);
	});

	it('skips one that fails a third time, and goes on with the next', async () => {
		const course = await run({ polls: [[inbound(1), inbound(2)], []], failing: new Map([[1, 9]]) });
		expect(course.handled).toEqual([2]);
		expect(course.events.slice(2)).toEqual([
			{ event: 'message-failed', sequence: 1, attempt: 3 },
			{ event: 'message-skipped', sequence: 1 },
		]);
		expect(course.polledAfter).toEqual([0, 2]);
	});

	it('skips none for a database that is away, and hears it again when it is back', async () => {
		const course = await run({
			polls: [[inbound(1)], [inbound(1)], [inbound(1)], [inbound(1)], [inbound(1)], []],
			failing: new Map([[1, 4]]),
			fault: new DatabaseFault('57P03'),
		});
		expect([course.handled, course.cursor]).toEqual([[1], 1]);
		expect(course.pauses.slice(0, 4)).toEqual([200, 400, 800, 1600]);
		expect(course.events.map(({ event }) => event)).toEqual(['store-unreachable', 'store-reached']);
	});

	it('skips one that the database itself refuses again and again', async () => {
		const course = await run({
			polls: [[inbound(1)], []],
			failing: new Map([[1, 9]]),
			fault: new DatabaseFault('22P05'),
		});
		expect(course.events.at(-1)).toEqual({ event: 'message-skipped', sequence: 1 });
	});

	it('moves past what is no message', async () => {
		const course = await run({ polls: [[{ sequence: 4, message: null }], []] });
		expect([course.handled, course.polledAfter]).toEqual([[], [0, 4]]);
		expect(course.events).toEqual([{ event: 'message-skipped', sequence: 4 }]);
	});

	it.each(['late', 'rejected'] as const)(
		'lets a message of its own that is %s block nothing, and says so',
		async (outcome) => {
			const course = await run({
				polls: [[inbound(1)], []],
				outbox: [outgoing('spare'), outgoing('good')],
				send: ({ id }) => (id === 'spare' ? outcome : 'accepted'),
			});
			expect([course.sent, course.unsent]).toEqual([['spare', 'good', 'answer-1'], []]);
			expect(course.events).toEqual([{ event: `message-${outcome}`, id: 'spare' }]);
		},
	);

	it('keeps a message that the coordinator fails at, and sends the others all the same', async () => {
		const course = await run({
			polls: [[inbound(1)], []],
			outbox: [outgoing('stuck'), outgoing('good')],
			send: ({ id }) => (id === 'stuck' ? 'failed' : 'accepted'),
		});
		expect([course.handled, course.unsent]).toEqual([[1], ['stuck']]);
		expect(course.sent).toContain('good');
		expect(new Set(course.events.map((event) => JSON.stringify(event)))).toEqual(
			new Set([JSON.stringify({ event: 'message-delayed', id: 'stuck' })]),
		);
	});

	it('listens only shortly while one of its own is unsaid, longer each time, and long again afterwards', async () => {
		let attempts = 0;
		const course = await run({
			polls: [[], [], [], [], []],
			outbox: [outgoing('stuck')],
			send: () => {
				attempts += 1;
				return attempts < 4 ? 'failed' : 'accepted';
			},
		});
		expect(course.waits).toEqual([200, 400, 800, 20_000, 20_000]);
	});

	it('stops between two messages where it is told to', async () => {
		const course = await run({ polls: [[inbound(1), inbound(2)]] });
		expect([course.handled, course.sent]).toEqual([[1], ['answer-1']]);
	});

	it('reports codes and numbers, and nothing of what was said', async () => {
		const course = await run({
			polls: ['unreachable', [inbound(1)], []],
			outbox: [outgoing('late')],
			send: () => 'rejected',
			failing: new Map([[1, 9]]),
		});
		expect(JSON.stringify(course.events)).not.toContain(session);
	});
});
