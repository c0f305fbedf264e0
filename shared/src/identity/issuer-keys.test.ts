import { createServer, type RequestListener, type Server } from 'node:http';
import { exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose';
import { afterEach, describe, expect, it } from 'vitest';
import { createIssuerKeys } from './issuer-keys.ts';

const servers: Server[] = [];

async function serve(listener: RequestListener): Promise<string> {
	const server = createServer(listener);
	servers.push(server);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('no port');
	return `http://127.0.0.1:${address.port}/jwks`;
}

afterEach(() => {
	for (const server of servers.splice(0)) {
		server.closeAllConnections();
		server.close();
	}
});

const pair = await generateKeyPair('ES256');
const token = await new SignJWT({}).setProtectedHeader({ alg: 'ES256', kid: 'one' }).sign(pair.privateKey);
const body = JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'ES256' }] });

function verify(jwksUri: string): Promise<unknown> {
	const keysOf = createIssuerKeys({ timeoutMs: 200 });
	return jwtVerify(token, keysOf({ issuer: 'https://idp.example', jwksUri, audience: 'atlas' }));
}

describe('createIssuerKeys', () => {
	it('fetches a key set from its address', async () => {
		await expect(verify(await serve((_request, response) => response.end(body)))).resolves.toBeDefined();
	});

	it('follows no redirect', async () => {
		const target = await serve((_request, response) => response.end(body));
		const jwksUri = await serve((_request, response) => response.writeHead(302, { location: target }).end());
		await expect(verify(jwksUri)).rejects.toThrow();
	});

	it('gives up on an answer that does not end', async () => {
		await expect(verify(await serve((_request, response) => response.write(' ')))).rejects.toThrow();
	});

	it('reads no more than a key set can be long', async () => {
		const jwksUri = await serve((_request, response) => response.end(' '.repeat(300_000) + body));
		await expect(verify(jwksUri)).rejects.toThrow('too large');
	});

	it.each(['http://idp.example/jwks', 'file:///etc/passwd', 'nowhere'])(
		'fetches nothing from %s',
		async (address) => {
			await expect(verify(address)).rejects.toThrow('over https only');
		},
	);
});
