// The real servers that a bench runs on: those that are named, else those installed, started and ended by the bench.

import { findOrStartOpenFga, missingOpenFga } from '../servers/openfga-server.ts';
import {
	findOrStartPostgres,
	missingPostgres,
	postgresPrograms,
	startPostgres,
	versionOf,
} from '../servers/postgres-server.ts';

export interface BenchServers {
	readonly postgresUrl: string;
	readonly openfgaUrl: string;
	/** For the figures: what was measured on. */
	readonly postgres: string;
	readonly stop: () => Promise<void>;
}

/** Null where one of them is missing; `tell` hears which. */
export async function startBenchServers(tell: (line: string) => void): Promise<BenchServers | null> {
	const postgres = await postgresServer();
	if (postgres === null) {
		tell(missingPostgres);
		return null;
	}
	const openfga = await findOrStartOpenFga();
	if (openfga === null) {
		tell(missingOpenFga);
		await postgres.stop();
		return null;
	}
	return {
		postgresUrl: postgres.url,
		openfgaUrl: openfga.apiUrl,
		postgres: `PostgreSQL ${(await versionOf(postgres.url)) ?? 'unknown'}`,
		stop: async () => {
			await openfga.stop();
			await postgres.stop();
		},
	};
}

async function postgresServer(): Promise<{
	readonly url: string;
	readonly stop: () => Promise<void>;
} | null> {
	const programs = process.env['CORDON_POSTGRES_URL'] === undefined ? await postgresPrograms() : null;
	// One that forgets at a power cut would be faster than any that a hospital may run.
	if (programs !== null) return startPostgres(programs, 'on');
	return (await findOrStartPostgres())[0] ?? null;
}
