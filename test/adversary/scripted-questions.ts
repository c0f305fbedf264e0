// One script of questions of every kind and fate, and all that anybody outside a hospital's walls may come to see of it.

import { newReceiverKeys } from '@cordon/shared';
import { countingRandom } from '../../coordinator/src/testing/seeded.ts';
import type { InProcessNetwork } from './in-process-network.ts';
import { type PreparedAsk, prepareAsk, prepareLook } from './prepared-asks.ts';

/** Each thing that is seen, under its name. */
export type Transcript = Readonly<Record<string, unknown>>;

const carriers = { gene: { symbol: 'IDH1' } };

function noised(cohort: unknown, ask: unknown, epsilon: number, changes: object = {}): unknown {
	const release = { mechanism: 'noised', epsilon };
	return { cordon: 1, project: 'glioma', purpose: 'HMB', cohort, ask, release, ...changes };
}

interface Step {
	readonly name: string;
	readonly question: unknown;
	/** Another person than the project's member. */
	readonly person?: string;
	/** Hospitals whose operator has stopped answering meanwhile. */
	readonly paused?: readonly string[];
}

/** At 3 epsilon an epoch, what comes last is over the budget. */
const script: readonly Step[] = [
	{ name: 'a count', question: noised(carriers, { count: {} }, 0.5) },
	{ name: 'the same request again', question: noised(carriers, { count: {} }, 0.5) },
	{ name: 'a count of nobody', question: noised({ all: [carriers, { not: carriers }] }, { count: {} }, 0.1) },
	{ name: 'whether there are any', question: noised(carriers, { exists: {} }, 0.1) },
	{ name: 'a histogram', question: noised(carriers, { histogram: { of: 'sex' } }, 0.5) },
	{
		name: 'a table',
		question: noised(
			{ not: { element: { id: 'sex', in: ['male'] } } },
			{ table: { rows: { element: 'sex' }, columns: carriers } },
			0.5,
		),
	},
	{ name: 'a gene that no one knows', question: noised({ gene: { symbol: 'NONE' } }, { count: {} }, 0.1) },
	{ name: 'another purpose', question: noised(carriers, { count: {} }, 0.1, { purpose: 'GRU' }) },
	{ name: 'a stranger', question: noised(carriers, { count: {} }, 0.1), person: 'bob' },
	{ name: 'one away', question: noised(carriers, { count: {} }, 0.3), paused: ['south'] },
	{ name: 'the one away', question: noised(carriers, { count: {} }, 0.3), paused: ['north'] },
	{ name: 'two away', question: noised(carriers, { count: {} }, 0.1), paused: ['south', 'west'] },
	{ name: 'too much', question: noised(carriers, { count: {} }, 2.5) },
];

const prepared = new Map<string, Promise<PreparedAsk>>();

/** The one to whom blind networks answer, whoever asks. */
const { publicKey: receiverKey } = newReceiverKeys(countingRandom('receiver'));

/** A request is signed once for all worlds, and with the receiver's key for blind ones. */
function askOf({ name, question, person }: Step, isBlind: boolean): Promise<PreparedAsk> {
	const id = name === 'the same request again' ? 'a count' : name;
	const known = `${id} ${isBlind}`;
	const changes = { ...(person === undefined ? {} : { person }), ...(isBlind ? { receiverKey } : {}) };
	const ask = prepared.get(known) ?? prepareAsk(id, question, changes);
	prepared.set(known, ask);
	return ask;
}

const looks = new Map<string, Promise<PreparedAsk['headers']>>();

function lookOf(name: string, path: string): Promise<PreparedAsk['headers']> {
	const known = looks.get(`${name} ${path}`) ?? prepareLook(name, path);
	looks.set(`${name} ${path}`, known);
	return known;
}

/** `upTo` is the name of the last step that is run. */
export async function runScript(network: InProcessNetwork, upTo: string): Promise<Transcript> {
	const seen: Record<string, unknown> = {};
	for (const step of script.slice(0, script.findIndex(({ name }) => name === upTo) + 1)) {
		await runStep(network, step);
		for (const { hospital, parts } of network.nodes) {
			seen[`budget of ${hospital} after ${step.name}`] = await parts.ledger.spent('2026-11');
		}
	}
	for (const [at, exchange] of network.exchanges.entries()) {
		seen[`exchange ${at} with ${exchange.from}`] = exchange;
	}
	seen['log lines of the coordinator'] = network.coordinator.logged;
	seen['log of the coordinator'] = await Array.fromAsync(network.coordinatorLog.exportLines());
	for (const { hospital, log, database } of network.nodes) {
		seen[`log of ${hospital}`] = await Array.fromAsync(log.exportLines());
		seen[`ledger of ${hospital}`] = await database.read((tx) =>
			tx.execute('select * from ledger_entry order by session').then((result) => result),
		);
	}
	return JSON.parse(JSON.stringify(seen)) as Transcript;
}

/** The names of what is not the same in both, in order. */
export function differencesOf(one: Transcript, other: Transcript): readonly string[] {
	const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
	return names.filter((name) => JSON.stringify(one[name]) !== JSON.stringify(other[name]));
}

/** How each question that was taken ended, and with what status each that was not was refused. */
export function fatesOf(network: InProcessNetwork): readonly string[] {
	return answersTo(network).flatMap(({ status, body }) => {
		if (status >= 400) return [String(status)];
		return body.status === 'running' ? [] : [body.code ?? body.status];
	});
}

/** The released answers, as the researcher has them. */
export function releasedIn(network: InProcessNetwork): readonly object[] {
	return answersTo(network)
		.map(({ body }) => body)
		.filter(({ status }) => status === 'released');
}

function answersTo({ exchanges }: InProcessNetwork): readonly {
	readonly status: number;
	readonly body: { readonly status: string; readonly code?: string };
}[] {
	return exchanges
		.filter(({ from }) => from === 'researcher')
		.map(({ status, answered }) => ({ status, body: JSON.parse(answered) }));
}

/** Asks, looks while the hospitals work, and looks when all is over. */
async function runStep(network: InProcessNetwork, step: Step): Promise<void> {
	const { call, nodes, coordinator, manifest } = network;
	const setPaused = async (paused: boolean): Promise<void> => {
		for (const { hospital, parts } of nodes) {
			if (step.paused?.includes(hospital)) await parts.sessions.setPaused(paused);
		}
	};
	// Where sessions are prepared ahead, one is ready by now.
	await coordinator.parts.pipeline.sweep();
	await network.settle();
	await setPaused(true);
	const { headers, body } = await askOf(step, manifest.policy.visibility === 'blind');
	const answer = await call('researcher', '/v1/queries', { method: 'POST', headers, body });
	const { id } = (await answer.json()) as { readonly id?: string };
	const path = `/v1/queries/${id}`;
	for (const node of nodes) await node.turn();
	if (id !== undefined) await look(network, `${step.name}, early`, path);
	await network.settle();
	await coordinator.parts.pipeline.sweep();
	await network.settle();
	if (id !== undefined) await look(network, `${step.name}, late`, path);
	await setPaused(false);
}

async function look({ call }: InProcessNetwork, name: string, path: string): Promise<void> {
	await call('researcher', path, { headers: await lookOf(name, path) });
}
