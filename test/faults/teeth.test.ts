// The harness finds what it is there to find: for each promise a daemon that breaks it, planted, run and reported.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BrokenNetwork, startBrokenNetwork } from './broken-network.ts';
import { openChronicle } from './check-sessions.ts';
import { type PlantedBug, plantedBugs } from './planted-bugs.ts';
import { runSchedule } from './run-schedule.ts';
import type { Schedule } from './schedule.ts';
import { invariants } from './violation.ts';

/** What is planted is waited for in vain: not for long. */
const patience = { deadlineMs: 6_000, slackMs: 3_000, quietMs: 8_000 };

/** A daemon is started four times, and the last promise is waited for until the end of patience. */
const mostMs = 240_000;

let network: BrokenNetwork;

beforeAll(async () => {
	network = await startBrokenNetwork({ servers: 'embedded', patience, plantable: true });
});
afterAll(() => network?.close());

describe('the harness', () => {
	it('has a planted bug for each promise', () => {
		expect(new Set(plantedBugs.map(({ invariant }) => invariant))).toEqual(new Set(invariants));
	});

	it('finds nothing where nothing is planted', { timeout: mostMs }, async () => {
		for (const { fault, epsilonMicros } of plantedBugs.slice(1, 4)) {
			const chronicle = await openChronicle(network);
			const { violations } = await runSchedule(scheduleOf(fault, epsilonMicros), network, chronicle);
			expect(violations).toEqual([]);
		}
	});

	it.each(plantedBugs)('finds $name', { timeout: mostMs }, async (bug) => {
		const chronicle = await openChronicle(network);
		await restartWith(bug);
		try {
			const schedule = scheduleOf(bug.fault, bug.epsilonMicros);
			const { violations } = await runSchedule(schedule, network, chronicle);
			expect(violations).toContainEqual(expect.objectContaining({ invariant: bug.invariant }));
		} finally {
			await restartWith({ ...bug, right: '' });
		}
	});
});

function scheduleOf(fault: PlantedBug['fault'], epsilonMicros: number): Schedule {
	return {
		seed: 0,
		question: { ask: 'histogram', fromAge: 30, epsilonMicros },
		client: 'steady',
		faults: [fault],
	};
}

/** An empty `right` takes the bug out again. */
async function restartWith({ party, file, right, wrong }: PlantedBug): Promise<void> {
	const daemon = network.daemons.get(party);
	await network.plant(party, right === '' ? null : { file, right, wrong });
	await daemon?.stop();
	await daemon?.start();
	await network.untilQuiet(25_000);
}
