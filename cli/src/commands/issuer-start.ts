// `cordon issuer start`: the simulation's identity provider as a process of its own.

import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { isPlainHttpOffLoopback, Sensitive } from '@cordon/shared';
import { z } from 'zod';
import { readOrCreateKey } from '../issuer/key-file.ts';
import { type IssuerOptions, startIssuer } from '../issuer/start-issuer.ts';
import { endOf, untilStopped } from './until-stopped.ts';

const configSchema = z.strictObject({
	cordon: z.literal(1),
	port: z.int().min(1).max(65_535),
	/** Absent: loopback, plain HTTP. */
	place: z
		.strictObject({
			host: z.string().min(1),
			url: z
				.url()
				.refine((url) => !isPlainHttpOffLoopback(url), 'plain HTTP is refused off loopback: use https'),
			certificateFile: z.string().min(1),
			keyFile: z.string().min(1),
		})
		.optional(),
	/** Audience of every token. */
	network: z.string().min(1),
	keyFile: z.string().min(1),
	people: z.array(z.strictObject({ id: z.string().min(1), secret: z.string().min(16) })).min(1),
});

/** Errors  throws, naming the file, where the configuration is not right. */
export async function issuerStart(file: string): Promise<void> {
	const parsed = configSchema.safeParse(readJson(await readFile(file, 'utf8')));
	if (!parsed.success) throw new Error(`${file}: ${parsed.error.issues[0]?.path.join('/')} is not right`);
	const { port, place, network, keyFile, people } = parsed.data;
	const issuer = await startIssuer({
		port,
		...(place === undefined ? {} : { place: await readPlace(place, dirname(file)) }),
		audience: network,
		people: people.map(({ id, secret }) => ({ id, secret: new Sensitive(secret) })),
		signingKey: await readOrCreateKey(resolve(dirname(file), keyFile)),
	});
	// Listening for the end before saying that it is ready: whoever waits for that may end it at once.
	const stopped = untilStopped();
	console.log(JSON.stringify({ event: 'ready', issuer: issuer.issuer }));
	await endOf(issuer, await stopped);
}

async function readPlace(
	{ host, url, certificateFile, keyFile }: NonNullable<z.infer<typeof configSchema>['place']>,
	folder: string,
): Promise<NonNullable<IssuerOptions['place']>> {
	const certificate = await readFile(resolve(folder, certificateFile), 'utf8');
	const key = new Sensitive(await readFile(resolve(folder, keyFile), 'utf8'));
	return { host, url, certificate, key };
}

/** The parser's own error would show a part of the text, which holds people's secrets. */
function readJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
