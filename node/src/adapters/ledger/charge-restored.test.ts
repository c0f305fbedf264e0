import { describe, expect, it } from 'vitest';
import { decideCharges } from './charge-restored.ts';

const caps = { epochMicros: 10, lifeMicros: 100 };
const nowMs = Date.UTC(2027, 0, 15);
const spent = (byEpoch: Readonly<Record<string, number>>) => ({
	byEpoch: new Map(Object.entries(byEpoch)),
	lifeMicros: Object.values(byEpoch).reduce((sum, micros) => sum + micros, 0),
});

describe('decideCharges', () => {
	it('charges the rest of the present epoch where the backup is of this epoch', () => {
		expect(decideCharges(spent({ '2027-01': 4 }), caps, { from: '2027-01', nowMs })).toEqual([
			{ epoch: '2027-01', micros: 6 },
		]);
	});

	it('charges the rest of each epoch since the backup, over the turn of a year', () => {
		expect(decideCharges(spent({ '2026-11': 4 }), caps, { from: '2026-11', nowMs })).toEqual([
			{ epoch: '2026-11', micros: 6 },
			{ epoch: '2026-12', micros: 10 },
			{ epoch: '2027-01', micros: 10 },
		]);
	});

	it('charges no more than is left for life, and still names every epoch', () => {
		const given = spent({ '2026-10': 88 });
		expect(decideCharges(given, caps, { from: '2026-12', nowMs })).toEqual([
			{ epoch: '2026-12', micros: 10 },
			{ epoch: '2027-01', micros: 2 },
		]);
	});

	it('charges nothing below zero where a cap was lowered since', () => {
		const given = spent({ '2027-01': 30 });
		expect(decideCharges(given, { epochMicros: 10, lifeMicros: 20 }, { from: '2027-01', nowMs })).toEqual([
			{ epoch: '2027-01', micros: 0 },
		]);
	});

	it('charges the rest of its life where the store has no snapshot: nobody knows how old it is', () => {
		expect(decideCharges(spent({}), caps, { from: null, nowMs })).toEqual([
			{ epoch: '2027-01', micros: 100 },
		]);
	});

	it('fences the epoch of a store that is ahead of the clock', () => {
		expect(decideCharges(spent({}), caps, { from: '2027-03', nowMs })).toEqual([
			{ epoch: '2027-03', micros: 10 },
		]);
	});
});
