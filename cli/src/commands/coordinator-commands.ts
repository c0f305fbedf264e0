// `cordon coordinator ...`: founding a network, inviting its hospitals, running the daemon.

import { readFile, writeFile } from 'node:fs/promises';
import {
	type CoordinatorConfig,
	exportCoordinatorAudit,
	initCoordinator,
	inviteHospitals,
	parseCoordinatorConfig,
	startCoordinator,
} from '@cordon/coordinator';
import { systemClock, systemRandom } from '@cordon/shared';
import { InputWrong } from '../processes/input-wrong.ts';
import { daemonLog } from './daemon-log.ts';
import { readFounding } from './read-founding.ts';
import { endOf, untilStopped } from './until-stopped.ts';

const machine = { clock: systemClock, random: systemRandom };

/** Errors  throws `InputWrong` with every mistake of the file. */
export async function readCoordinatorConfig(file: string): Promise<CoordinatorConfig> {
	const text = await readFile(file, 'utf8').catch(() => null);
	if (text === null)
		throw new InputWrong(file, [{ path: '', message: 'there is no such file to read', nearest: [] }]);
	const parsed = parseCoordinatorConfig(text, file);
	if (!parsed.ok) throw new InputWrong(file, parsed.error);
	return parsed.value;
}

export async function coordinatorInit(configFile: string, foundingFile: string): Promise<void> {
	const config = await readCoordinatorConfig(configFile);
	const founding = await readFounding(foundingFile);
	const keys = await initCoordinator(config, founding, machine);
	console.log(JSON.stringify({ network: founding.network, ...keys }));
}

export async function coordinatorInvite(configFile: string, hospital: string, output: string): Promise<void> {
	const config = await readCoordinatorConfig(configFile);
	const [invitation] = await inviteHospitals(config, [hospital], machine);
	await writeFile(output, `${JSON.stringify(invitation, null, '\t')}\n`, { mode: 0o600, flag: 'wx' });
	console.log(`${output} invites ${hospital}: give it to its operator on a channel you trust`);
}

export async function coordinatorStart(configFile: string): Promise<void> {
	const config = await readCoordinatorConfig(configFile);
	const coordinator = await startCoordinator(config, machine);
	const { url, network } = coordinator;
	daemonLog(config.log, { component: 'coordinator', network }).ready({ url });
	await endOf(coordinator, await untilStopped());
}

/** Of a coordinator that does not run. */
export async function coordinatorAudit(configFile: string): Promise<void> {
	const config = await readCoordinatorConfig(configFile);
	for await (const line of exportCoordinatorAudit(config, machine)) console.log(line);
}
