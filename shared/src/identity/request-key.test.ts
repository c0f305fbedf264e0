import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Sensitive } from '../sensitive.ts';
import { importRequestKey, newRequestKey } from './request-key.ts';

describe('importRequestKey', () => {
	it('reads back what newRequestKey wrote', async () => {
		const { key, privateJwk } = await newRequestKey();
		expect((await importRequestKey(privateJwk)).jkt).toBe(key.jkt);
		expect(inspect(privateJwk)).toBe('[redacted]');
		expect(key.privateKey.extractable).toBe(false);
	});

	it('knows the thumbprint of a published key', async () => {
		// The example key of RFC 7517 section 3, whose RFC 7638 thumbprint is public knowledge.
		const jwk = {
			kty: 'EC',
			crv: 'P-256',
			x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
			y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
			d: '870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE',
		};
		expect((await importRequestKey(new Sensitive(jwk))).jkt).toBe(
			'cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s',
		);
	});

	it.each([{}, { kty: 'oct', k: 'AA' }, { kty: 'EC', crv: 'P-384', x: 'a', y: 'b', d: 'c' }])(
		'throws on %j',
		async (jwk) => {
			await expect(importRequestKey(new Sensitive(jwk))).rejects.toThrow('private P-256');
		},
	);
});
