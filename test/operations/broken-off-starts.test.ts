// What is left of a network that did not come up, or that its person stopped: nothing that runs, no key, no store.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { askNode } from '@cordon/node';
import { initCrypto, systemClock, systemRandom } from '@cordon/shared';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadNetwork } from '../../cli/src/network/load-network.ts';
import { Interrupted } from '../../cli/src/processes/interruption.ts';
import type { NetworkEvent } from '../../cli/src/processes/join-hospitals.ts';
import { type PreparedNetwork, prepareNetwork } from '../../cli/src/processes/prepare-network.ts';
import { runNetwork } from '../../cli/src/processes/run-network.ts';

const mainFile = new URL('../../cli/src/main.ts', import.meta.url).pathname;
const example = resolve(import.meta.dirname, '../networks/small');
const parts = { clock: systemClock, random: systemRandom };
let scratch = '';

beforeEach(async () => {
	await initCrypto();
	scratch = await mkdtemp(join(tmpdir(), 'cordon-broken-off-'));
});
afterEach(() => rm(scratch, { recursive: true, force: true, maxRetries: 10 }));

async function prepared(): Promise<PreparedNetwork> {
	const loaded = await loadNetwork(example, {});
	if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
	const servers = { postgresUrl: null, openfgaUrl: null };
	return prepareNetwork(loaded.value, join(scratch, 'state'), { ...parts, servers });
}

/** The hospitals whose node answers at its own socket. */
async function answering({ hospitals, state }: PreparedNetwork): Promise<readonly string[]> {
	const asked = hospitals.map(async (hospital) =>
		askNode(state.nodeState(hospital), { method: 'GET', path: '/status' }).then(
			() => [hospital],
			() => [],
		),
	);
	return (await Promise.all(asked)).flat();
}

it('ends the nodes that were still starting when another could not', async () => {
	const network = await prepared();
	const [broken = '', ...others] = network.hospitals;
	await writeFile(network.state.nodeFile(broken), 'cordon: 1\n');
	const told: NetworkEvent[] = [];
	const tell = (event: NetworkEvent): void => void told.push(event);
	const running = runNetwork(network, { ...parts, tell, signal: new AbortController().signal });
	await expect(running).rejects.toThrow(network.state.nodeFile(broken));
	const started = told.filter(({ event }) => event === 'started').map(({ party }) => party);
	expect(started.toSorted()).toEqual(['coordinator', 'issuer', ...others].toSorted());
	expect(await answering(network)).toEqual([]);
}, 120_000);

it('ends all of them where it is stopped while they start', async () => {
	const network = await prepared();
	const stop = new AbortController();
	const tell = ({ party }: NetworkEvent): void => {
		if (party === 'coordinator') stop.abort(new Interrupted('interrupted'));
	};
	await expect(runNetwork(network, { ...parts, tell, signal: stop.signal })).rejects.toThrow(Interrupted);
	expect(await answering(network)).toEqual([]);
}, 120_000);

it.each([
	['ask', ['ask', example, join(example, 'questions', 'enhancement.json')], 'coordinator: started'],
	['demo', ['demo', '--json', '--patients', '60', '--hospitals', '3'], 'coordinator: started'],
	['demo, at its files', ['demo', '--json', '--patients', '60', '--hospitals', '3'], 'Writing the files'],
])(
	'leaves nothing of `cordon %s` that is interrupted',
	async (_what, args, line) => {
		const env = { ...process.env, TMPDIR: scratch };
		const child = spawn(process.execPath, [mainFile, ...args], { env, stdio: ['ignore', 'ignore', 'pipe'] });
		const closed = once(child, 'close');
		let said = '';
		child.stderr.setEncoding('utf8').on('data', (text: string) => {
			const isFirst = !said.includes(line);
			said += text;
			if (isFirst && said.includes(line)) child.kill('SIGINT');
		});
		expect([await closed, said]).toEqual([[130, null], expect.stringContaining('cordon: interrupted')]);
		expect(await readdir(scratch)).toEqual([]);
	},
	120_000,
);
