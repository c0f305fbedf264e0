// Where a test file asks for the servers that a whole run shares. The desk is server-setup.ts, in vitest's own process.

export interface FoundServer {
	readonly name: string;
	readonly url: string;
}

export type ServerKind = 'openfga' | 'postgres';

/** Of the desk; each of the run's processes inherits it. */
export const deskVariable = 'CORDON_TEST_SERVERS';

/** None where there is none: the desk then says once what is missing. With CI set that is an error. */
export async function askForServers(kind: ServerKind): Promise<readonly FoundServer[]> {
	const desk = process.env[deskVariable];
	if (desk === undefined) throw new Error('vitest.config.ts names no test/servers/server-setup.ts');
	const answer: unknown = await (await fetch(`${desk}/${kind}`)).json();
	const servers = Array.isArray(answer) ? answer.filter(isFoundServer) : [];
	if (servers.length === 0 && process.env['CI'] !== undefined)
		throw new Error(`no ${kind} server for the tests`);
	return servers;
}

function isFoundServer(value: unknown): value is FoundServer {
	return typeof value === 'object' && value !== null && 'name' in value && 'url' in value;
}
