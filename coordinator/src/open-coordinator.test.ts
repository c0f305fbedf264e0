import { describe, expect, it } from 'vitest';
import { everyCoordinatorMigration } from './open-coordinator.ts';

describe('the migrations of a coordinator', () => {
	// A database of an earlier version has applied the first of these, and opens only if they are still the first.
	it('come in the order in which they came to be', () => {
		expect(everyCoordinatorMigration.map(({ id }) => id)).toEqual([
			'0001-coordinator',
			expect.stringMatching(/audit/),
			'0002-releases',
			'0002-prepared-sessions',
			'0005-exact-sessions',
			'0006-abandonments',
		]);
	});
});
