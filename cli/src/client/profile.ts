// What a researcher's computer keeps: who they are, where the issuer and the coordinator are, and their request key.

import { readFile } from 'node:fs/promises';
import { importRequestKey, isPlainHttpOffLoopback, type RequestKey, Sensitive } from '@cordon/shared';
import { z } from 'zod';

export interface Profile {
	readonly person: string;
	/** Client secret at the issuer. */
	readonly secret: Sensitive<string>;
	readonly issuer: string;
	readonly coordinatorUrl: string;
	/** The network's name: the audience of tokens and requests. */
	readonly network: string;
	readonly key: RequestKey;
	/** Of the network's policy: whether the sum is for the researcher alone. The coordinator is not asked. */
	readonly visibility: 'visible' | 'blind';
	/** Pins the coordinator's log and signatures, from the manifest. */
	readonly coordinator: { readonly identityKey: string; readonly logKey: string };
}

const address = z.url().refine((url) => !isPlainHttpOffLoopback(url), 'plain HTTP is refused off loopback');

const profileSchema = z.strictObject({
	cordon: z.literal(1),
	person: z.string().min(1),
	secret: z.string().min(16),
	issuer: address,
	coordinatorUrl: address,
	network: z.string().min(1),
	visibility: z.enum(['visible', 'blind']),
	coordinator: z.strictObject({ identityKey: z.string(), logKey: z.string() }),
	requestKey: z.looseObject({
		kty: z.literal('EC'),
		crv: z.literal('P-256'),
		x: z.string(),
		y: z.string(),
		d: z.string(),
	}),
});

/** Errors  throws, naming the file and nothing of its content. */
export async function readProfile(file: string): Promise<Profile> {
	const text = await readFile(file, 'utf8').catch(() => null);
	if (text === null)
		throw new Error(`there is no profile ${file}: a network that is up (cordon up) writes it`);
	const parsed = profileSchema.safeParse(readJson(text));
	if (!parsed.success) throw new Error(`${file} is not a profile: ${parsed.error.issues[0]?.path.join('/')}`);
	const { requestKey, secret, cordon: _version, ...rest } = parsed.data;
	return { ...rest, secret: new Sensitive(secret), key: await importRequestKey(new Sensitive(requestKey)) };
}

/** The parser's own error would show a part of the text, which holds secrets. */
function readJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
