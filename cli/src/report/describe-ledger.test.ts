import { describe, expect, it } from 'vitest';
import { describeLedger } from './describe-ledger.ts';

const amount = (spent: number, reserved: number, left: number | null): object => ({
	spentMicros: spent,
	reservedMicros: reserved,
	leftMicros: left,
});

describe('describeLedger', () => {
	it('shows each cap with what is spent, reserved and left of it', () => {
		const lines = [
			{
				scope: 'epoch',
				name: '2026-11',
				epsilon: amount(1_250_000, 500_000, 8_250_000),
				rho: amount(505_000, 125_000, null),
				refundedMicros: 100_000,
			},
			{
				scope: 'life',
				name: null,
				epsilon: amount(1_250_000, 500_000, 98_250_000),
				rho: amount(1, 0, 2),
				refundedMicros: 0,
			},
			{
				scope: 'project',
				name: 'glioma',
				epsilon: amount(0, 0, 0),
				rho: amount(0, 0, null),
				refundedMicros: 0,
			},
			{
				scope: 'researcher',
				name: 'ada',
				epsilon: amount(0, 1, null),
				rho: amount(0, 1, null),
				refundedMicros: 0,
			},
		];
		expect(describeLedger({ hospital: 'north', epoch: '2026-11', lines })).toBe(
			[
				'north: privacy budget',
				'                epsilon spent  reserved   left  rho spent  reserved      left  epsilon given back',
				'epoch 2026-11            1.25       0.5   8.25      0.505     0.125         -                 0.1',
				'for life                 1.25       0.5  98.25   0.000001         0  0.000002                   0',
				'project glioma              0         0      0          0         0         -                   0',
				'person ada                  0  0.000001      -          0  0.000001         -                   0',
			].join('\n'),
		);
	});

	it('shows no line of what is no ledger', () => {
		expect(describeLedger(null).split('\n')).toHaveLength(2);
	});
});
