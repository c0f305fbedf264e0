// Whatever an issuer calls a person, the policy engine must see one person, and never a group or everybody.

import { parseAuthorization } from '@cordon/policies';
import { personId } from '@cordon/shared';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseUser } from '../../policies/src/tuple-index.ts';

const seed = { seed: 20261123, numRuns: 500 };
const subject = fc.oneof(
	fc.string({ minLength: 1, maxLength: 12 }),
	fc.string({ unit: fc.constantFrom('*', ':', '#', '|', '%', '@', ' ', 'a', 'é', '\n'), minLength: 1 }),
	fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
);
const issuer = fc.constantFrom('https://idp.example', 'https://idp.example/a', 'http://127.0.0.1:8080');

describe('personId', () => {
	it('is always one user of the policy engine', () => {
		fc.assert(
			fc.property(subject, issuer, fc.integer({ min: 1, max: 3 }), (sub, iss, count) => {
				const id = personId(sub, iss, count);
				expect(parseUser(`user:${id}`)).toEqual({ type: 'user', id, relation: null });
				expect(id).not.toBe('*');
			}),
			seed,
		);
	});

	it('can be written in an authorization file as it is', () => {
		const file = { hospital: 'north', dataset: 'north', complianceOfficers: [], projects: [] };
		fc.assert(
			fc.property(fc.string({ minLength: 1, maxLength: 12 }), issuer, (sub, iss) => {
				expect(parseAuthorization({ ...file, stewards: [personId(sub, iss, 2)] }).ok).toBe(true);
			}),
			seed,
		);
	});

	it('never calls two people alike', () => {
		fc.assert(
			fc.property(subject, subject, issuer, issuer, (sub, other, iss, another) => {
				fc.pre(sub !== other || iss !== another);
				expect(personId(sub, iss, 2)).not.toBe(personId(other, another, 2));
			}),
			seed,
		);
	});
});
