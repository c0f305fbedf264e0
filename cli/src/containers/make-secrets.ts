// The first step of the containers' network: certificates, passwords and the files with which the servers start.
// Runs before any of them, without a network of its own; a second run finds the first one's work and does nothing.

import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Clock, type Random, toBase64Url } from '@cordon/shared';
import { stringify } from 'yaml';
import { writeOwn } from '../processes/found-network.ts';
import {
	type ContainerLayout,
	coordinatorParty,
	openfgaHost,
	openfgaPort,
	postgresHost,
	postgresUrl,
} from './layout.ts';
import { makeCertificates, type NetworkCertificates, type ServerCertificate } from './make-certificates.ts';

export interface SecretParts {
	readonly clock: Clock;
	readonly random: Random;
}

interface Making extends SecretParts {
	readonly layout: ContainerLayout;
	readonly certificates: NetworkCertificates;
}

/** Returns false where they had been made before. */
export async function makeSecrets(
	layout: ContainerLayout,
	hospitals: readonly string[],
	parts: SecretParts,
): Promise<boolean> {
	if ((await readFile(layout.secretsMark, 'utf8').catch(() => null)) !== null) return false;
	const parties = [coordinatorParty, ...hospitals];
	const names = [coordinatorParty, 'issuer', ...parties.map(postgresHost), ...hospitals.map(openfgaHost)];
	const certificates = await makeCertificates(names, parts);
	const making: Making = { ...parts, layout, certificates };
	for (const [name, folder] of [
		[coordinatorParty, layout.state.coordinatorFolder],
		['issuer', dirname(layout.state.issuerFile)],
	] as const) {
		await writeCertificate(making, name, folder);
	}
	await writeShared(join(dirname(layout.state.profileFile('anyone')), 'ca.pem'), certificates.authority);
	await makePostgres(making, coordinatorParty, { ownFolder: layout.state.coordinatorFolder, openfga: null });
	for (const hospital of hospitals) {
		const folder = layout.state.hospitalFolder(hospital);
		const openfga = password(parts);
		await makePostgres(making, hospital, { ownFolder: folder, openfga });
		await makeOpenfga(making, hospital, openfga);
		await writeShared(join(folder, 'ca.pem'), certificates.authority);
	}
	await writeOwn(layout.secretsMark, 'made\n');
	return true;
}

interface PostgresOwner {
	readonly ownFolder: string;
	/** Password of the role that OpenFGA has there; null where there is no OpenFGA. */
	readonly openfga: string | null;
}

async function makePostgres(making: Making, party: string, owner: PostgresOwner): Promise<void> {
	const folder = making.layout.postgresFolder(party);
	const [admin, cordon] = [password(making), password(making)];
	const roles: [name: string, password: string][] = [['cordon', cordon]];
	if (owner.openfga !== null) roles.push(['openfga', owner.openfga]);
	const { certificate, key } = certificateOf(making, postgresHost(party));
	// Of the group of PostgreSQL's user, which the folder hands down to what is made in it.
	await writeForGroup(join(folder, 'password'), admin);
	await writeForGroup(join(folder, 'roles.sql'), rolesSql(roles));
	await writeForGroup(join(folder, 'pg_hba.conf'), hostBasedAuthentication);
	await writeForGroup(join(folder, 'server.crt'), certificate);
	await writeForGroup(join(folder, 'server.key'), key.reveal());
	await writeOwn(join(owner.ownFolder, 'database-url'), postgresUrl(party, 'cordon', cordon));
}

/** A database of its own for each role, which no other may enter. */
function rolesSql(roles: readonly (readonly [name: string, password: string])[]): string {
	const lines = roles.flatMap(([name, secret]) => [
		`create role ${name} login password '${secret}';`,
		`create database ${name} owner ${name};`,
		`revoke all on database ${name} from public;`,
	]);
	return `${lines.join('\n')}\n`;
}

/** From the network only with TLS; inside the container as its administrator, for the first start. */
const hostBasedAuthentication = 'local all all scram-sha-256\nhostssl all all all scram-sha-256\n';

async function makeOpenfga(making: Making, hospital: string, databasePassword: string): Promise<void> {
	const folder = making.layout.openfgaFolder(hospital);
	const token = password(making);
	const { authority } = making.certificates;
	const config = {
		datastore: {
			engine: 'postgres',
			uri: `${postgresUrl(hospital, 'openfga', databasePassword)}&sslrootcert=/etc/openfga/ca.pem`,
		},
		authn: { method: 'preshared', preshared: { keys: [token] } },
		http: {
			addr: `0.0.0.0:${openfgaPort}`,
			tls: { enabled: true, cert: '/etc/openfga/server.crt', key: '/etc/openfga/server.key' },
		},
		// The gateway above speaks to it inside the container, and nobody else does.
		grpc: { addr: '127.0.0.1:8081' },
		playground: { enabled: false },
		metrics: { enabled: false },
		log: { format: 'json', level: 'warn' },
	};
	await writeCertificate(making, openfgaHost(hospital), folder);
	await writeShared(join(folder, 'ca.pem'), authority);
	await writeOwn(join(folder, 'config.yaml'), stringify(config));
	await writeOwn(join(making.layout.state.hospitalFolder(hospital), 'openfga-token'), token);
}

async function writeCertificate(making: Making, name: string, folder: string): Promise<void> {
	const { certificate, key } = certificateOf(making, name);
	await writeShared(join(folder, 'ca.pem'), making.certificates.authority);
	await writeShared(join(folder, 'server.crt'), certificate);
	await writeOwn(join(folder, 'server.key'), key.reveal());
}

function certificateOf({ certificates }: Making, name: string): ServerCertificate {
	const found = certificates.servers.get(name);
	if (found === undefined) throw new Error('every server has a certificate');
	return found;
}

function password({ random }: SecretParts): string {
	return toBase64Url(random.bytes(32));
}

async function writeForGroup(file: string, text: string): Promise<void> {
	await mkdir(dirname(file), { recursive: true });
	await writeFile(file, text, { mode: 0o640 });
	// A umask may have taken the group's right away.
	await chmod(file, 0o640);
}

async function writeShared(file: string, text: string): Promise<void> {
	await mkdir(dirname(file), { recursive: true, mode: 0o700 });
	await writeFile(file, text, { mode: 0o644 });
}
