// A few schedules of faults on each kind of store, as a test of every run; CI and run-faults.ts run many more.

import { describe, expect, it } from 'vitest';
import { findPrograms, missingPrograms } from './faulty-servers.ts';
import { runSchedules } from './run-schedules.ts';

const count = 5;
/** Many daemons start and stop on whatever machine there is; how long that takes is no promise. */
const mostMs = 480_000;
const hasServers = (await findPrograms()) !== null;
if (!hasServers && process.env['CI'] !== undefined) throw new Error(missingPrograms);

describe('a network under faults', () => {
	it('keeps its promises on embedded stores', { timeout: mostMs }, async () => {
		expect(await violationsOf('embedded')).toEqual([]);
	});

	it.skipIf(!hasServers)('keeps its promises on PostgreSQL and OpenFGA', { timeout: mostMs }, async () => {
		expect(await violationsOf('real')).toEqual([]);
	});
});

async function violationsOf(servers: 'embedded' | 'real'): Promise<readonly unknown[]> {
	const { signal } = new AbortController();
	const report = await runSchedules({ first: 1, count, servers, goOn: true, tell: () => undefined, signal });
	expect(report.schedules).toBe(count);
	return report.violations;
}
