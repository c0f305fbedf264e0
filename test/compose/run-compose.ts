// `pnpm test:compose`: starts docker-compose.yml as it is, asks the demo's questions of it, and looks at its walls.
// Prints each check as it ends, then one JSON line and `N passed, N failed`. Removes all that it made, unless --keep.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as waitMs } from 'node:timers/promises';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { parseSignedManifest, verifyExport } from '@cordon/shared';
import type { Answer } from '../../cli/src/client/ask-coordinator.ts';
import { fieldOf } from '../../cli/src/report/field-of.ts';
import { differencesOf } from './compare-answers.ts';
import { type Compose, findCompose } from './compose.ts';
import { type EmbeddedRun, intakeOf, runEmbedded } from './embedded-run.ts';
import { openDoors, placesOf, ports, startOutside, type WallFinding, wantedDoors } from './walls.ts';

const hospitals = ['north', 'south', 'east', 'west'] as const;
const size = { seed: 1, patients: 2000, hospitals: hospitals.length };
const startTimeoutMs = 900_000;
/** Asked where what is computed anew is looked at; with another epsilon each time, because a release is not made twice. */
const absence = {
	cordon: 1,
	project: 'glioma',
	purpose: 'HMB',
	cohort: { condition: { code: 'C71' } },
	ask: { count: {} },
};

const { values: options } = parseArgs({ options: { keep: { type: 'boolean', default: false } } });
const startedMs = performance.now();
const tally = { passed: 0, failed: 0 };
const secondsOf: Record<string, number> = {};

function say(line: string): void {
	console.log(`[${((performance.now() - startedMs) / 1000).toFixed(1).padStart(6)} s] ${line}`);
}

function check(what: string, problems: readonly string[]): void {
	if (problems.length === 0) tally.passed += 1;
	else tally.failed += 1;
	say(`${problems.length === 0 ? 'ok    ' : 'FAILED'} ${what}`);
	for (const problem of problems.slice(0, 20)) console.log(`           ${problem}`);
}

/** Work whose time is worth knowing; what it throws is a failed check. */
async function step<T>(name: string, work: () => Promise<T>): Promise<T | null> {
	say(name);
	const beginMs = performance.now();
	try {
		return await work();
	} catch (error) {
		check(name, [error instanceof Error ? error.message : 'failed']);
		return null;
	} finally {
		secondsOf[name] = Math.round((performance.now() - beginMs) / 100) / 10;
	}
}

async function must(compose: Compose, args: readonly string[], timeoutMs?: number): Promise<string> {
	const ran = await compose.run(args, timeoutMs);
	if (ran.code !== 0)
		throw new Error(`compose ${args.join(' ')}: ${(ran.stderr || ran.stdout).slice(-1500)}`);
	return ran.stdout;
}

async function ask(compose: Compose, file: string): Promise<Answer> {
	const where = ['--network', '/network/sample', '--state', '/network', '--json'];
	const args = ['exec', '-T', 'researcher', 'cordon', 'query', ...where, '-f', file];
	const { stdout, stderr } = await compose.run(args, 240_000);
	if (!stdout.startsWith('{')) throw new Error(`${file} got no answer: ${stderr.slice(-400)}`);
	return JSON.parse(stdout) as Answer;
}

/** Of a question that was not asked before. */
async function askNew(compose: Compose, epsilon: number): Promise<Answer> {
	const file = `/tmp/question-${epsilon}.json`;
	const text = JSON.stringify({ ...absence, release: { mechanism: 'noised', epsilon } });
	const write = "require('node:fs').writeFileSync(process.argv[1], process.argv[2])";
	await must(compose, ['exec', '-T', 'researcher', 'node', '-e', write, file, text]);
	return ask(compose, file);
}

/** Until every service that stays says that it is well. */
async function untilHealthy(compose: Compose, service: string): Promise<void> {
	const deadlineMs = performance.now() + 120_000;
	for (;;) {
		const id = (await must(compose, ['ps', '-q', service])).trim();
		const { stdout } = await compose.docker(['inspect', '--format', '{{.State.Health.Status}}', id]);
		if (stdout.trim() === 'healthy') return;
		if (performance.now() > deadlineMs) throw new Error(`${service} is ${stdout.trim()}`);
		await waitMs(500);
	}
}

async function checkIntake(compose: Compose, embedded: EmbeddedRun): Promise<void> {
	const logs = await must(compose, ['logs', '--no-color', 'join']);
	const intake = new Map<string, string>();
	for (const line of logs.split('\n')) {
		const at = line.indexOf('{"event":"ingested"');
		if (at < 0) continue;
		const event: unknown = JSON.parse(line.slice(at));
		intake.set(String(fieldOf(event, 'party')), intakeOf(fieldOf(event, 'details'), '/network/sample'));
	}
	const differing = hospitals.filter((id) => !intake.has(id) || intake.get(id) !== embedded.ingested.get(id));
	check('each hospital took in the same patients, files and facts', differing);
}

async function checkAnswers(compose: Compose, embedded: EmbeddedRun): Promise<void> {
	for (const asked of embedded.asked) {
		const answer = await ask(compose, `/network/sample/${asked.file}`);
		check(`${asked.file} is answered as by the embedded network`, differencesOf(asked, answer));
	}
}

async function checkWalls(compose: Compose): Promise<void> {
	const outside = await startOutside(compose);
	const inside = await placesOf(compose);
	const open: WallFinding[] = [];
	try {
		const { container, machine, port } = outside;
		const seen = await openDoors(compose, container, { places: [machine], ports: [port] });
		check('the machine is reached by whoever has a way to it', seen.length > 0 ? [] : ['it is not']);
		const places = [...inside, container, machine];
		for (const place of inside) {
			open.push(...(await openDoors(compose, place, { places, ports: [...ports, port] })));
		}
	} finally {
		await outside.close();
	}
	const named = (doors: readonly WallFinding[]): ReadonlySet<string> =>
		new Set(doors.map(({ from, to, port }) => `${from} -> ${to}:${port}`));
	const [wanted, found] = [named(wantedDoors(hospitals)), named(open)];
	const addresses = inside.flatMap((place) => place.addresses).length;
	say(
		`tried ${ports.length} ports at ${addresses} addresses, and the machine, from inside ${inside.length} containers; open:`,
	);
	for (const door of [...found].sort()) console.log(`           ${door}`);
	check(
		'no door is open that is not meant to be',
		[...found].filter((door) => !wanted.has(door)),
	);
	check(
		'every door that is meant to be is open',
		[...wanted].filter((door) => !found.has(door)),
	);
}

async function checkRights(compose: Compose): Promise<void> {
	const problems: string[] = [];
	for (const { service, id } of await placesOf(compose)) {
		const tried = await compose.docker([
			'exec',
			id,
			'sh',
			'-c',
			'id -u; touch /probe 2>/dev/null && echo writable',
		]);
		const [uid, writable] = tried.stdout.trim().split('\n');
		if (uid === '0' || uid === undefined || uid === '')
			problems.push(`${service} runs as user ${uid ?? 'unknown'}`);
		if (writable !== undefined) problems.push(`${service} can write to its root file system`);
		const { stdout } = await compose.docker(['exec', id, 'cat', '/proc/1/status']);
		for (const line of ['NoNewPrivs:\t1', 'CapEff:\t0000000000000000', 'CapBnd:\t0000000000000000'])
			if (!stdout.includes(line)) problems.push(`${service}: not ${line.replace('\t', ' ')}`);
	}
	check('nothing runs as root, can become it, or can write its root file system', problems);
}

async function checkAbsence(compose: Compose): Promise<void> {
	const [east] = (await placesOf(compose)).filter(({ service }) => service === 'east-node');
	await must(compose, ['stop', 'east-node']);
	const { stdout } = await compose.docker(['inspect', '--format', '{{.State.ExitCode}}', east?.id ?? '']);
	check(
		'a hospital that is stopped ends by itself, with code 0',
		stdout.trim() === '0' ? [] : [stdout.trim()],
	);
	const without = await askNew(compose, 0.3);
	check('with a hospital away, the others answer', [
		...(without['status'] === 'released' ? [] : [`status ${String(without['status'])}`]),
		...(isDeepStrictEqual(contributed(without), ['north', 'south', 'west'])
			? []
			: ['other hospitals contributed']),
	]);
	await must(compose, ['start', 'east-node']);
	await untilHealthy(compose, 'east-node');
	const again = await askNew(compose, 0.4);
	check(
		'when it is back, all answer',
		isDeepStrictEqual(contributed(again), [...hospitals].sort()) ? [] : ['not all'],
	);
}

function contributed(answer: Answer): unknown {
	const names: unknown = fieldOf(answer['hospitals'], 'contributed');
	return Array.isArray(names) ? [...names].sort() : names;
}

async function checkLogs(compose: Compose): Promise<void> {
	const manifest = parseSignedManifest(
		JSON.parse(
			await must(compose, [
				'exec',
				'-T',
				'north-node',
				'cat',
				'/network/hospitals/north/state/manifest.json',
			]),
		),
	);
	if (!manifest.ok) throw new Error('a node keeps the signed manifest');
	const { network, coordinator, members } = manifest.value.manifest;
	const keys = new Map([
		['coordinator', { name: `${network}/coordinator`, publicKey: coordinator.logKey }],
		...members.map(
			({ hospital, logKey }) => [hospital, { name: `${network}/${hospital}`, publicKey: logKey }] as const,
		),
	]);
	const exports = new Map<string, string>();
	for (const id of hospitals) {
		const where = ['--node', `/network/hospitals/${id}/node.yaml`];
		exports.set(id, await must(compose, ['exec', '-T', `${id}-node`, 'cordon', 'audit', 'export', ...where]));
	}
	// A coordinator's log is read while it does not run.
	await must(compose, ['stop', 'coordinator']);
	const where = ['--coordinator', '/network/coordinator/coordinator.yaml'];
	const exported = await must(compose, [
		'run',
		'--rm',
		'--no-deps',
		'-T',
		'coordinator',
		'audit',
		'export',
		...where,
	]);
	exports.set('coordinator', exported);
	for (const [party, text] of exports) {
		const lines = text.split('\n').filter((line) => line !== '');
		const key = keys.get(party);
		const verified = key === undefined ? null : verifyExport(lines, key);
		check(
			`the log of ${party} verifies, ${lines.length - 1} entries`,
			verified?.ok === true && lines.length > 1 ? [] : ['it does not'],
		);
	}
}

async function main(): Promise<void> {
	const embedded = await step('the same network, embedded', () => runEmbedded(size));
	if (embedded === null) return;
	const compose = await findCompose(`cordon-test-${process.pid}`);
	const hadImage = (await compose.docker(['image', 'inspect', 'cordon:local'])).code === 0;
	try {
		await step('build', () => must(compose, ['build', '--quiet'], startTimeoutMs));
		const up = await step('start, found, join and ingest', () => must(compose, ['up', '-d'], startTimeoutMs));
		if (up === null) return await explain(compose);
		await step('intake', () => checkIntake(compose, embedded));
		await step('questions', () => checkAnswers(compose, embedded));
		await step('rights', () => checkRights(compose));
		await step('walls', () => checkWalls(compose));
		await step('a hospital stops and comes back', () => checkAbsence(compose));
		await step('logs', () => checkLogs(compose));
	} finally {
		if (!options.keep) {
			await step('remove everything', async () => {
				await must(compose, ['down', '--volumes', '--remove-orphans'], startTimeoutMs);
				if (!hadImage) await compose.docker(['image', 'rm', 'cordon:local']);
				const left = await compose.docker([
					'volume',
					'ls',
					'--quiet',
					'--filter',
					`name=${compose.project}_`,
				]);
				check(
					'no container, network or volume is left',
					left.stdout.trim() === '' ? [] : ['volumes are left'],
				);
			});
		}
	}
}

/** What the containers said last, where the network did not come up. */
async function explain(compose: Compose): Promise<void> {
	const folder = await mkdtemp(join(tmpdir(), 'cordon-compose-logs-'));
	const { stdout } = await compose.run(['logs', '--no-color', '--tail', '200']);
	const states = await compose.run(['ps']);
	await writeFile(join(folder, 'logs.txt'), `${states.stdout}\n${stdout}`);
	console.log(`${states.stdout}\n${stdout.slice(-6000)}\nall of it: ${join(folder, 'logs.txt')}`);
	if (process.env['CI'] !== undefined) await rm(folder, { recursive: true });
}

try {
	await main();
} catch (error) {
	check('the run', [error instanceof Error ? error.message : 'failed']);
}
const seconds = Math.round((performance.now() - startedMs) / 1000);
console.log(JSON.stringify({ 'test:compose': { seconds, steps: secondsOf, ...tally } }));
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exitCode = tally.failed === 0 && tally.passed > 0 ? 0 : 1;
