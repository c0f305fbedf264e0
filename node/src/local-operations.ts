// What the local socket's requests do: the same parts that answer the network, asked by the hospital's own people.

import { publicKeyOf } from '@cordon/shared';
import type { LocalOperations } from './http/local-app.ts';
import { ingestSources } from './ingest-sources.ts';
import { openInput } from './open-input.ts';
import { dropOutdated } from './prepare-sessions.ts';
import { previewQuestion } from './preview-question.ts';
import type { JoinProgress, Membership, Standing } from './start-node.ts';

/** The node has not joined yet: there is no policy to preview by, no ledger and no log. */
class NotJoined extends Error {
	constructor() {
		super('the node has not joined its network yet');
		this.name = 'NotJoined';
	}
}

export function localOperations(standing: Standing, progress: JoinProgress): LocalOperations {
	const { config, store, files } = standing;
	const joined = (): Membership => {
		if (progress.member === null) throw new NotJoined();
		return progress.member;
	};
	return {
		status: () => status(standing, progress.member),
		manifest: async () => progress.draft,
		acceptManifest: async (hash) => progress.draft?.hash === hash && (await progress.accept(hash)),
		setPaused: (paused) => store.sessions.setPaused(paused),
		preview: async (question) => {
			const { manifest, ledger } = joined();
			const epoch = await store.snapshots.currentEpoch();
			return previewQuestion(question, {
				dictionary: files.dictionary,
				policy: manifest.policy,
				ledger,
				epoch,
			});
		},
		ingest: (tell) => {
			const consentWaived = progress.member?.manifest.policy.publicData ?? false;
			const work = ingestAndDrop(standing, consentWaived, tell);
			standing.inHand.add(work);
			return work.finally(() => standing.inHand.delete(work));
		},
		ledger: async () => {
			const { ledger, manifest } = joined();
			const epoch = await store.snapshots.currentEpoch();
			const spent = await ledger.spent(epoch ?? '');
			const { lines } = await ledger.overview(epoch ?? '');
			const { epsilonPerEpochMicros, epsilonForLifeMicros } = manifest.policy;
			const caps = { epsilonPerEpochMicros, epsilonForLifeMicros };
			return { hospital: config.hospital, epoch, ...spent, ...caps, lines };
		},
		openInput: (session, asked) => {
			const { manifest, audit } = joined();
			const { clock } = standing.surroundings;
			const name = `${manifest.network}/${config.hospital}`;
			const logKey = { name, publicKey: publicKeyOf(standing.keys.log) };
			const { publicData } = manifest.policy;
			return openInput(session, asked, { ...store, audit, logKey, publicData, clock });
		},
		auditExport: () => witnessedLines(joined().audit.exportLines(), store.bringUpWitness),
	};
}

async function ingestAndDrop(...given: Parameters<typeof ingestSources>): Promise<unknown> {
	const report = await ingestSources(...given);
	await dropOutdated(given[0].store);
	return report;
}

/** The first line is the signed checkpoint: the witness holds what it signs before it leaves. */
export async function* witnessedLines(
	lines: AsyncIterable<string>,
	bringUpWitness: () => Promise<void>,
): AsyncIterable<string> {
	let isWitnessed = false;
	for await (const line of lines) {
		if (!isWitnessed) await bringUpWitness();
		isWitnessed = true;
		yield line;
	}
}

async function status({ config, store, keys }: Standing, membership: Membership | null): Promise<unknown> {
	return {
		hospital: config.hospital,
		identityKey: publicKeyOf(keys.identity),
		logKey: publicKeyOf(keys.log),
		state: membership === null ? 'joining' : 'member',
		manifestVersion: membership?.manifest.version ?? null,
		epoch: await store.snapshots.currentEpoch(),
		paused: await store.sessions.isPaused(),
	};
}
