// Looks at everything a coordinator needs, whether it runs or not, and changes none of it.

import { join } from 'node:path';
import { type CoordinatorConfig, coordinatorLocation, everyCoordinatorMigration } from '@cordon/coordinator';
import { fieldOf } from '../report/field-of.ts';
import { checkDatabase } from './check-database.ts';
import { checkNodeVersion, checkSecret, checkStateFolder } from './check-machine.ts';
import { type Finding, looked, right, warning, wrong } from './finding.ts';

const timeoutMs = 5_000;

export async function examineCoordinator(config: CoordinatorConfig): Promise<readonly Finding[]> {
	const { stateFolder, database, tls } = config;
	const secrets = [
		...['identity.seed', 'log.seed'].map((name) => join(stateFolder, 'keys', name)),
		...(database.kind === 'postgres' ? [database.urlFile.reveal()] : []),
		...(tls === null ? [] : [tls.keyFile.reveal()]),
	];
	const serverMend = 'check that the server runs and that the address in the file of `urlFile` is right';
	const parts = [
		[checkNodeVersion(process.versions.node)],
		await looked('state folder', 'see who owns it', () => checkStateFolder(stateFolder)),
		await Promise.all(secrets.map(checkSecret)),
		await looked('database', serverMend, async () =>
			checkDatabase(await coordinatorLocation(config), everyCoordinatorMigration),
		),
		await checkServing(config),
	];
	return parts.flat();
}

async function checkServing({ listen, tls, publicUrl }: CoordinatorConfig): Promise<readonly Finding[]> {
	const host = listen.host.includes(':') ? `[${listen.host}]` : listen.host;
	const url = publicUrl ?? `http${tls === null ? '' : 's'}://${host}:${listen.port}`;
	const answer = await fetch(new URL('/v1/info', url), {
		signal: AbortSignal.timeout(timeoutMs),
		redirect: 'error',
	}).catch(() => null);
	if (answer === null) {
		const mend = 'start it; where it runs, check its certificate and the way to its public address';
		return [warning('coordinator', `nothing answers at ${url}`, mend)];
	}
	const info: unknown = await answer.json().catch(() => null);
	const state = fieldOf(info, 'state');
	if (state === 'current') return [right('coordinator', `answers at ${url}, manifest in force`)];
	if (typeof state !== 'string')
		return [wrong('coordinator', `${url} is something else`, 'see what listens there')];
	const waiting = fieldOf(info, 'waitingFor');
	const names = Array.isArray(waiting) ? waiting.join(', ') : '';
	return [warning('manifest', `is forming (${state})`, `waits for: ${names}`)];
}
