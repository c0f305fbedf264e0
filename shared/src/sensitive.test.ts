import { format, inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Sensitive } from './sensitive.ts';

const canary = 'canary-5d1f';
const secret = new Sensitive(canary);

describe('Sensitive', () => {
	it('gives the secret where it is asked for by name', () => {
		expect(secret.reveal()).toBe(canary);
	});

	it.each([
		['a template', `${secret}`],
		['a sum of texts', `x${String(secret)}`],
		['JSON', JSON.stringify({ deep: [secret] })],
		['inspect', inspect(secret)],
		['inspect of what holds it', inspect({ deep: [secret] }, { depth: 9, showHidden: true })],
		['console formatting', format('%s %o %O %j', secret, secret, secret, secret)],
		['its own keys', [...Object.keys(secret), ...Reflect.ownKeys(secret).map(String)].join()],
		['a copy by spreading', inspect({ ...secret })],
		['an error message', new Error(`failed with ${secret}`).message],
	])('says nothing in %s', (_way, text) => {
		expect(text).not.toContain(canary);
	});

	it('says [redacted] to whoever prints it', () => {
		expect([`${secret}`, JSON.stringify(secret), inspect(secret)]).toEqual([
			'[redacted]',
			'"[redacted]"',
			'[redacted]',
		]);
	});

	it('does not cross into a clone', () => {
		expect(inspect(structuredClone(secret))).not.toContain(canary);
	});
});
