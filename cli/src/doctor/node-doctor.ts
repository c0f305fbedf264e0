// Looks at everything a hospital's node needs, whether it runs or not, and changes none of it.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
	askNode,
	checkAuthorization,
	checkSources,
	databaseLocation,
	loadOperatorFiles,
	type NodeConfig,
	nodeMigrations,
} from '@cordon/node';
import { type Clock, parseSignedManifest } from '@cordon/shared';
import { describeIssue } from '../processes/input-wrong.ts';
import { fieldOf } from '../report/field-of.ts';
import { checkCoordinator, checkIssuer } from './check-coordinator.ts';
import { checkDatabase } from './check-database.ts';
import { checkNodeVersion, checkSecret, checkStateFolder } from './check-machine.ts';
import { type Finding, looked, right, warning, wrong } from './finding.ts';

export async function examineNode(config: NodeConfig, clock: Clock): Promise<readonly Finding[]> {
	const { stateFolder } = config;
	const serverMend = 'check that the server runs and that the address in the file of `urlFile` is right';
	const parts = [
		[checkNodeVersion(process.versions.node)],
		await looked('state folder', 'see who owns it', () => checkStateFolder(stateFolder)),
		await Promise.all(secretsOf(config).map(checkSecret)),
		await checkFiles(config),
		await checkRunning(config),
		await looked('database', serverMend, async () =>
			checkDatabase(await databaseLocation(config), nodeMigrations),
		),
		await checkEngine(config),
		await looked('coordinator', 'call its operator', () => checkCoordinator(config.coordinator, clock.nowMs)),
		await checkMembership(config),
	];
	return parts.flat();
}

function secretsOf({ stateFolder, database, policyEngine }: NodeConfig): readonly string[] {
	const keys = ['identity.seed', 'log.seed', 'pseudonym.key'].map((name) => join(stateFolder, 'keys', name));
	const url = database.kind === 'postgres' ? [database.urlFile] : [];
	const token =
		policyEngine.kind === 'openfga' && policyEngine.tokenFile !== null ? [policyEngine.tokenFile] : [];
	return [...keys, join(stateFolder, 'witness.ndjson'), ...url, ...token];
}

/** What the operator wrote, and what it points to. */
async function checkFiles(config: NodeConfig): Promise<readonly Finding[]> {
	const files = await loadOperatorFiles(config).catch((error: unknown) =>
		error instanceof Error ? error.message : 'not readable',
	);
	if (typeof files === 'string') return [wrong('files', files, 'mend the file')];
	const issues = await checkSources(config.sources, { ...files, baseFolder: config.baseFolder });
	return [
		right('files', 'authorization, dictionary and mapping are readable'),
		...issues.map((issue) => wrong('sources', describeIssue(issue).trim(), 'mend the path, or `sources`')),
		...(issues.length === 0 ? [right('sources', `${config.sources.length} are readable`)] : []),
		...(await checkWithdrawals(config)),
	];
}

async function checkWithdrawals({ withdrawalsFile }: NodeConfig): Promise<readonly Finding[]> {
	if (withdrawalsFile === null) return [];
	const text = await readFile(withdrawalsFile).catch(() => null);
	if (text !== null) return [right('withdrawals', 'are readable')];
	return [
		wrong('withdrawals', `${withdrawalsFile} cannot be read`, 'until it can, the node answers nothing'),
	];
}

async function checkRunning({ stateFolder }: NodeConfig): Promise<readonly Finding[]> {
	const status = await askNode(stateFolder, { method: 'GET', path: '/status' }).catch(() => null);
	if (status === null) return [warning('node', 'does not run', 'cordon node start --config FILE')];
	const { value } = status;
	const state = fieldOf(value, 'state');
	const epoch = fieldOf(value, 'epoch');
	return [
		state === 'member'
			? right('node', 'runs, and is a member')
			: warning('node', 'runs, and has not joined', 'cordon node manifest, then accept'),
		typeof epoch === 'string'
			? right('snapshot', `of epoch ${epoch}`)
			: warning('snapshot', 'there is none', 'cordon node ingest'),
		...(fieldOf(value, 'paused') === true ? [warning('answering', 'is paused', 'cordon node resume')] : []),
	];
}

async function checkEngine(config: NodeConfig): Promise<readonly Finding[]> {
	if (config.policyEngine.kind === 'in-process') return [right('policy engine', 'is in the process')];
	return looked('policy engine', 'check address, token and network of the OpenFGA server', async () => {
		const difference = await checkAuthorization(config);
		if (!difference.ok) return [wrong('policy engine', 'gives no answer', 'start the OpenFGA server')];
		if (difference.value.isInSync) return [right('policy engine', 'says what authorization.yaml says')];
		return [
			wrong('policy engine', 'differs from authorization.yaml', 'cordon node authz sync --config FILE'),
		];
	});
}

/** The issuers are those of the manifest that all signed; another list would be the coordinator's word. */
async function checkMembership({ stateFolder }: NodeConfig): Promise<readonly Finding[]> {
	const text = await readFile(join(stateFolder, 'manifest.json'), 'utf8').catch(() => null);
	if (text === null)
		return [warning('manifest', 'none has been adopted', 'cordon node manifest, then accept')];
	return looked('manifest', 'ask the consortium: the kept manifest is damaged', async () => {
		const signed = parseSignedManifest(JSON.parse(text));
		if (!signed.ok) return [wrong('manifest', 'is damaged', 'put manifest.json back from another copy')];
		const { network, version, issuers } = signed.value.manifest;
		const found = await Promise.all(issuers.map(checkIssuer));
		return [right('manifest', `version ${version} of ${network}`), ...found];
	});
}
