// Tries every door from inside: in the network of each container, a connection to each address and port of each other.

import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
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
export const ports: readonly number[] = [5432, 8080, 8081, 8443, 9464];

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
	targeted: { readonly places: readonly ContainerPlace[]; readonly ports: readonly number[] },
): Promise<readonly WallFinding[]> {
	const targets = targeted.places
		.filter(({ service }) => service !== from.service)
		.flatMap(({ service, addresses }) =>
			addresses.flatMap((address) => targeted.ports.map((port) => ({ service, address, port }))),
		);
	const printed = await inNetworkOf(compose, from, knockOnDoors, JSON.stringify(targets));
	const opened = JSON.parse(printed) as readonly { readonly service: string; readonly port: number }[];
	return opened.map(({ service, port }) => ({ from: from.service, to: service, port }));
}

export interface Outside {
	/** A container of nobody's, on the network that Docker gives to all. */
	readonly container: ContainerPlace;
	/** The machine on which all this runs, at every address by which a container could know it. */
	readonly machine: ContainerPlace;
	/** On which both listen. */
	readonly port: number;
	readonly close: () => Promise<void>;
}

/** What a way to the outside would reach: somebody listens there, so that a closed door proves something. */
export async function startOutside(compose: Compose): Promise<Outside> {
	const server = createServer((socket) => socket.destroy());
	await new Promise<void>((listening) => server.listen(0, '0.0.0.0', listening));
	const address = server.address();
	const port = typeof address === 'object' && address !== null ? address.port : 0;
	const program = `require('node:net').createServer((socket) => socket.destroy()).listen(${port})`;
	const options = [
		'--detach',
		'--rm',
		'--init',
		'--name',
		`${compose.project}-outside`,
		'--entrypoint',
		'node',
	];
	const started = await compose.docker(['run', ...options, 'cordon:local', '-e', program]);
	const id = started.stdout.trim();
	const close = async (): Promise<void> => {
		await compose.docker(['rm', '--force', id]);
		await new Promise((closed) => server.close(closed));
	};
	const { stdout } = await compose.docker(['inspect', '--format', '{{.NetworkSettings.IPAddress}}', id]);
	const container = { service: 'outside', id, addresses: [stdout.trim()] };
	const own = Object.values(networkInterfaces()).flatMap((list = []) => list);
	const known = own
		.filter(({ family, internal }) => family === 'IPv4' && !internal)
		.map((one) => one.address);
	const addresses = [...new Set([...known, ...(await gatewaysOf(compose))])];
	return { container, machine: { service: 'the machine', id: '', addresses }, port, close };
}

/** Docker's own end of each network of the project, where containers send what is not for their neighbours. */
async function gatewaysOf(compose: Compose): Promise<readonly string[]> {
	const filter = `label=com.docker.compose.project=${compose.project}`;
	const { stdout } = await compose.docker(['network', 'ls', '--quiet', '--filter', filter]);
	const ids = stdout.split('\n').filter((line) => line !== '');
	const format = '{{range .IPAM.Config}}{{.Gateway}} {{end}}';
	const inspected = await compose.docker(['network', 'inspect', '--format', format, ...ids]);
	return inspected.stdout.split(/\s+/).filter((text) => text !== '');
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
	const database = [
		{ from: 'coordinator', to: 'coordinator-postgres', port: 5432 },
		{ from: 'coordinator-postgres', to: 'coordinator', port: 8443 },
	];
	return [...toCentre, ...inside, ...database];
}
