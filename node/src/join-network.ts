// Brings a node under a manifest that all members have signed: signs the one its operator accepted, then waits.
// Members' keys and the issuers reach a node through the coordinator, which could name its own: so a person at the
// hospital compares them with the other hospitals and the consortium before anything is signed.

import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
	isSignedBy,
	type Manifest,
	manifestHash,
	parseSignedManifest,
	publicKeyOf,
	type SignedManifest,
	signManifest,
	verifySignedManifest,
} from '@cordon/shared';
import { decideManifest, type ManifestFacts } from './config/decide-manifest.ts';
import type { CoordinatorClient } from './ports.ts';

export interface JoinParts extends ManifestFacts {
	readonly client: CoordinatorClient;
	/** The manifest the operator agreed to; null while none. */
	readonly acceptedHash: () => Promise<string | null>;
	/** Told of each draft that awaits the operator. */
	readonly awaitReview: (draft: Manifest, hash: string) => void;
	readonly pause: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** The manifest asks what this hospital does not accept, or is not what it signed: an operator must decide. */
export class ManifestRefused extends Error {
	constructor(objection: string) {
		super(`the network's manifest was not accepted: ${objection}`);
		this.name = 'ManifestRefused';
	}
}

const waitMs = 250;

/**
 * Returns the adopted manifest, kept in the state folder so that an older one is never taken again.
 * Errors  throws `ManifestRefused`; null only when the signal was given.
 */
export async function joinNetwork(parts: JoinParts, signal: AbortSignal): Promise<Manifest | null> {
	const kept = await readKept(parts);
	if (kept !== null) return accepted(parts, kept);
	while (!signal.aborted) {
		const offered = await parts.client.manifest().catch(() => null);
		const signed = parseSignedManifest(offered);
		if (signed.ok) {
			const adopted = await consider(parts, signed.value);
			if (adopted !== null) return adopted;
		}
		await parts.pause(waitMs, signal);
	}
	return null;
}

/** Signs once; adopts when all have. */
async function consider(parts: JoinParts, signed: SignedManifest): Promise<Manifest | null> {
	const { manifest, signatures } = signed;
	const objection = decideManifest(manifest, parts);
	// Before everybody has enrolled, a draft may not name us yet.
	if (!objection.ok && objection.error === 'not-a-member') return null;
	if (!objection.ok) throw new ManifestRefused(objection.error);
	const hash = manifestHash(manifest);
	const acceptedHash = await parts.acceptedHash();
	if (acceptedHash === null) {
		parts.awaitReview(manifest, hash);
		return null;
	}
	if (acceptedHash !== hash) throw new ManifestRefused('it is another than the accepted one');
	const { identity } = parts.keys;
	if (!isSignedBy(manifest, publicKeyOf(identity), signatures[parts.config.hospital])) {
		await parts.client.signManifest(hash, signManifest(manifest, identity)).catch(() => undefined);
		return null;
	}
	const complete = verifySignedManifest(signed, parts.config.coordinator.identityKey);
	if (!complete.ok) return null;
	await keep(parts, signed);
	return complete.value;
}

function accepted(parts: JoinParts, signed: SignedManifest): Manifest {
	const complete = verifySignedManifest(signed, parts.config.coordinator.identityKey);
	if (!complete.ok) throw new ManifestRefused(complete.error);
	const objection = decideManifest(complete.value, parts);
	if (!objection.ok) throw new ManifestRefused(objection.error);
	return complete.value;
}

async function readKept(parts: JoinParts): Promise<SignedManifest | null> {
	const text = await readFile(keptFile(parts), 'utf8').catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'ENOENT') return null;
		throw error;
	});
	if (text === null) return null;
	const signed = parseSignedManifest(readJson(text));
	if (!signed.ok) throw new ManifestRefused('the kept manifest is damaged');
	return signed.value;
}

function readJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}

async function keep(parts: JoinParts, signed: SignedManifest): Promise<void> {
	const file = keptFile(parts);
	await writeFile(`${file}.new`, JSON.stringify(signed), { mode: 0o600, flush: true });
	await rename(`${file}.new`, file);
}

function keptFile(parts: JoinParts): string {
	return join(parts.config.stateFolder, 'manifest.json');
}
