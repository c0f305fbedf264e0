import { describe, expect, it } from 'vitest';
import { approverOf, type HospitalAuthorization, parseAuthorization } from './authorization-file.ts';

const project = {
	id: 'glioma',
	lead: 'lea',
	members: ['ana'],
	purposes: ['HMB'],
	asks: ['count', 'table'],
	exact: true,
	until: '2027-06-30',
} as const;
const file: HospitalAuthorization = {
	hospital: 'north',
	dataset: 'north',
	stewards: ['sam'],
	complianceOfficers: ['cleo'],
	projects: [project],
};

function paths(input: unknown): readonly string[] {
	const parsed = parseAuthorization(input);
	return parsed.ok ? [] : parsed.error.map((issue) => issue.path);
}

describe('parseAuthorization', () => {
	it('reads a whole file', () => {
		expect(parseAuthorization(file)).toEqual({ ok: true, value: file });
	});

	it.each(['HMB', 'GRU', 'NPUNCU', 'DS-MONDO:0018177', 'DS'])('permits the purpose %s', (purpose) => {
		expect(paths({ ...file, projects: [{ ...project, purposes: [purpose] }] })).toEqual([]);
	});

	it.each(['hmb', 'H', 'HMB-', '-HMB', 'DS-MONDO 1', 'DS-a\n', ''])('refuses the purpose %j', (purpose) => {
		expect(paths({ ...file, projects: [{ ...project, purposes: ['HMB', purpose] }] })).toEqual([
			'/projects/0/purposes/1',
		]);
	});

	it.each([
		['an unknown key', { ...file, owner: 'x' }, ''],
		['a person who would be everybody', { ...file, stewards: ['*'] }, '/stewards/0'],
		['a person who would be a group', { ...file, stewards: ['team#member'] }, '/stewards/0'],
		['a hospital that is a path', { ...file, hospital: '../x' }, '/hospital'],
		[
			'an ask nobody knows',
			{ ...file, projects: [{ ...project, asks: ['everything'] }] },
			'/projects/0/asks/0',
		],
		[
			'a date that is none',
			{ ...file, projects: [{ ...project, until: '2027-02-30' }] },
			'/projects/0/until',
		],
		['the same project twice', { ...file, projects: [project, project] }, '/projects/1/id'],
		[
			'a project approved by its own lead',
			{ ...file, stewards: ['lea', 'sam'], projects: [{ ...project, approvedBy: 'lea' }] },
			'/projects/0/approvedBy',
		],
		[
			'a project approved by its own member',
			{ ...file, stewards: ['ana', 'sam'], projects: [{ ...project, approvedBy: 'ana' }] },
			'/projects/0/approvedBy',
		],
		[
			'a project approved by someone who is no steward',
			{ ...file, projects: [{ ...project, approvedBy: 'nils' }] },
			'/projects/0/approvedBy',
		],
		['a project whose only steward takes part', { ...file, stewards: ['ana'] }, '/projects/0/approvedBy'],
		['a steward who reviews the trail', { ...file, stewards: ['cleo', 'sam'] }, '/stewards/0'],
	])('refuses %s', (_situation, input, path) => {
		expect(paths(input)).toEqual([path]);
	});

	it.each([null, [], 'north', { __proto__: null }])('refuses %j', (input) => {
		expect(parseAuthorization(input).ok).toBe(false);
	});
});

describe('approverOf', () => {
	it('is the first steward who takes no part in the project', () => {
		expect(approverOf({ ...file, stewards: ['lea', 'ana', 'sam'] }, project)).toBe('sam');
	});

	it('is nobody where there is no steward', () => {
		expect(approverOf({ ...file, stewards: [] }, project)).toBeNull();
	});

	it('is never a compliance officer', () => {
		expect(approverOf({ ...file, stewards: ['cleo'] }, project)).toBeNull();
	});
});
