// A hospital that answers with other numbers than its data give. Nothing stops it; but it has signed a commitment to what
// it says it counted, the coordinator holds that too, and what opens it is kept: so its own auditor finds out, and opening
// and log cannot be changed afterwards without its being seen. The last test is of what an opening does not show.

import { inputCommitment, newReceiverKeys, rowsOf } from '@cordon/shared';
import { type SQL, sql } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { seedOf } from '../../coordinator/src/testing/seeded.ts';
import { createConsentRegister } from '../../node/src/adapters/snapshot/consent-register.ts';
import { createSqlCohortIndex } from '../../node/src/adapters/sql-cohort-index/sql-cohort-index.ts';
import { withdrawal } from '../../node/src/consent/patient-consent.ts';
import { type OpenedInput, openInput } from '../../node/src/open-input.ts';
import type { NodeParts, Pseudonym } from '../../node/src/ports.ts';
import { publicKeyOf } from '../../shared/src/keys.ts';
import { seededRandom } from '../../shared/src/noise/seeded-random.ts';
import { addNoise } from '../../shared/src/numbers/safe-count.ts';
import { inputStatement, isSigned } from '../../shared/src/secagg/signatures.ts';
import { type OpenedEntry, openEntry } from '../e2e/opened-log.ts';
import {
	hospitals,
	type InProcessNetwork,
	type InProcessNode,
	type NetworkOptions,
	openDatabases,
	openNetwork,
} from './in-process-network.ts';
import { crowd, writePatients } from './neighbouring-patients.ts';
import { type AskChanges, carriersBySex, fixedKeys, prepareAsk } from './prepared-asks.ts';

/** By how much the noise of this hospital is a lie. */
const liar = vi.hoisted(() => ({ random: null as unknown, adds: 0n }));

vi.mock('../../node/src/disclose/draw-plan-noise.ts', async (original) => {
	const { drawPlanNoise } = await original<typeof import('../../node/src/disclose/draw-plan-noise.ts')>();
	return {
		drawPlanNoise: (...given: Parameters<typeof drawPlanNoise>) =>
			drawPlanNoise(...given)?.map((noise) => noise + (given[3].random === liar.random ? liar.adds : 0n)) ??
			null,
	};
});

const north = 'north';
const size = 12;
/** Of twelve patients four carry the variant, two of them women. */
const truth = ['2', '2', '0'];

type Plant = (parts: NodeParts) => NodeParts;
const honest: Plant = (parts) => parts;

/** Says of every cell that so many more patients were in it. */
const inflatingBy =
	(more: readonly bigint[]): Plant =>
	(parts) => ({
		...parts,
		index: {
			...parts.index,
			count: async (plan, patients) => {
				const raw = await parts.index.count(plan, patients);
				return raw.map((count, cell) => addNoise(count, more[cell] ?? 0n) as unknown as typeof count);
			},
		},
	});
const inflating = inflatingBy([3n, 3n, 3n]);

interface Asking {
	readonly plant?: Plant;
	readonly options?: Omit<NetworkOptions, 'patients' | 'plant'>;
	readonly question?: object;
	readonly changes?: AskChanges;
}

interface Answered {
	readonly network: InProcessNetwork;
	readonly node: InProcessNode;
	readonly session: string;
	/** What the coordinator logged of its end. */
	readonly ended: OpenedEntry;
}

async function answered({ plant = honest, options, question, changes }: Asking = {}): Promise<Answered> {
	const network = await openNetwork({
		...options,
		patients: Object.fromEntries(hospitals.map((name) => [name, crowd(name, size)])),
		plant: (hospital, parts) => (hospital === north ? plant(parts) : parts),
	});
	await network.coordinator.parts.pipeline.sweep();
	await network.settle();
	const { headers, body } = await prepareAsk('lying', question ?? carriersBySex, changes);
	await network.call('researcher', '/v1/queries', { method: 'POST', headers, body });
	await network.settle();
	const { compliance } = await fixedKeys();
	const lines = (await Array.fromAsync(network.coordinatorLog.exportLines())).slice(1);
	const ended = lines.map((line) => openEntry(line, compliance)).findLast(({ stage }) => stage === 'release');
	const node = network.nodes.find(({ hospital }) => hospital === north);
	if (ended === undefined || node === undefined) throw new Error('the session did not end');
	return { network, node, ended, session: String(ended.body['session']) };
}

/** What north's auditor is told: by its own store and log, and an index that nobody has planted anything in. */
async function audit(
	{ node, session }: Pick<Answered, 'node' | 'session'>,
	withdrawn: readonly string[] | null = null,
): Promise<OpenedInput | string> {
	const { database, log, parts } = node;
	const list = {
		patients: async () => new Set((withdrawn ?? []) as readonly Pseudonym[]),
		consent: withdrawal,
	};
	const opened = await openInput(
		session,
		{ counts: true },
		{
			...parts,
			index: createSqlCohortIndex(database, parts.dictionary),
			consents: createConsentRegister(database, withdrawn === null ? null : list),
			audit: log,
			logKey: { name: `test-network/${north}`, publicKey: publicKeyOf(seedOf(`${north} log`)) },
			publicData: false,
		},
	);
	return opened.ok ? opened.value : opened.error;
}

const change = (node: InProcessNode, statement: SQL): Promise<unknown> =>
	node.database.read((tx) => tx.execute(statement));

/** What the liar wishes it had said. */
async function alterToTruth(node: InProcessNode): Promise<void> {
	const right = Buffer.from(new BigUint64Array(truth.map(BigInt)).buffer).toString('base64url');
	const altered = sql`jsonb_set(opening, '{opening,counts}', to_jsonb(${right}::text))`;
	await change(node, sql`update kept_input set opening = ${altered}`);
}

/** North's claim in the coordinator's log. */
function claimIn({ ended }: Answered): Readonly<Record<string, string>> & { readonly sid: string } {
	const { sid, claims } = Object(ended.body['inputs']);
	return { ...claims.find((claim: { hospital: string }) => claim.hospital === north), sid };
}

beforeAll(openDatabases);
beforeEach(() => {
	liar.random = null;
	liar.adds = 0n;
});

describe('a hospital that answers with other numbers than its data give', () => {
	it('teeth: its answer is released like any other, and without a recount nothing tells', async () => {
		const said = await answered({ plant: inflating });
		expect(said.ended.decision).toBe('released');
		expect(await audit(said)).toMatchObject({ log: 'matches', counts: { answered: ['5', '5', '3'] } });
	});

	it('hold: the recount differs from what it committed to', async () => {
		const said = await answered({ plant: inflating });
		expect(await audit(said)).toMatchObject({ recount: 'differs', counts: { recounted: truth } });
	});

	it('hold: an opening that is altered to the truth no longer fits the log, nor the coordinator’s', async () => {
		const said = await answered({ plant: inflating });
		await alterToTruth(said.node);
		const opened = await audit(said);
		expect(opened).toMatchObject({ log: 'differs', recount: 'matches' });
		expect(Object(opened).commitment).not.toBe(claimIn(said)['commitment']);
	});

	it('hold: so is one with another salt', async () => {
		const said = await answered();
		const salt = Buffer.alloc(32, 7).toString('base64url');
		const altered = sql`jsonb_set(opening, '{opening,salt}', to_jsonb(${salt}::text))`;
		await change(said.node, sql`update kept_input set opening = ${altered}`);
		expect(await audit(said)).toMatchObject({ log: 'differs', recount: 'matches' });
	});

	it('hold: a log that is altered to fit the altered opening is not the tree that was signed', async () => {
		const said = await answered({ plant: inflating });
		const before = Object(await audit(said));
		await alterToTruth(said.node);
		const after = Object(await audit(said));
		const leaf = sql`replace(leaf, ${before.subject}::text, ${after.subject}::text)`;
		await change(said.node, sql`update audit_entry set leaf = ${leaf} where key like '%/answered/%'`);
		expect([before.log, before.recount]).toEqual(['matches', 'differs']);
		expect(await audit(said)).toMatchObject({ log: 'differs', recount: 'matches' });
		const [row] = rowsOf(
			await change(said.node, sql`select leaf from audit_entry where key like '%/answered/%'`),
		);
		expect(row?.['leaf']).toContain(after.subject);
	});

	it('hold: an answer that the log does not hold is said to be absent, and one without opening not kept', async () => {
		const said = await answered();
		await change(said.node, sql`update audit_entry set key = 'elsewhere' where key like '%/answered/%'`);
		expect(await audit(said)).toMatchObject({ log: 'absent' });
		await change(said.node, sql`delete from kept_input`);
		expect(await audit(said)).toBe('not-kept');
	});
});

describe('a hospital that says what its data give', () => {
	const blind = newReceiverKeys(seededRandom('auditor'));
	const ways: readonly (readonly [string, Asking])[] = [
		['noised', {}],
		['noised, prepared ahead', { options: { preparedSessions: 1 } }],
		[
			'noised, in a blind network',
			{
				options: { policy: { visibility: 'blind', mechanisms: ['noised'] } },
				changes: { receiverKey: blind.publicKey },
			},
		],
		['exact, with comparisons', { question: { ...carriersBySex, release: { mechanism: 'exact' } } }],
	];

	it.each(ways)(
		'hold: opens what it signed, and is borne out by log and recount (%s)',
		async (how, asking) => {
			const said = await answered(asking);
			const opened = await audit(said);
			if (typeof opened === 'string') throw new Error(opened);
			const { counts, log, recount, comparisons } = opened;
			expect({ log, recount }).toEqual({ log: 'matches', recount: 'matches' });
			expect(counts?.recounted).toEqual(truth);
			expect(counts?.answered.slice(0, 3)).toEqual(truth);
			expect(comparisons > 0).toBe(how.startsWith('exact'));
			// The second copy, with a signature that only this hospital can have made.
			const { sid, hospital = '', hash = '', commitment = '', signature = '' } = claimIn(said);
			expect(commitment).toBe(opened.commitment);
			const roster = [{ hospital: north, identityKey: publicKeyOf(seedOf(north)) }];
			const statement = inputStatement(Buffer.from(sid, 'base64url'), { hospital, hash, commitment });
			expect(
				isSigned({ roster } as unknown as Parameters<typeof isSigned>[0], north, statement, signature),
			).toBe(true);
		},
	);

	it('hold: shows no number unless it is asked for, and logs that somebody looked', async () => {
		const said = await answered();
		const kept = await said.node.parts.sessions.keptInput(said.session);
		expect(kept === null ? null : inputCommitment(kept.opening)).toBe(claimIn(said)['commitment']);
		await audit(said);
		const { compliance } = await fixedKeys();
		const lines = (await Array.fromAsync(said.node.log.exportLines())).slice(1);
		const entries = lines.map((line) => openEntry(line, compliance));
		expect(entries.at(-1)).toMatchObject({ stage: 'audit', body: { event: 'input-opened', counts: true } });
		// The salt and what opens with it stand in no entry; the commitment stands in one leaf.
		const all = [...lines, ...entries.map(({ body }) => JSON.stringify(body))].join('\n');
		expect(all).not.toContain(kept?.opening.salt);
		expect(all).not.toContain(kept?.opening.counts);
	});

	it('hold: is not accused of those who withdrew since, and nobody counts them again', async () => {
		const said = await answered();
		const opened = await audit(said, [`${north} patient 0`]);
		expect(opened).toMatchObject({ log: 'matches', recount: 'withdrawals' });
		expect(Object(opened).counts).toMatchObject({ answered: truth, recounted: ['1', '2', '0'] });
	});

	it('hold: who had withdrawn before the answer explains nothing', async () => {
		const said = await answered({
			plant: (parts) => {
				const without = async () => (await parts.consents.all()).slice(1);
				return inflatingBy([0n, 0n, 1n])({ ...parts, consents: { all: without } });
			},
		});
		const opened = await audit(said, [`${north} patient 0`]);
		expect(opened).toMatchObject({ log: 'matches', recount: 'differs' });
		expect(Object(opened).counts).toMatchObject({
			answered: ['1', '2', '1'],
			recounted: ['1', '2', '0'],
		});
	});

	it('hold: a lie that is larger than the withdrawals is none of them', async () => {
		const said = await answered({ plant: inflating });
		expect(await audit(said, [`${north} patient 0`])).toMatchObject({ recount: 'differs' });
	});

	it('hold: is not judged by other data than it counted', async () => {
		const said = await answered();
		await writePatients(said.node.parts.snapshots, crowd(north, 30));
		expect(await audit(said)).toMatchObject({ log: 'matches', recount: 'replaced' });
	});
});

describe('what an opening does not show', () => {
	it('a lie that is told in the noise: it matches log and recount, and the sum is wrong', async () => {
		const said = await answered({
			plant: (parts) => {
				liar.random = parts.random;
				liar.adds = 1000n;
				return parts;
			},
		});
		expect(await audit(said)).toMatchObject({ log: 'matches', recount: 'matches' });
		const rows = rowsOf(
			await said.network.coordinator.database.read((tx) => tx.execute('select answer from query')),
		);
		const [{ raw }] = JSON.parse(String(rows[0]?.['answer'])).cells;
		expect(raw).toBeGreaterThan(900);
	});
});
