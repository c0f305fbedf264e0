// `cordon node restore-accept`: the operator's word that the database came from a backup, and what that costs.

import { acceptRestored, type RestoreFault } from '@cordon/node';
import { systemClock, systemRandom } from '@cordon/shared';
import { readNodeConfig } from './node-commands.ts';

const explanations: Readonly<Record<RestoreFault, string>> = {
	'not-rolled-back': 'the database is as new as what this node has said: nothing to accept, nothing charged',
	'another-history':
		'the database holds the log of another node, or one that went its own way: it cannot be used',
	'not-joined': 'this node has joined no network: it has never answered, so there is nothing to accept',
};

export async function nodeRestoreAccept(configFile: string): Promise<void> {
	const config = await readNodeConfig(configFile);
	const accepted = await acceptRestored(config, { clock: systemClock, random: systemRandom });
	if (!accepted.ok) throw new Error(explanations[accepted.error]);
	const { foundEntries, refilledEntries, charged } = accepted.value;
	console.log(`${foundEntries} log entries found, ${refilledEntries} put back from the witness`);
	console.log('every open session is void, and what may have been spent is charged:');
	for (const { epoch, micros } of charged) console.log(`  ${epoch}: epsilon ${micros / 1e6}`);
	console.log(
		'the node answers nothing from these epochs, and is paused: start it, ingest, and `cordon node resume`',
	);
}
