// What the logs of hospitals and coordinator give away, to everybody who reads the tree and to the compliance officer who
// opens the bodies: never a count, a patient, a pseudonym or a token; and to everybody, no person and no minute.

import { admitExact, encodeSafeCounts } from '@cordon/shared';
import { beforeAll, describe, expect, it } from 'vitest';
import type { NodeParts } from '../../node/src/ports.ts';
import { openEntry } from '../e2e/opened-log.ts';
import { hospitals, type InProcessNetwork, openDatabases, openNetwork } from './in-process-network.ts';
import { crowd } from './neighbouring-patients.ts';
import { fixedKeys, type PreparedAsk, prepareAsk } from './prepared-asks.ts';

/** Counts that nothing else is: of 1,237 patients at one hospital 413 carry the variant. */
const size = 1237;
const counts = ['1237', '413', '824', '619', '618'];

const question = {
	cordon: 1,
	project: 'glioma',
	purpose: 'HMB',
	cohort: { gene: { symbol: 'IDH1' } },
	ask: { count: {} },
	release: { mechanism: 'noised', epsilon: 0.5 },
};

interface Logs {
	/** What everybody may read. */
	readonly leaves: readonly string[];
	/** What compliance opens. */
	readonly bodies: readonly string[];
	readonly ask: PreparedAsk;
}

/** The fault: a node that logs what it counted. */
function talkative(parts: NodeParts): NodeParts {
	const count: NodeParts['index']['count'] = async (plan, patients) => {
		const raw = await parts.index.count(plan, patients);
		const body = { counted: encodeSafeCounts(raw.map(admitExact)) };
		await parts.audit.append({ key: 'counted', stage: 'count', decision: 'answered', body });
		return raw;
	};
	return { ...parts, index: { ...parts.index, count } };
}

async function logsOf(plant: (parts: NodeParts) => NodeParts): Promise<Logs> {
	const network = await openNetwork({
		patients: Object.fromEntries(hospitals.map((name) => [name, crowd(name, name === 'north' ? size : 7)])),
		plant: (hospital, parts) => (hospital === 'north' ? plant(parts) : parts),
	});
	const ask = await prepareAsk('logged', question);
	const init = { method: 'POST', headers: ask.headers, body: ask.body };
	await network.call('researcher', '/v1/queries', init);
	await network.settle();
	const lines = await everyLine(network);
	const { compliance } = await fixedKeys();
	return {
		leaves: lines.map((line) => JSON.parse(line).leaf as string),
		bodies: lines.map((line) => JSON.stringify(openEntry(line, compliance).body)),
		ask,
	};
}

async function everyLine({ nodes, coordinatorLog }: InProcessNetwork): Promise<readonly string[]> {
	const logs = [coordinatorLog, ...nodes.map(({ log }) => log)];
	const exports = await Promise.all(logs.map((log) => Array.fromAsync(log.exportLines())));
	return exports.flatMap((lines) => lines.slice(1));
}

/** A number of its own, not a part of a longer one or of a hash. */
function numbersIn(texts: readonly string[]): readonly string[] {
	return texts.flatMap((text) => text.match(/(?<![0-9a-zA-Z_-])\d+(?![0-9a-zA-Z_-])/g) ?? []);
}

describe('the logs of a network that has answered', () => {
	let logs: Logs;
	beforeAll(openDatabases);
	beforeAll(async () => {
		logs = await logsOf((parts) => parts);
	});

	it('hold an entry of each party, and each body opens', () => {
		expect(logs.bodies.length).toBeGreaterThan(3 * hospitals.length);
		expect(logs.bodies.every((body) => body.startsWith('{'))).toBe(true);
	});

	it('teeth: a count that is logged is found', async () => {
		const found = numbersIn((await logsOf(talkative)).bodies);
		expect(counts.some((count) => found.includes(count))).toBe(true);
	});

	it('hold: name no count', () => {
		const found = numbersIn([...logs.bodies, ...logs.leaves]);
		expect(counts.filter((count) => found.includes(count))).toEqual([]);
	});

	it('hold: name no patient and no token', () => {
		const { token, request } = JSON.parse(logs.ask.body) as { token: string; request: string };
		const all = [...logs.bodies, ...logs.leaves].join('\n');
		expect(all).not.toContain('patient ');
		for (const secret of [token, token.split('.')[2] ?? '', request.split('.')[2] ?? '']) {
			expect(all).not.toContain(secret);
		}
	});

	it('hold: to everybody, name no person, no purpose and no minute', () => {
		const leaves = logs.leaves.join('\n');
		for (const word of ['"ada', '#ada', 'id.example', 'glioma', 'HMB', 'IDH1'])
			expect(leaves).not.toContain(word);
		const hours = logs.leaves.map((leaf) => JSON.parse(leaf).hour as string);
		expect(hours.every((hour) => hour.endsWith(':00:00.000Z'))).toBe(true);
	});
});
