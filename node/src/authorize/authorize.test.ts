import {
	createEvaluator,
	type HospitalAuthorization,
	hospitalTuples,
	loadModel,
	type ProjectAuthorization,
	type RelationshipEngine,
} from '@cordon/policies';
import { describe, expect, it } from 'vitest';
import type { AccessQuestion } from '../ports.ts';
import { type AuthorizeParts, authorize } from './authorize.ts';

const project: ProjectAuthorization = {
	id: 'glioma',
	lead: 'lea',
	members: ['ana'],
	purposes: ['HMB'],
	asks: ['exists', 'count', 'distribution'],
	exact: false,
	until: '2026-12-31',
};
const file: HospitalAuthorization = {
	hospital: 'north',
	dataset: 'north',
	stewards: ['sam'],
	complianceOfficers: ['cleo'],
	projects: [project, { ...project, id: 'lung', members: ['omar'], lead: 'lea' }],
};
const question: AccessQuestion = {
	person: 'ana',
	project: 'glioma',
	askKind: 'count',
	mechanism: 'noised',
	purpose: 'HMB',
	nowMs: Date.UTC(2026, 10, 23, 12),
};
const model = loadModel();

function partsOf(authorization: HospitalAuthorization, publicData = false): AuthorizeParts {
	return {
		engine: createEvaluator(model, hospitalTuples(authorization)),
		dataset: authorization.dataset,
		hospitalProjects: authorization.projects.map(({ id }) => id),
		publicData,
	};
}

async function codeOf(
	change: Partial<AccessQuestion>,
	parts: AuthorizeParts = partsOf(file),
): Promise<string> {
	const answer = await authorize({ ...question, ...change }, parts);
	return answer.ok ? 'ok' : answer.error;
}

function withProject(change: Partial<ProjectAuthorization>): HospitalAuthorization {
	return { ...file, projects: [{ ...project, ...change }] };
}

describe('authorize', () => {
	it('admits a member who puts an approved kind of ask', async () => {
		expect(await authorize(question, partsOf(file))).toEqual({
			ok: true,
			value: { person: 'ana', project: 'glioma', isGrantWaived: false },
		});
	});

	it('admits the lead, who is a member too', async () => {
		expect(await codeOf({ person: 'lea' })).toBe('ok');
	});

	it('admits until the end of the last day', async () => {
		expect(await codeOf({ nowMs: Date.UTC(2026, 11, 31, 23, 59, 59, 999) })).toBe('ok');
	});

	it.each([
		['of a project that this hospital does not know', { project: 'heart' }, 'unknown-project'],
		['by a stranger', { person: 'eve' }, 'not-a-member'],
		['by a member of another project', { person: 'omar' }, 'not-a-member'],
		['by a steward', { person: 'sam' }, 'not-a-member'],
		['by a compliance officer', { person: 'cleo' }, 'not-a-member'],
		['by somebody called everybody', { person: '*' }, 'not-a-member'],
		['by somebody called like a group', { person: 'ana#member' }, 'policy-unavailable'],
		['after the approval has ended', { nowMs: Date.UTC(2027, 0, 1) }, 'dataset-not-approved'],
		['for another purpose', { purpose: 'GRU' }, 'purpose-not-permitted'],
		['for a purpose in other letters', { purpose: 'hmb' }, 'purpose-not-permitted'],
		['of a kind that was not granted', { askKind: 'table' }, 'ask-not-permitted'],
		['for exact numbers without the grant', { mechanism: 'exact' }, 'exact-not-granted'],
	] as const)('refuses a question %s', async (_situation, change, code) => {
		expect(await codeOf(change)).toBe(code);
	});

	it('refuses a project whose only steward is its member', async () => {
		expect(await codeOf({}, partsOf({ ...file, stewards: ['ana'] }))).toBe('dataset-not-approved');
	});

	it('admits exact numbers with the controlled-access grant', async () => {
		expect(await codeOf({ mechanism: 'exact' }, partsOf(withProject({ exact: true })))).toBe('ok');
	});

	it('grants no kind of ask by another', async () => {
		const parts = partsOf(withProject({ asks: ['table', 'model', 'association', 'breakdown'] }));
		const kinds = ['exists', 'count', 'histogram'] as const;
		const codes = await Promise.all(kinds.map((askKind) => codeOf({ askKind }, parts)));
		expect(codes).toEqual(['ask-not-permitted', 'ask-not-permitted', 'ask-not-permitted']);
		expect(await codeOf({ askKind: 'table' }, parts)).toBe('ok');
	});

	it('does not lend the approval of one data set to another', async () => {
		expect(await codeOf({}, { ...partsOf(file), dataset: 'south' })).toBe('dataset-not-approved');
	});
});

describe('authorize on public data', () => {
	const open = partsOf({ ...file, stewards: [] }, true);

	it('waives approval, purpose and exact grant, and says so', async () => {
		const asked = { ...question, purpose: 'POA', mechanism: 'exact' as const };
		expect(await authorize(asked, open)).toEqual({
			ok: true,
			value: { person: 'ana', project: 'glioma', isGrantWaived: true },
		});
	});

	it.each([
		['an unknown project', { project: 'heart' }, 'unknown-project'],
		['a stranger', { person: 'eve' }, 'not-a-member'],
		['an ask that was not granted', { askKind: 'table' }, 'ask-not-permitted'],
	] as const)('does not waive %s', async (_situation, change, code) => {
		expect(await codeOf(change, open)).toBe(code);
	});
});

describe('authorize without a definite answer', () => {
	const allowing = (undecided: string): RelationshipEngine => ({
		check: async ({ relation }) =>
			relation === undecided ? { ok: false, error: 'policy-unavailable' } : { ok: true, value: true },
	});

	it.each(['member', 'approved', 'purpose', 'can_ask_count', 'can_release_exact'])(
		'refuses where %s is undecided',
		async (relation) => {
			const parts = { ...partsOf(file), engine: allowing(relation) };
			expect(await codeOf({ mechanism: 'exact' }, parts)).toBe('policy-unavailable');
		},
	);

	it('asks about the person and the project that it admits, and no other', async () => {
		const asked: string[] = [];
		const engine: RelationshipEngine = {
			check: async ({ user, relation, object }) => {
				asked.push(`${user} ${relation} ${object}`);
				return { ok: true, value: true };
			},
		};
		await authorize({ ...question, mechanism: 'exact' }, { ...partsOf(file), engine });
		expect(asked).toEqual([
			'user:ana member project:glioma',
			'project:glioma approved dataset:north',
			'project:glioma purpose dataset:north',
			'project:glioma can_ask_count dataset:north',
			'project:glioma can_release_exact dataset:north',
		]);
	});
});
