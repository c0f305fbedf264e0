// Whether a hospital puts its name to a manifest: only to one that names it rightly and asks no more than it accepts.

import { err, type Manifest, ok, type PublicKeyText, publicKeyOf, type Result } from '@cordon/shared';
import type { NodeKeys } from '../adapters/state-folder/node-keys.ts';
import type { NodeConfig } from './node-config.ts';

export type ManifestObjection =
	| 'wrong-coordinator'
	| 'not-a-founding'
	| 'not-a-member'
	| 'wrong-own-keys'
	| 'aggregation-not-accepted'
	| 'public-data-not-accepted'
	| 'budget-not-accepted'
	| 'k-not-accepted'
	| 'other-dictionary';

export interface ManifestFacts {
	readonly config: NodeConfig;
	readonly keys: NodeKeys;
	/** Hash of the dictionary that the coordinator serves and this node will use. */
	readonly dictionary: string;
}

/**
 * Errors  `k-not-accepted` the k that stands for this hospital is not its own, or under the network's;
 *         the others as named. Nothing is signed, and nothing answered, under a manifest with an objection.
 *         Members, rosters and issuers are for the operator to read: see joinNetwork.
 */
export function decideManifest(manifest: Manifest, facts: ManifestFacts): Result<null, ManifestObjection> {
	const { config, keys } = facts;
	const { coordinator, policy } = manifest;
	// There is no amending yet: a later version would have to be chained to the one this node holds.
	if (manifest.version !== 1 || manifest.previous !== null) return err('not-a-founding');
	if (coordinator.identityKey !== config.coordinator.identityKey) return err('wrong-coordinator');
	if (coordinator.logKey !== config.coordinator.logKey) return err('wrong-coordinator');
	const self = manifest.members.find((member) => member.hospital === config.hospital);
	if (self === undefined) return err('not-a-member');
	const own: readonly PublicKeyText[] = [publicKeyOf(keys.identity), publicKeyOf(keys.log)];
	if (self.identityKey !== own[0] || self.logKey !== own[1]) return err('wrong-own-keys');
	if (policy.aggregation !== config.accepts.aggregation) return err('aggregation-not-accepted');
	if (policy.publicData && !config.accepts.publicData) return err('public-data-not-accepted');
	if (policy.epsilonPerEpochMicros > config.accepts.epsilonPerEpochMicros) return err('budget-not-accepted');
	if (policy.epsilonForLifeMicros > config.accepts.epsilonForLifeMicros) return err('budget-not-accepted');
	if (self.k !== config.k || config.k < policy.k) return err('k-not-accepted');
	return manifest.dictionary === facts.dictionary ? ok(null) : err('other-dictionary');
}
