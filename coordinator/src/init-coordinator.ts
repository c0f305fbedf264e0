// Founds a network: the coordinator's keys, the founding document in its store, and invitations for its hospitals.

import { dictionaryHash, policyHash, publicKeyOf, type Random } from '@cordon/shared';
import { createKeyFiles, readKeyFiles } from './adapters/key-files.ts';
import { foundedEntry } from './audit/decision-entries.ts';
import type { CoordinatorConfig } from './config.ts';
import type { Founding } from './membership/founding.ts';
import { type InvitationFile, issueInvitation } from './membership/invitation.ts';
import {
	logKeyOf,
	type Machine,
	membershipOf,
	openLog,
	openStore,
	requireFounding,
} from './open-coordinator.ts';
import type { MembershipStore } from './ports.ts';

/** The hospital is not one of those the network was founded for, or has enrolled already. */
export class InvitationRefused extends Error {
	constructor(why: string) {
		super(why);
		this.name = 'InvitationRefused';
	}
}

export interface FoundedKeys {
	readonly identityKey: string;
	readonly logKey: string;
}

/** Errors  throws on a state folder that holds keys or a founding already; nothing of it is overwritten. */
export async function initCoordinator(
	config: CoordinatorConfig,
	founding: Founding,
	machine: Machine,
): Promise<FoundedKeys> {
	const keys = await createKeyFiles(config.stateFolder, machine.random);
	const database = await openStore(config);
	try {
		if ((await membershipOf(database).found(founding)) === 'already-founded') {
			throw new Error('this store holds a founding already');
		}
		const log = openLog({ ...machine, database, keys, founding, complianceKey: config.complianceKey });
		const { network, policy, dictionary } = founding;
		await log.append(
			foundedEntry({ network, policy: policyHash(policy), dictionary: dictionaryHash(dictionary) }),
		);
		return { identityKey: publicKeyOf(keys.identity), logKey: logKeyOf(keys) };
	} finally {
		await database.close();
	}
}

/** For a coordinator that does not run; a running one has `invite` of its own. A later invitation voids the earlier. */
export async function inviteHospitals(
	config: CoordinatorConfig,
	hospitals: readonly string[],
	machine: Machine,
): Promise<readonly InvitationFile[]> {
	const keys = await readKeyFiles(config.stateFolder);
	const database = await openStore(config);
	try {
		const url = config.publicUrl ?? `http://${hostOf(config)}:${config.listen.port}`;
		const card = {
			coordinatorUrl: url,
			coordinatorIdentityKey: publicKeyOf(keys.identity),
			coordinatorLogKey: logKeyOf(keys),
		};
		const invitations: InvitationFile[] = [];
		for (const hospital of hospitals) {
			invitations.push(await invite({ ...machine, membership: membershipOf(database), card }, hospital));
		}
		return invitations;
	} finally {
		await database.close();
	}
}

export interface InviteParts extends Machine {
	readonly random: Random;
	readonly membership: MembershipStore;
	readonly card: Pick<InvitationFile, 'coordinatorUrl' | 'coordinatorIdentityKey' | 'coordinatorLogKey'>;
}

export async function invite(parts: InviteParts, hospital: string): Promise<InvitationFile> {
	const { network, hospitals } = await requireFounding(parts.membership);
	if (!hospitals.includes(hospital))
		throw new InvitationRefused(`${hospital} is not in the founding document`);
	const members = await parts.membership.members();
	if (members.some((member) => member.hospital === hospital))
		throw new InvitationRefused(`${hospital} has enrolled`);
	const { secret, stored } = issueInvitation(hospital, parts.random, parts.clock);
	await parts.membership.invite(stored);
	const expires = new Date(stored.expiresMs).toISOString();
	return { cordon: 1, network, ...parts.card, hospital, secret, expires };
}

export function hostOf({ listen }: Pick<CoordinatorConfig, 'listen'>): string {
	return listen.host === '::1' ? '[::1]' : listen.host;
}
