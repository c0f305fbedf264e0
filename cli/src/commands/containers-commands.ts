// `cordon containers ...`: the one-shot steps of docker-compose.yml, which play every operator of a sample network.

import { systemClock, systemRandom } from '@cordon/shared';
import { foundInContainers, type SampleSize } from '../containers/found-in-containers.ts';
import {
	type ContainerLayout,
	containerLayout,
	coordinatorParty,
	coordinatorPort,
} from '../containers/layout.ts';
import { makeSecrets } from '../containers/make-secrets.ts';
import { joinHospitals } from '../processes/join-hospitals.ts';
import { preparedNetwork } from '../processes/prepare-network.ts';
import { hospitalProfiles } from '../synth/hospital-profiles.ts';
import { loadNetworkOrExplain } from './network-commands.ts';

const parts = { clock: systemClock, random: systemRandom };

export async function containersSecrets(root: string, hospitals: number): Promise<void> {
	const ids = hospitalProfiles(hospitals).map(({ id }) => id);
	const isNew = await makeSecrets(containerLayout(root), ids, parts);
	console.log(isNew ? `made certificates and passwords for ${ids.join(', ')}` : 'they had been made before');
}

export async function containersFound(root: string, size: SampleSize): Promise<void> {
	const isNew = await foundInContainers(containerLayout(root), size, parts);
	console.log(isNew ? `founded a network of ${size.hospitals} hospitals` : 'it had been founded before');
}

/** One JSON line an event, among them what each hospital took in. */
export async function containersJoin(root: string): Promise<void> {
	const layout: ContainerLayout = containerLayout(root);
	const folder = await loadNetworkOrExplain(layout.sample);
	const url = `https://${coordinatorParty}:${coordinatorPort}`;
	await joinHospitals(preparedNetwork(folder, layout.state, url), {
		clock: systemClock,
		tell: (event) => console.log(JSON.stringify(event)),
		signal: new AbortController().signal,
	});
}
