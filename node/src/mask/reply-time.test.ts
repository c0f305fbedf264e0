import { describe, expect, it } from 'vitest';
import { samplePlan, samplePolicy } from '../testing/sample-network.ts';
import { replyTimeOf } from './reply-time.ts';

const policy = { ...samplePolicy, replyMs: 1000, sessionDeadlineMs: 60_000 };
const listing = (cells: number) => ({ plan: samplePlan, earlier: [{ session: 'd'.repeat(64), cells }] });

describe('replyTimeOf', () => {
	it('grows with the numbers that are asked for: three cells, and four a padded earlier one', () => {
		expect(replyTimeOf(policy, { plan: samplePlan })).toBe(1003);
		expect(replyTimeOf(policy, listing(1))).toBe(1203);
		expect(replyTimeOf(policy, listing(51))).toBe(1403);
	});

	it('says nothing of how much was answered before, within the padding', () => {
		expect(replyTimeOf(policy, listing(50))).toBe(replyTimeOf(policy, listing(1)));
	});

	it('is a quarter of the session at most, and none where the policy sets none', () => {
		expect(replyTimeOf(policy, listing(16_000))).toBe(15_000);
		expect(replyTimeOf({ ...policy, replyMs: 0 }, listing(16_000))).toBe(0);
	});
});
