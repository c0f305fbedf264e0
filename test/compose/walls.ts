// Tries every door from inside: in the network of each container, a connection to each address and port of each other.

import type { Compose } from './compose.ts';

export interface ContainerPlace {
	readonly service: string;
	readonly id: string;
	/** IPv4 addresses, one a network. */
	readonly addresses: readonly string[];
}

export interface WallFinding {
	readonly from: string;
	readonly to: string;
	readonly port: number;
}

/** Every port on which any container of the file listens, on loopback or not. */
export const ports = [5432, 8080, 8081, 8443, 9464] as const;

export async function placesOf(compose: Compose): Promise<readonly ContainerPlace[]> {
	const { stdout } = await compose.docker([
		'ps',
		'--quiet',
		'--no-trunc',
		'--filter',
		`label=com.docker.compose.project=${compose.project}`,
	]);
	const ids = stdout.split('\n').filter((line) => line !== '');
	const inspected = await compose.docker(['inspect', ...ids]);
	const containers = JSON.parse(inspected.stdout) as readonly Inspected[];
	return containers.map(({ Id, Config, NetworkSettings }) => ({
		id: Id,
		service: Config.Labels['com.docker.compose.service'] ?? '',
		addresses: Object.values(NetworkSettings.Networks).map(({ IPAddress }) => IPAddress),
	}));
}

interface Inspected {
	readonly Id: string;
	readonly Config: { readonly Labels: Readonly<Record<string, string>> };
	readonly NetworkSettings: {
		readonly Networks: Readonly<Record<string, { readonly IPAddress: string }>>;
	};
}

/** Which doors open from inside `from`: by address, since a name that does not resolve would prove nothing. */
export async function openDoors(
	compose: Compose,
	from: ContainerPlace,
	places: readonly ContainerPlace[],
): Promise<readonly WallFinding[]> {
	const targets = places
		.filter(({ service }) => service !== from.service)
		.flatMap(({ service, addresses }) =>
			addresses.flatMap((address) => ports.map((port) => ({ service, address, port }))),
		);
	const printed = await inNetworkOf(compose, from, knockOnDoors, JSON.stringify(targets));
	const opened = JSON.parse(printed) as readonly { readonly service: string; readonly port: number }[];
	return opened.map(({ service, port }) => ({ from: from.service, to: service, port }));
}

/** Routes that lead further than the container's own networks. */
export async function routesOutside(compose: Compose, from: ContainerPlace): Promise<readonly string[]> {
	const table = await inNetworkOf(compose, from, readRoutes, '');
	// Destination and mask 0: the default route, in hexadecimal.
	return table.split('\n').filter((line) => line.split('\t')[1] === '00000000');
}

/** A program that is not the container's own, in the container's own network. */
async function inNetworkOf(
	compose: Compose,
	{ id }: ContainerPlace,
	program: string,
	argument: string,
): Promise<string> {
	const hardened = [
		'--read-only',
		'--cap-drop',
		'ALL',
		'--user',
		'1000:1000',
		'--network',
		`container:${id}`,
	];
	const ran = await compose.docker(
		['run', '--rm', ...hardened, '--entrypoint', 'node', 'cordon:local', '-e', program, argument],
		60_000,
	);
	if (ran.code !== 0) throw new Error(`the probe did not run: ${ran.stderr.slice(-400)}`);
	return ran.stdout;
}

const readRoutes = "process.stdout.write(require('node:fs').readFileSync('/proc/net/route', 'utf8'))";

/** A door that neither opens nor refuses within the time is shut: packets to it go nowhere. */
const knockOnDoors = `
const { connect } = require('node:net');
const targets = JSON.parse(process.argv[1]);
const knock = ({ address: host, port }) => new Promise((settle) => {
	const socket = connect({ host, port, timeout: 1500 });
	const end = (isOpen) => { socket.destroy(); settle(isOpen); };
	socket.once('connect', () => end(true)).once('timeout', () => end(false)).once('error', () => end(false));
});
Promise.all(targets.map(knock)).then((open) => console.log(JSON.stringify(targets.filter((_, at) => open[at]))));
`;

/**
 * Which doors must open, and no other. A hospital is reached from its own network alone; the coordinator and the
 * issuer by whoever has business with them.
 */
export function wantedDoors(hospitals: readonly string[]): readonly WallFinding[] {
	const nodes = hospitals.map((hospital) => `${hospital}-node`);
	const centre = ['coordinator', 'issuer'];
	const toCentre = [...nodes, 'researcher', ...centre].flatMap((from) =>
		centre.filter((to) => to !== from).map((to) => ({ from, to, port: 8443 })),
	);
	const inside = hospitals.flatMap((hospital) => [
		{ from: `${hospital}-node`, to: `${hospital}-postgres`, port: 5432 },
		{ from: `${hospital}-node`, to: `${hospital}-openfga`, port: 8080 },
		{ from: `${hospital}-openfga`, to: `${hospital}-postgres`, port: 5432 },
		{ from: `${hospital}-postgres`, to: `${hospital}-openfga`, port: 8080 },
	]);
	return [...toCentre, ...inside, { from: 'coordinator', to: 'coordinator-postgres', port: 5432 }];
}
