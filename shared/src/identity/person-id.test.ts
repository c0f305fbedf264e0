import { describe, expect, it } from 'vitest';
import { personId } from './person-id.ts';

describe('personId', () => {
	it.each([
		['ana', 'ana'],
		['ana@uni.example', 'ana@uni.example'],
		['*', '%2A'],
		['team#member', 'team%23member'],
		['user:ana', 'user%3Aana'],
		['ana|idp.example', 'ana%7Cidp.example'],
		['a b\n', 'a%20b%0A'],
		['%2A', '%252A'],
	])('calls the subject %j %j', (subject, person) => {
		expect(personId(subject, 'https://idp.example', 1)).toBe(person);
	});

	it('names the issuer where there are several, so that no subject can pretend to one', () => {
		expect(personId('ana', 'https://idp.example:8443/x', 2)).toBe('ana|idp.example%3A8443%2Fx');
	});
});
