import {
	manifestHash,
	newReceiverKeys,
	openSealedSum,
	parseSealedSum,
	policyHash,
	rowsOf,
	type SecaggTerms,
	sessionParameters,
} from '@cordon/shared';
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { answerHashOf, verifyAnswer } from '../release/compose-answer.ts';
import type { FakeMember } from '../testing/fake-member.ts';
import { ask, getQuery, type Json, question, submit } from '../testing/researcher.ts';
import { countingRandom } from '../testing/seeded.ts';
import { foundNetwork, type TestCoordinator, testCoordinator } from '../testing/test-coordinator.ts';
import { testFounding, testPolicy } from '../testing/test-policy.ts';

const receiver = newReceiverKeys(countingRandom('researcher'));
const key = { receiverKey: receiver.publicKey };
const counts = [700_003, 812_349, 934_127, 655_321];
const sum = 3_101_800;

let coordinator: TestCoordinator;
let members: readonly FakeMember[];

async function start(visibility: 'visible' | 'blind'): Promise<void> {
	const policy = { ...testPolicy, visibility, mechanisms: ['noised'] } as const;
	coordinator = await testCoordinator({ founding: { ...testFounding, policy } });
	members = await foundNetwork(coordinator);
}

/** All that the coordinator has stored, said and logged, after each message of each hospital. */
async function recordAll(id: string): Promise<string> {
	let seen = '';
	for (let round = 0; round < 8; round += 1) {
		for (const [at, member] of members.entries()) {
			await member.work([counts[at] ?? 0]);
			seen += await everyRow();
		}
	}
	const told = JSON.stringify(await getQuery(coordinator, id));
	return `${seen}${told}${coordinator.logged.join()}${JSON.stringify(coordinator.entries)}`;
}

async function everyRow(): Promise<string> {
	const listed = await coordinator.database.read((tx) =>
		tx.execute(sql`select tablename from pg_tables where schemaname = 'public'`),
	);
	const texts: string[] = [];
	for (const { tablename } of rowsOf(listed)) {
		const name = sql.identifier(String(tablename));
		texts.push(
			JSON.stringify(rowsOf(await coordinator.database.read((tx) => tx.execute(sql`select * from ${name}`)))),
		);
	}
	return texts.join('\n');
}

/** In which forms the number stands there: as digits, or packed as in a vector of one cell. */
function formsOf(value: number, text: string): readonly string[] {
	const packed = Buffer.alloc(8);
	packed.writeBigUInt64LE(BigInt(value));
	const forms = {
		digits: String(value),
		hex: packed.toString('hex'),
		base64url: packed.toString('base64url'),
	};
	return Object.entries(forms).flatMap(([form, written]) => (text.includes(written) ? [form] : []));
}

async function manifest(): ReturnType<FakeMember['manifest']> {
	const [member] = members;
	if (member === undefined) throw new Error('a network has members');
	return member.manifest();
}

async function opened(answer: Json): Promise<unknown> {
	const sealed = parseSealedSum(answer['sealed']);
	const signed = await manifest();
	const parameters = sessionParameters(4, signed.policy, 'noised');
	if (!sealed.ok || !parameters.ok) throw new Error('not sealed');
	const terms: SecaggTerms = {
		session: sealed.value.session,
		manifestHash: manifestHash(signed),
		policyHash: policyHash(signed.policy),
		roster: signed.members.map(({ hospital, identityKey }) => ({ hospital, identityKey })),
		parameters: parameters.value,
		requestHash: String(answer['requestHash']),
		cells: 1,
		valueBits: 64,
		...key,
	};
	const cells = openSealedSum(sealed.value, terms, receiver.secret);
	return cells.ok ? cells.value.map(String) : cells.error;
}

describe('a blind network', () => {
	beforeEach(() => start('blind'));

	it('answers with a sum that the holder of the key opens, signed, logged and without a number', async () => {
		const id = await ask(coordinator, { ...question('noised'), ...key });
		await recordAll(id);
		const answer = await getQuery(coordinator, id);
		expect(answer).toMatchObject({
			status: 'released',
			ask: 'count',
			mechanism: 'noised',
			visibility: 'blind',
			epsilon: 0.5,
			k: null,
			noise: { hospitals: 2, contributors: 4 },
			hospitals: { contributed: ['east', 'north', 'south', 'west'], absent: [] },
			claims: expect.arrayContaining([expect.stringContaining('If 2 did, it would be exp(')]),
		});
		for (const absent of ['cells', 'margins', 'raw', 'value']) expect(answer).not.toHaveProperty(absent);
		expect(await opened(answer)).toEqual([String(sum)]);
		expect(verifyAnswer(answer, (await manifest()).coordinator.identityKey)).toBe(true);
		const changed = { ...answer, sealed: { ...Object(answer['sealed']), sum: 'AAAAAAAAAAA' } };
		expect(verifyAnswer(changed, (await manifest()).coordinator.identityKey)).toBe(false);
		const logged = coordinator.entries.find(({ key: name }) => name.startsWith('ended/'));
		expect(logged?.body).toMatchObject({
			answerHash: answerHashOf(answer as Parameters<typeof answerHashOf>[0]),
		});
	});

	it('leaves nothing of the sum, nor of a hospital, in any row, answer, log line or entry, at any step', async () => {
		const id = await ask(coordinator, { ...question('noised'), ...key });
		const seen = await recordAll(id);
		expect(seen).toContain('"sealed"');
		for (const value of [sum, ...counts]) expect(formsOf(value, seen)).toEqual([]);
		expect(seen).not.toContain(Buffer.from(receiver.secret.reveal()).toString('base64url'));
	});

	it('opens without a hospital that falls silent', async () => {
		const id = await ask(coordinator, { ...question('noised'), ...key });
		const [silent, ...others] = members;
		for (let round = 0; round < 2; round += 1) for (const member of members) await member.work([5]);
		coordinator.time.advance((testPolicy.sessionDeadlineMs * 3) / 4);
		for (const member of others) await member.work([5]);
		await coordinator.parts.pipeline.sweep();
		for (let round = 0; round < 4; round += 1) for (const member of others) await member.work([5]);
		const answer = await getQuery(coordinator, id);
		expect(answer).toMatchObject({ hospitals: { absent: [{ hospital: silent?.hospital, reason: 'left' }] } });
		expect(await opened(answer)).toEqual(['15']);
	});

	it.each([
		['exists', { ...question('noised', { ask: { exists: {} } }), ...key }, 400, '/ask'],
		['an exact answer', { ...question('exact'), ...key }, 403, '/release/mechanism'],
		['a question without a key', question('noised'), 400, ''],
		['a key of low order', { ...question('noised'), receiverKey: 'A'.repeat(43) }, 400, ''],
	])('refuses %s with what to change, and asks no hospital', async (_what, asked, status, path) => {
		const refused = await submit(coordinator, asked);
		expect(refused.status).toBe(status);
		expect(await refused.json()).toMatchObject({ status: 'refused', issues: [{ path }] });
		expect(await members[0]?.poll()).toEqual([]);
	});
});

describe('a visible network', () => {
	beforeEach(() => start('visible'));

	it('has the sum in its answer, where the same search finds it', async () => {
		const id = await ask(coordinator, question('noised'));
		expect(formsOf(sum, await recordAll(id))).toContain('digits');
	});

	it("refuses a researcher's key", async () => {
		expect((await submit(coordinator, { ...question('noised'), ...key })).status).toBe(400);
	});
});
