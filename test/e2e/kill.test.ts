// kill -9 of a node, of the coordinator, and of everything, at chosen messages of a query: the query is answered all
// the same, each hospital is charged once and sends one masked input, and every log verifies. A session's deadline
// here is far beyond the test's, so that a query that ends has been resumed and not given up.

import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../../cli/src/client/ask-coordinator.ts';
import { freshQuestion } from '../fresh-question.ts';
import { ofSession } from './opened-log.ts';
import { type RealNetwork, startRealNetwork } from './real-network.ts';
import { type Passage, type TappedLine, tapHospital } from './tapped-line.ts';

const tapped = 'north';
const hospitals = ['east', 'north', 'south', 'west'];
const epsilon = 0.1;

const question = {
	cordon: 1,
	project: 'glioma',
	purpose: 'HMB',
	cohort: { condition: { code: 'C71' } },
	ask: { count: {} },
	release: { mechanism: 'noised', epsilon },
};

type Point = Pick<Passage, 'kind' | 'when'>;

/** What is true of the victim when it dies stands beside each point. */
const nodePoints: readonly (Point & { readonly standing: string })[] = [
	{ kind: 'open', when: 'after', standing: 'it is just deciding' },
	{ kind: 'advertise', when: 'before', standing: 'it has reserved the budget and said nothing' },
	{ kind: 'deliver', when: 'after', standing: 'it is just reading data' },
	{ kind: 'masked-input', when: 'before', standing: 'its masked input is decided and not sent' },
	{ kind: 'masked-input', when: 'after', standing: 'it does not know that its masked input arrived' },
	{ kind: 'consistency', when: 'before', standing: 'it has signed the roster and not said so' },
];

const coordinatorPoints: readonly (Point & { readonly standing: string })[] = [
	{ kind: 'open', when: 'before', standing: 'it has dispatched the question' },
	{ kind: 'advertise', when: 'after', standing: 'it has taken an advert' },
	{ kind: 'masked-input', when: 'after', standing: 'it has taken a masked input' },
	{ kind: 'consistency', when: 'after', standing: 'it is opening the sum' },
];

/** With keys and shares exchanged ahead: the question's own rounds. */
const preparedPoints: readonly (Point & { readonly victim: string; readonly standing: string })[] = [
	{ kind: 'open', when: 'after', victim: tapped, standing: 'it is just reading data' },
	{
		kind: 'masked-input',
		when: 'before',
		victim: tapped,
		standing: 'its masked input is decided and not sent',
	},
	{ kind: 'masked-input', when: 'after', victim: tapped, standing: 'it does not know that it arrived' },
	{ kind: 'open', when: 'before', victim: 'coordinator', standing: 'it has asked the prepared session' },
	{ kind: 'masked-input', when: 'after', victim: 'coordinator', standing: 'it has taken a masked input' },
];

let network: RealNetwork;
let line: TappedLine;
let asked = 0;
/** How often each was killed. */
const kills = new Map<string, number>();

beforeAll(async () => {
	network = await startRealNetwork({
		seed: 5,
		patients: 60,
		change: (file) => ({ ...file, policy: { ...file.policy, sessionDeadline: 3600 } }),
		prepared: async (prepared) => {
			line = await tapHospital(prepared, tapped);
			await keepPrepared(prepared.state.coordinatorFile, 0);
		},
	});
}, 240_000);

afterAll(async () => {
	await network?.close();
	await line?.close();
});

describe('a network one of whose processes is killed', () => {
	it.each(nodePoints)('answers after a node dies $when its $kind: $standing', async (point) => {
		expectSound(await askAndKill(point, [tapped]));
	});

	it.each(coordinatorPoints)('answers after the coordinator dies $when a $kind: $standing', async (point) => {
		expectSound(await askAndKill(point, ['coordinator']));
	});

	it('answers after everything dies at once, with masked inputs on their way', async () => {
		const point = { kind: 'masked-input', when: 'before' } as const;
		expectSound(await askAndKill(point, ['coordinator', ...hospitals]));
	});

	describe('with sessions prepared ahead', () => {
		beforeAll(async () => {
			// Under each of two mechanisms; the points take those of one.
			const target = preparedPoints.length + 1;
			const delivered = prepared(2 * target);
			await network.stop('coordinator');
			await keepPrepared(network.prepared.state.coordinatorFile, target);
			await network.start('coordinator');
			await delivered;
		}, 120_000);

		it.each(preparedPoints)('answers after $victim dies $when its $kind: $standing', async (point) => {
			const survived = await askAndKill(point, [point.victim]);
			expectSound(survived);
			const kinds = line.heard.filter(({ session }) => session === survived.session).map(({ kind }) => kind);
			expect(kinds).toContain('prepare');
		});
	});

	it('answers the next question, and its logs hold each session once', async () => {
		asked += 1;
		const answer = await network.ask(freshQuestion(question, asked));
		expect(answer['status']).toBe('released');
		for (const hospital of hospitals) {
			const entries = await network.log(hospital);
			const decisions = entries.map(({ decision }) => decision);
			const answered = entries.filter(({ decision }) => decision === 'answered');
			expect(decisions.filter((one) => one === 'admitted')).toHaveLength(asked);
			expect(new Set(answered.map(({ body }) => body['session'])).size).toBe(asked);
			expect(answered.length).toBeLessThanOrEqual(asked + (kills.get(hospital) ?? 0));
			expect(decisions.filter((one) => one === 'refused' || one === 'aborted')).toEqual([]);
			expect(await network.spent(hospital)).toBe(Math.round(asked * epsilon * 1e6));
		}
		await network.stop('coordinator');
		const log = await network.coordinatorLog();
		expect(log.filter(({ stage }) => stage === 'dispatch')).toHaveLength(asked);
		expect(log.filter(({ stage }) => stage === 'release').map(({ decision }) => decision)).toEqual(
			Array(asked).fill('released'),
		);
	});
});

interface Survived {
	readonly session: string;
	readonly answer: Answer;
	readonly decisions: readonly (readonly string[])[];
	readonly spent: readonly number[];
	readonly killed: readonly string[];
}

/** Kills the victims at the point of a new question's session, starts them again, and waits for the answer. */
async function askAndKill(point: Point, victims: readonly string[]): Promise<Survived> {
	const answered = line.said.filter(({ kind }) => kind === 'masked-input');
	const known = new Set(answered.map(({ session }) => session));
	const { promise: struck, resolve } = Promise.withResolvers<string>();
	line.watch(async ({ kind, when, session }) => {
		if (kind !== point.kind || when !== point.when || known.has(session)) return 'pass';
		line.watch(async () => 'pass');
		for (const victim of victims) kills.set(victim, (kills.get(victim) ?? 0) + 1);
		await Promise.all(victims.map(network.kill));
		resolve(session);
		return 'cut';
	});
	asked += 1;
	const answering = network.ask(freshQuestion(question, asked));
	const early = answering.then(({ status }) => {
		line.watch(async () => 'pass');
		throw new Error(`the query was ${String(status)} before the point was reached`);
	});
	const session = await Promise.race([struck, early]);
	early.catch(() => undefined);
	await Promise.all(victims.map(network.start));
	const answer = await answering;
	const logs = await Promise.all(hospitals.map(network.log));
	return {
		session,
		answer,
		decisions: logs.map((log) => ofSession(log, session).map(({ decision }) => decision)),
		spent: await Promise.all(hospitals.map(network.spent)),
		killed: victims,
	};
}

/** Resolves when so many sessions have their shares at the tapped hospital. */
function prepared(sessions: number): Promise<void> {
	const delivered = new Set<string>();
	return new Promise((resolve) => {
		line.watch(async ({ kind, when, session }) => {
			if (kind === 'deliver' && when === 'after') delivered.add(session);
			if (delivered.size >= sessions) resolve();
			return 'pass';
		});
	});
}

async function keepPrepared(file: string, sessions: number): Promise<void> {
	const lines = (await readFile(file, 'utf8'))
		.split('\n')
		.filter((one) => !one.startsWith('preparedSessions'));
	await writeFile(
		file,
		[...lines.filter((one) => one !== ''), `preparedSessions: ${sessions}`, ''].join('\n'),
	);
}

function expectSound({ session, answer, decisions, spent, killed }: Survived): void {
	expect(answer).toMatchObject({ status: 'released', hospitals: { contributed: hospitals, absent: [] } });
	for (const [at, all] of decisions.entries()) {
		// Each attempt is logged before it is kept: one that a kill cut off in between is made, and logged, again.
		const again = all.findIndex((decision, index) => index > 1 && decision !== 'answered');
		const repeated = all.slice(2, again < 0 ? all.length : again);
		expect(repeated).toEqual(killed.includes(hospitals[at] ?? '') ? repeated.slice(0, 1) : []);
		const entries = all.toSpliced(2, repeated.length);
		expect(entries.slice(0, 2)).toEqual(['admitted', 'answered']);
		// The last round and the end are heard, or not any more, by when the answer is there.
		expect(['unmasked', 'unmasked,released', 'released', '']).toContain(entries.slice(2).join());
	}
	expect(spent).toEqual(hospitals.map(() => Math.round(asked * epsilon * 1e6)));
	expectOneShot(session);
}

/** Whatever the node resent, it never said a second thing: other bytes would be a second, uncharged release. */
function expectOneShot(session: string): void {
	const said = line.said.filter((message) => message.session === session);
	const kinds = [...new Set(said.map(({ kind }) => kind))];
	expect(kinds).toEqual(expect.arrayContaining(['advertise', 'shares', 'masked-input', 'consistency']));
	for (const kind of kinds) {
		const texts = said.filter((message) => message.kind === kind).map(({ text }) => text);
		expect(new Set(texts).size, kind).toBe(1);
	}
}
