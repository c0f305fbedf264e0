import { describe, expect, it } from 'vitest';
import type { Ledger } from './ports.ts';
import { type PreviewParts, previewQuestion } from './preview-question.ts';
import { sampleDictionary, samplePolicy } from './testing/sample-network.ts';

const question = {
	cordon: 1,
	project: 'glioma',
	purpose: 'HMB',
	cohort: { condition: { code: 'C71.9' } },
	ask: { histogram: { of: 'sex' } },
	release: { mechanism: 'noised', epsilon: 0.5 },
};
/** Nothing may be reserved for a preview. */
const ledger: Ledger = {
	reserve: () => Promise.reject(new Error('a preview reserves nothing')),
	refundUnsent: async () => 'kept',
	refundAbandoned: async () => 'kept',
	commit: () => Promise.reject(new Error('a preview commits nothing')),
	spent: async (epoch) => ({ epochMicros: epoch === '2026-11' ? 2_000_000 : 0, lifeMicros: 3_000_000 }),
};
const parts: PreviewParts = { dictionary: sampleDictionary, policy: samplePolicy, ledger, epoch: '2026-11' };

async function issuesOf(input: unknown, change: Partial<PreviewParts> = {}): Promise<unknown> {
	const preview = await previewQuestion(input, { ...parts, ...change });
	return preview.ok ? 'ok' : preview.error.map(({ path, message }) => `${path}: ${message}`);
}

describe('previewQuestion', () => {
	it('shows what would be computed, what it would cost, and what would leave', async () => {
		expect(await previewQuestion(question, parts)).toEqual({
			ok: true,
			value: {
				query: expect.stringMatching(/^[0-9a-f]{64}$/),
				ask: 'histogram',
				mechanism: 'noised',
				dataClasses: ['clinical'],
				cells: [['female'], ['male'], ['unknown']],
				l1Sensitivity: 1,
				charge: { epsilonMicros: 500_000, leftInEpochMicros: 8_000_000, leftForLifeMicros: 97_000_000 },
				leaves: '24 bytes of masked shares, which say nothing without those of the other hospitals',
			},
		});
	});

	it('says that the coordinator of a plain network sees the counts', async () => {
		const policy = { ...samplePolicy, aggregation: 'plain' } as const;
		const preview = await previewQuestion(question, { ...parts, policy });
		expect(preview.ok && preview.value.leaves).toBe(
			'3 counts of this hospital, noised or at least its own k, which the coordinator sees',
		);
	});

	it('says who can open the sum of a blind network', async () => {
		const policy = { ...samplePolicy, visibility: 'blind' } as const;
		const preview = await previewQuestion(question, { ...parts, policy });
		expect(preview.ok && preview.value.leaves).toBe(
			'24 bytes of masked shares, whose sum with those of the other hospitals only who asks can open',
		);
	});

	it('shows the sensitivity of the network, not of one hospital', async () => {
		const preview = await previewQuestion(question, {
			...parts,
			policy: { ...samplePolicy, hospitalsPerPatient: 3 },
		});
		expect(preview.ok && preview.value.l1Sensitivity).toBe(3);
	});

	it('shows no charge before the first snapshot, and none of epsilon where exact', async () => {
		const before = await previewQuestion(question, { ...parts, epoch: null });
		expect(before.ok && before.value.charge).toBeNull();
		const exact = await previewQuestion({ ...question, release: { mechanism: 'exact' } }, parts);
		expect(exact.ok && exact.value.charge?.epsilonMicros).toBe(0);
	});

	it.each([
		['more cells than permitted', question, { maxCells: 2 }, ': would be refused: malformed'],
		[
			'a mechanism that is not agreed',
			{ ...question, release: { mechanism: 'exact' } },
			{ mechanisms: ['noised'] },
			': would be refused: not-permitted',
		],
	] as const)('refuses %s in the words a researcher would hear', async (_what, input, policy, issue) => {
		expect(await issuesOf(input, { policy: { ...samplePolicy, ...policy } })).toEqual([issue]);
	});

	it.each([null, 'text', 7, [], {}])('refuses %j, which is no question', async (input) => {
		expect(await issuesOf(input)).not.toBe('ok');
	});

	it('names the place of a mistake', async () => {
		const preview = await previewQuestion({ ...question, ask: { histogram: { of: 'sexx' } } }, parts);
		expect(preview).toMatchObject({ ok: false, error: [{ path: '/ask/histogram/of', nearest: ['sex'] }] });
	});

	it('fails where the ledger cannot say, and shows no budget it does not know', async () => {
		const spent = (): Promise<never> => Promise.reject(new Error('connection lost'));
		await expect(previewQuestion(question, { ...parts, ledger: { ...ledger, spent } })).rejects.toThrow(
			'connection lost',
		);
	});
});
