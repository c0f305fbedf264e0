import {
	canonicalJson,
	hashParts,
	manifestHash,
	parseSignedManifest,
	publicKeyOf,
	signBytes,
	toBase64Url,
	verifySignedManifest,
} from '@cordon/shared';
import { beforeEach, describe, expect, it } from 'vitest';
import { FakeMember } from '../testing/fake-member.ts';
import { seedOf } from '../testing/seeded.ts';
import { foundNetwork, type TestCoordinator, testCoordinator } from '../testing/test-coordinator.ts';
import { invitationLifeMs, issueInvitation } from './invitation.ts';

let coordinator: TestCoordinator;

beforeEach(async () => {
	coordinator = await testCoordinator();
});

function memberOf(hospital: string, seedName: string = hospital): FakeMember {
	const { app, time } = coordinator;
	return new FakeMember({ hospital, app, nowMs: time.nowMs, seed: seedOf(seedName) });
}

async function invited(hospital: string): Promise<string> {
	const { secret, stored } = issueInvitation(hospital, coordinator.parts.random, coordinator.parts.clock);
	await coordinator.parts.membership.invite(stored);
	return secret;
}

async function enrolAll(): Promise<readonly FakeMember[]> {
	const members = ['east', 'north', 'south', 'west'].map((hospital) => memberOf(hospital));
	for (const member of members) await member.enrol(await invited(member.hospital));
	return members;
}

async function stateOf(): Promise<unknown> {
	return (await coordinator.app.request('/v1/info')).json();
}

describe('enrolment', () => {
	it('takes a hospital that knows the secret of its invitation', async () => {
		expect((await memberOf('east').enrol(await invited('east'))).status).toBe(200);
		expect(await stateOf()).toMatchObject({ state: 'enrolling', waitingFor: ['north', 'south', 'west'] });
	});

	it('stores the secret’s hash only', async () => {
		const secret = await invited('east');
		const stored = JSON.stringify(await coordinator.parts.membership.invitation('east'));
		expect(stored).not.toContain(secret);
	});

	it('refuses a wrong secret, no invitation and an expired one alike', async () => {
		const secret = await invited('east');
		const answers = [await memberOf('east').enrol('guess'), await memberOf('north').enrol(secret)];
		coordinator.time.advance(invitationLifeMs);
		answers.push(await memberOf('east').enrol(secret));
		for (const answer of answers)
			expect({ http: answer.status, ...((await answer.json()) as object) }).toMatchObject({
				http: 403,
				code: 'not-permitted',
			});
	});

	it('accepts the same enrolment again, and refuses another key under the used secret', async () => {
		const secret = await invited('east');
		await memberOf('east').enrol(secret);
		expect((await memberOf('east').enrol(secret)).status).toBe(200);
		expect((await memberOf('east', 'mallory').enrol(secret)).status).toBe(403);
	});

	it('refuses keys that another member has', async () => {
		await memberOf('east').enrol(await invited('east'));
		expect((await memberOf('north', 'east').enrol(await invited('north'))).status).toBe(409);
	});

	it('refuses one key for both uses', async () => {
		const key = publicKeyOf(seedOf('one'));
		const body = {
			hospital: 'east',
			name: 'East',
			secret: await invited('east'),
			identityKey: key,
			logKey: key,
			k: 11,
		};
		const signed = signBytes(seedOf('one'), hashParts('cordon-enrolment/1', canonicalJson(body)));
		const signature = toBase64Url(signed);
		expect((await memberOf('east').post('/v1/members/enrol', { ...body, signature })).status).toBe(409);
	});

	it('takes an enrolment that is signed by its own key, and refuses a wrong signature', async () => {
		const fields = {
			hospital: 'east',
			name: 'East',
			secret: await invited('east'),
			identityKey: publicKeyOf(seedOf('east')),
			logKey: publicKeyOf(seedOf('l')),
			k: 11,
		};
		const sign = (name: string): string =>
			toBase64Url(signBytes(seedOf(name), hashParts('cordon-enrolment/1', canonicalJson(fields))));
		const member = memberOf('east');
		expect((await member.post('/v1/members/enrol', { ...fields, signature: sign('mallory') })).status).toBe(
			401,
		);
		expect((await member.post('/v1/members/enrol', { ...fields, signature: sign('east') })).status).toBe(200);
	});

	it('refuses an unknown key with its path', async () => {
		const response = await memberOf('east').post('/v1/members/enrol', { hospital: 'east', admin: true });
		expect(response.status).toBe(400);
	});
});

describe('the manifest', () => {
	it('is drafted when all expected hospitals have enrolled, and not before', async () => {
		expect((await coordinator.app.request('/v1/manifest')).status).toBe(503);
		await enrolAll();
		expect(await stateOf()).toMatchObject({ state: 'draft', waitingFor: ['east', 'north', 'south', 'west'] });
		const draft = parseSignedManifest(await (await coordinator.app.request('/v1/manifest')).json());
		expect(draft).toMatchObject({
			ok: true,
			value: { signatures: {}, manifest: { version: 1, previous: null } },
		});
	});

	it('is in force once all have signed, verifies, and is in the log first', async () => {
		const members = await enrolAll();
		for (const member of members.slice(1)) await member.signManifest();
		expect(await stateOf()).toMatchObject({ state: 'draft', waitingFor: ['east'] });
		expect(await coordinator.parts.membership.current()).toBeNull();
		expect(await (await members[0]?.signManifest())?.json()).toEqual({ cordon: 1, state: 'current' });
		const signed = parseSignedManifest(await (await coordinator.app.request('/v1/manifest')).json());
		if (!signed.ok) throw new Error('not a signed manifest');
		expect(verifySignedManifest(signed.value, publicKeyOf(seedOf('coordinator'))).ok).toBe(true);
		expect(coordinator.entries.at(-1)).toMatchObject({
			decision: 'changed',
			body: { manifest: manifestHash(signed.value.manifest) },
		});
	});

	it('takes no signature by another key, nor on another manifest', async () => {
		const [east] = await enrolAll();
		const hash = manifestHash((await east?.manifest()) as never);
		const signature = 'A'.repeat(86);
		expect(
			(await east?.call('/v1/manifest/signatures', 'manifest-signature', { hash, signature }))?.status,
		).toBe(401);
		const other = { hash: '0'.repeat(64), signature };
		expect((await east?.call('/v1/manifest/signatures', 'manifest-signature', other))?.status).toBe(409);
	});

	it('accepts the same signature again after it is in force', async () => {
		const [east] = await foundNetwork(coordinator);
		expect(await (await east?.signManifest())?.json()).toEqual({ cordon: 1, state: 'current' });
	});
});
