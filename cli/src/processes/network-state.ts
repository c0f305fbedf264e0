// Where a simulated network keeps what its parties would keep on their own machines, one folder a party.

import { join } from 'node:path';

export interface NetworkState {
	readonly root: string;
	readonly portsFile: string;
	readonly issuerFile: string;
	readonly coordinatorFile: string;
	readonly foundingFile: string;
	readonly coordinatorFolder: string;
	readonly hospitalFolder: (hospital: string) => string;
	readonly nodeFile: (hospital: string) => string;
	readonly nodeState: (hospital: string) => string;
	readonly profileFile: (person: string) => string;
	readonly logFile: (name: string) => string;
	/** Written last: with it, everything else is there. */
	readonly preparedFile: string;
}

export function networkState(root: string): NetworkState {
	const hospitalFolder = (hospital: string): string => join(root, 'hospitals', hospital);
	return {
		root,
		portsFile: join(root, 'ports.json'),
		issuerFile: join(root, 'issuer', 'issuer.json'),
		coordinatorFolder: join(root, 'coordinator'),
		coordinatorFile: join(root, 'coordinator', 'coordinator.yaml'),
		foundingFile: join(root, 'coordinator', 'founding.json'),
		hospitalFolder,
		nodeFile: (hospital) => join(hospitalFolder(hospital), 'node.yaml'),
		nodeState: (hospital) => join(hospitalFolder(hospital), 'state'),
		profileFile: (person) => join(root, 'people', `${person}.json`),
		logFile: (name) => join(root, 'logs', `${name}.log`),
		preparedFile: join(root, 'prepared.json'),
	};
}
