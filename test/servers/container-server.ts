// A server of the tests in a container, where Docker answers and nothing has to be downloaded first.

import type { StartedTestContainer } from 'testcontainers';

export interface ServerContainer {
	readonly image: string;
	readonly port: number;
	readonly command: readonly string[];
	readonly environment: Readonly<Record<string, string>>;
	readonly ready: { readonly path: string } | { readonly logLine: RegExp; readonly times: number };
}

/**
 * Null where Docker does not answer, or lacks the image. An image is fetched only in CI or with CORDON_TEST_PULL=1:
 * a first run of the tests must not wait for a download that nobody asked for.
 */
export async function startContainer(server: ServerContainer): Promise<StartedTestContainer | null> {
	// Loaded here, because it takes a second which a run with a server at hand need not wait.
	const { GenericContainer, getContainerRuntimeClient, ImageName, Wait } = await import('testcontainers');
	const client = await getContainerRuntimeClient().catch(() => null);
	if (client === null) return null;
	const isThere = await client.image.exists(ImageName.fromString(server.image));
	if (!isThere && process.env['CI'] === undefined && process.env['CORDON_TEST_PULL'] !== '1') return null;
	const { ready } = server;
	const wait =
		'path' in ready ? Wait.forHttp(ready.path, server.port) : Wait.forLogMessage(ready.logLine, ready.times);
	return new GenericContainer(server.image)
		.withCommand([...server.command])
		.withEnvironment({ ...server.environment })
		.withExposedPorts(server.port)
		.withWaitStrategy(wait)
		.start()
		.catch(() => null);
}
