// Makes the certificates with which the containers of a simulated network know one another: an authority that signs
// one certificate a server and is then forgotten, so that nobody can make another later.

import 'reflect-metadata';
import type { webcrypto } from 'node:crypto';
import type { Clock, Random } from '@cordon/shared';
import { Sensitive, toHex } from '@cordon/shared';
import {
	BasicConstraintsExtension,
	ExtendedKeyUsage,
	ExtendedKeyUsageExtension,
	KeyUsageFlags,
	KeyUsagesExtension,
	PemConverter,
	SubjectAlternativeNameExtension,
	X509CertificateGenerator,
} from '@peculiar/x509';

export interface ServerCertificate {
	/** PEM. */
	readonly certificate: string;
	/** PEM, PKCS #8. */
	readonly key: Sensitive<string>;
}

export interface NetworkCertificates {
	/** PEM; what every party trusts. */
	readonly authority: string;
	/** By DNS name. */
	readonly servers: ReadonlyMap<string, ServerCertificate>;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const usages: webcrypto.KeyUsage[] = ['sign', 'verify'];
/** Ten years: a simulation that is kept must not end of itself. */
const lifeMs = 3650 * 86_400_000;
/** A clock of another machine may be behind. */
const toleranceMs = 3_600_000;

/** `names`  DNS names of the servers, each once. */
export async function makeCertificates(
	names: readonly string[],
	parts: { readonly clock: Clock; readonly random: Random },
): Promise<NetworkCertificates> {
	const nowMs = parts.clock.nowMs();
	const life = { notBefore: new Date(nowMs - toleranceMs), notAfter: new Date(nowMs + lifeMs) };
	const serialNumber = (): string => `01${toHex(parts.random.bytes(15))}`;
	const keys = await crypto.subtle.generateKey(algorithm, false, usages);
	const authority = await X509CertificateGenerator.createSelfSigned({
		serialNumber: serialNumber(),
		name: 'CN=Cordon simulation authority',
		...life,
		signingAlgorithm: algorithm,
		keys,
		extensions: [
			new BasicConstraintsExtension(true, 0, true),
			new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
		],
	});
	const servers = new Map<string, ServerCertificate>();
	for (const name of names) {
		const own = await crypto.subtle.generateKey(algorithm, true, usages);
		const certificate = await X509CertificateGenerator.create({
			serialNumber: serialNumber(),
			subject: `CN=${name}`,
			issuer: authority.subject,
			...life,
			signingKey: keys.privateKey,
			signingAlgorithm: algorithm,
			publicKey: own.publicKey,
			extensions: [
				new BasicConstraintsExtension(false, undefined, true),
				new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
				new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
				new SubjectAlternativeNameExtension([{ type: 'dns', value: name }]),
			],
		});
		servers.set(name, { certificate: certificate.toString('pem'), key: await pemOf(own.privateKey) });
	}
	return { authority: authority.toString('pem'), servers };
}

async function pemOf(key: webcrypto.CryptoKey): Promise<Sensitive<string>> {
	const bytes = await crypto.subtle.exportKey('pkcs8', key);
	return new Sensitive(PemConverter.encode(bytes, PemConverter.PrivateKeyTag));
}
