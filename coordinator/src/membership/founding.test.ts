import { describe, expect, it } from 'vitest';
import { testFounding, testPolicy } from '../testing/test-policy.ts';
import { parseFounding } from './founding.ts';

function pathsOf(change: object): readonly string[] {
	const parsed = parseFounding(JSON.parse(JSON.stringify({ ...testFounding, ...change })));
	return parsed.ok ? [] : parsed.error.map((issue) => issue.path);
}

describe('parseFounding', () => {
	it('takes a whole document and sorts its hospitals', () => {
		const parsed = parseFounding({ ...testFounding, hospitals: [...testFounding.hospitals].reverse() });
		expect(parsed.ok && parsed.value.hospitals).toEqual(testFounding.hospitals);
	});

	it.each([
		['an unknown key', { more: 1 }, ''],
		['no policy', { policy: undefined }, '/policy'],
		[
			'a policy that leaves aggregation open',
			{ policy: { ...testPolicy, aggregation: undefined } },
			'/policy/aggregation',
		],
		['k 1 without public data', { policy: { ...testPolicy, k: 1 } }, '/policy/k'],
		[
			'a hospital called coordinator',
			{ hospitals: [...testFounding.hospitals, 'coordinator'] },
			'/hospitals',
		],
		['a hospital twice', { hospitals: [...testFounding.hospitals, 'east'] }, '/hospitals'],
		[
			'a project of two under secure aggregation',
			{ projects: [{ id: 'p', title: '', hospitals: ['east', 'west'] }] },
			'/projects/0/hospitals',
		],
		[
			'a project with a stranger',
			{ projects: [{ id: 'p', title: '', hospitals: ['east', 'north', 'oslo'] }] },
			'/projects/0/hospitals',
		],
		[
			'a plain HTTP issuer',
			{ issuers: [{ issuer: 'http://id.example', jwksUri: 'https://id.example/j', audience: 'a' }] },
			'/issuers/0/issuer',
		],
		['an empty dictionary', { dictionary: {} }, '/dictionary'],
	])('refuses %s with its path', (_, change, path) => {
		expect(pathsOf(change).some((one) => one.startsWith(path))).toBe(true);
		expect(pathsOf(change).length).toBeGreaterThan(0);
	});

	it('takes a project of two in a plain network', () => {
		const projects = [{ id: 'p', title: '', hospitals: ['east', 'west'] }];
		expect(pathsOf({ policy: { ...testPolicy, aggregation: 'plain' }, projects })).toEqual([]);
	});
});
