// Makes a hospital a member: its own keys, made here and never sent, and an enrolment by invitation.

import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
	type Clock,
	canonicalJson,
	hashParts,
	initCrypto,
	isPlainHttpOffLoopback,
	publicKeyOf,
	type Random,
	signBytes,
	toBase64Url,
} from '@cordon/shared';
import { z } from 'zod';
import { createNodeKeys, type NodeKeys, readNodeKeys } from './adapters/state-folder/node-keys.ts';
import { createWitness } from './adapters/witness/witness-file.ts';

const key = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

const invitationSchema = z.strictObject({
	cordon: z.literal(1),
	network: z.string(),
	coordinatorUrl: z.url().refine((url) => !isPlainHttpOffLoopback(url), 'plain HTTP is refused off loopback'),
	coordinatorIdentityKey: key,
	coordinatorLogKey: key,
	hospital: z.string(),
	secret: z.string().min(1),
	expires: z.string(),
});

export interface InitInput {
	/** The invitation file's parsed JSON. */
	readonly invitation: unknown;
	readonly name: string;
	/** What node.yaml says: the invitation must be for this hospital, from this coordinator. */
	readonly expected: {
		readonly hospital: string;
		readonly coordinator: { readonly url: string; readonly identityKey: string; readonly logKey: string };
	};
	/** The hospital's own least cell of an exact release. */
	readonly k: number;
	readonly stateFolder: string;
	readonly clock: Clock;
	readonly random: Random;
}

/** The enrolment could not be made; the message says what to do. */
export class EnrolmentFailed extends Error {
	constructor(why: string) {
		super(why);
		this.name = 'EnrolmentFailed';
	}
}

/** Whether a state folder belongs to a hospital that has enrolled. */
export function isEnrolled(stateFolder: string): Promise<boolean> {
	return access(enrolmentFile(stateFolder)).then(
		() => true,
		() => false,
	);
}

/** Errors  throws `EnrolmentFailed`; a second run after an enrolment is refused before anything is sent. */
export async function initNode(input: InitInput): Promise<void> {
	if (await isEnrolled(input.stateFolder))
		throw new EnrolmentFailed('this state folder has enrolled already');
	const parsed = invitationSchema.safeParse(input.invitation);
	if (!parsed.success) throw new EnrolmentFailed('this is not an invitation file of this version');
	const invitation = parsed.data;
	// So written that a date nobody can read is one that has passed.
	if (!(Date.parse(invitation.expires) > input.clock.nowMs())) {
		throw new EnrolmentFailed('the invitation has expired: ask the coordinator for a new one');
	}
	const { hospital, coordinator } = input.expected;
	if (invitation.hospital !== hospital)
		throw new EnrolmentFailed('the invitation is for another hospital than node.yaml');
	const pins = [invitation.coordinatorUrl, invitation.coordinatorIdentityKey, invitation.coordinatorLogKey];
	if (pins.join(' ') !== [coordinator.url, coordinator.identityKey, coordinator.logKey].join(' ')) {
		throw new EnrolmentFailed('the invitation is from another coordinator than the one in node.yaml');
	}
	await initCrypto();
	// Keys of a run that could not reach the coordinator are used again: they are this hospital's already.
	const keys = await createOrReadKeys(input);
	const enrolment = {
		hospital: invitation.hospital,
		name: input.name,
		secret: invitation.secret,
		identityKey: publicKeyOf(keys.identity),
		logKey: publicKeyOf(keys.log),
		k: input.k,
	};
	const signed = signBytes(keys.identity, hashParts('cordon-enrolment/1', canonicalJson(enrolment)));
	const body = { ...enrolment, signature: toBase64Url(signed) };
	const answer = await fetch(new URL('/v1/members/enrol', invitation.coordinatorUrl), {
		method: 'POST',
		redirect: 'error',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(body),
	}).catch(() => null);
	if (answer === null) throw new EnrolmentFailed(`no coordinator answers at ${invitation.coordinatorUrl}`);
	if (!answer.ok) throw new EnrolmentFailed(`the coordinator refused the enrolment (HTTP ${answer.status})`);
	await createWitness(input.stateFolder).catch((error: NodeJS.ErrnoException) => {
		// Of a run that ended before it could note the enrolment; nothing has been said since.
		if (error.code !== 'EEXIST') throw error;
	});
	await writeFile(
		enrolmentFile(input.stateFolder),
		JSON.stringify({ cordon: 1, network: invitation.network }),
	);
}

function enrolmentFile(stateFolder: string): string {
	return join(stateFolder, 'enrolled.json');
}

async function createOrReadKeys({ stateFolder, random }: InitInput): Promise<NodeKeys> {
	try {
		return await createNodeKeys(stateFolder, random);
	} catch (error) {
		if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
		return readNodeKeys(stateFolder);
	}
}
