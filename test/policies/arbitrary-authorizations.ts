// Generates what a store may hold and what it may be asked: authorization files, relationships, questions, and nonsense.

import {
	type ConditionContext,
	grantedAsks,
	type HospitalAuthorization,
	hospitalTuples,
	loadModel,
	type ProjectAuthorization,
	type RelationshipCheck,
	type Tuple,
} from '@cordon/policies';
import fc from 'fast-check';
import { isPermittedTuple } from '../../policies/src/tuple-index.ts';

export interface AskedStore {
	readonly tuples: readonly Tuple[];
	readonly questions: readonly RelationshipCheck[];
}

const model = loadModel();
const people = ['ana', 'ben', 'cleo', 'dan', 'eve', 'idp.example|0-9_~!()%@x'] as const;
const projects = ['glioma', 'lung', 'heart'] as const;
const purposes = ['HMB', 'GRU', 'DS-MONDO:0018177'] as const;
const days = ['2026-11-22', '2026-11-23', '2026-12-31'] as const;
const relations = [...new Set([...model.types.values()].flatMap((type) => [...type.keys()]))];
const objects = [
	...projects.map((id) => `project:${id}`),
	...[
		'hospital:north',
		'hospital:south',
		'consortium:atlas',
		'dataset:north',
		'dataset:south',
		'audit_log:north',
	],
];
const users = [
	...people.map((id) => `user:${id}`),
	...objects,
	...['user:*', 'hospital:north#steward', 'hospital:north#staff', 'project:glioma#member', 'user:ana#member'],
];
const malformed = [
	...[
		'',
		'ana',
		'user:',
		':ana',
		'user:a b',
		'user:a#',
		'user:a#b#c',
		'user:a:b',
		'user:a*',
		'*:*',
		'#member',
	],
	...['project:*', 'project:glioma#member', 'project:', 'robot:r2', `user:${'x'.repeat(600)}`],
	...[`project:${'y'.repeat(300)}`, 'user:a\n', 'user:@', 'project:a@b', 'user:é', 'user:\u0000'],
];
const ends = ['2026-11-24T00:00:00.000Z', '2027-01-01T00:00:00.000Z', '2026-11-23T13:00:00+01:00'] as const;
const moments = [
	...[
		'2026-11-23T12:00:00Z',
		'2026-11-23T11:59:59.999Z',
		'2026-11-24T00:00:00Z',
		'2026-11-23T23:59:59.999999999Z',
	],
	...[
		'2026-11-24T01:00:00+01:00',
		'2026-12-31T23:59:59Z',
		'2027-01-01T00:00:00.000Z',
		'2027-01-01T00:00:00.001Z',
	],
];
const noMoments = [
	'tomorrow',
	'2026-11-23',
	'2026-11-23T12:00:00',
	'2026-13-01T00:00:00Z',
	'',
	1_795_000_000,
	null,
	true,
];

/** Often all of them: with each thing drawn by halves nobody would ever have all that an ask needs. */
function some<T>(items: readonly T[]): fc.Arbitrary<readonly T[]> {
	return fc.boolean().chain((isAll) => (isAll ? fc.constant(items) : fc.subarray([...items])));
}

const project: fc.Arbitrary<ProjectAuthorization> = fc
	.record({
		id: fc.constantFrom(...projects),
		lead: fc.option(fc.constantFrom(...people), { nil: undefined }),
		members: some(people),
		purposes: some(purposes),
		asks: some(grantedAsks),
		exact: fc.boolean(),
		until: fc.constantFrom(...days),
	})
	.map(({ lead, ...rest }) => (lead === undefined ? rest : { ...rest, lead }));

export const authorizationFile: fc.Arbitrary<HospitalAuthorization> = fc.record({
	hospital: fc.constant('north'),
	dataset: fc.constant('north'),
	consortium: fc.constant('atlas'),
	// Whom a project's members leave over: an approval needs a steward who takes no part.
	stewards: fc.subarray([...people, 'sam', 'sue']),
	complianceOfficers: fc.subarray([...people], { maxLength: 2 }),
	staff: some(people),
	projects: fc.uniqueArray(project, { selector: ({ id }) => id, minLength: 1, maxLength: 3 }),
});

const condition: fc.Arbitrary<Tuple['condition']> = fc.oneof(
	fc.constant(undefined),
	fc.constantFrom(...ends).map((end) => ({ name: 'before_end', context: { end } })),
	some(purposes).map((listed) => ({ name: 'purpose_listed', context: { purposes: listed } })),
	// What the check must then bring along: and a value that is stored wins over one that is asked.
	fc.constant({ name: 'before_end', context: {} }),
	fc.constantFrom(...ends).map((now) => ({ name: 'before_end', context: { now, end: ends[1] } })),
	fc.constantFrom<unknown>(...noMoments).map((end) => ({ name: 'before_end', context: { end } })),
	fc.constantFrom<unknown>('HMB', [7], [['HMB']], ['HMB\u0000'], null).map((listed) => ({
		name: 'purpose_listed',
		context: { purposes: listed },
	})),
	fc.constant({ name: 'before_end', context: { end: ends[1], more: 1 } }),
	fc.constant({ name: 'before', context: { end: ends[1] } }),
);

const anyTuple: fc.Arbitrary<Tuple> = fc
	.record({
		user: fc.constantFrom(...users),
		relation: fc.constantFrom(...relations),
		object: fc.constantFrom(...objects),
		condition,
	})
	.map(({ condition: one, ...key }) => (one === undefined ? key : { ...key, condition: one }));

const contextualTuple: fc.Arbitrary<Tuple> = fc.oneof(
	anyTuple,
	fc.record({
		user: fc.constant('project:glioma'),
		relation: fc.constantFrom('approved', 'purpose', 'count'),
		object: fc.constant('dataset:north'),
		condition: condition.filter((one) => one !== undefined),
	}),
);

/** One of those that the model lets be written, which a draw at random would seldom hit. */
const permitted = fc.constantFrom(
	...users.flatMap((user) =>
		relations.flatMap((relation) =>
			objects.flatMap((object) =>
				[undefined, ...ends.map((end) => ({ name: 'before_end', context: { end } }))]
					.map((one): Tuple => ({ user, relation, object, ...(one === undefined ? {} : { condition: one }) }))
					.filter((tuple) => isPermittedTuple(model, tuple)),
			),
		),
	),
);

const storedTuple = fc.oneof(
	permitted,
	anyTuple.filter((tuple) => isPermittedTuple(model, tuple)),
);

const context: fc.Arbitrary<ConditionContext> = fc.record(
	{
		now: fc.oneof(
			{ arbitrary: fc.constantFrom(...moments), weight: 6 },
			{ arbitrary: fc.constantFrom<unknown>(...noMoments), weight: 1 },
		),
		asked: fc.oneof(
			{ arbitrary: fc.constantFrom<unknown>(...purposes, 'hmb'), weight: 8 },
			{ arbitrary: fc.constantFrom<unknown>(7, null, ['HMB'], 'HMB\u0000'), weight: 1 },
		),
		end: fc.constantFrom(...ends),
		more: fc.constantFrom('x'),
	},
	{ requiredKeys: [] },
);

/** What a node asks: most draws at random are about nobody's rights. */
const usual: fc.Arbitrary<Pick<Tuple, 'user' | 'relation' | 'object'>> = fc.oneof(
	fc.record({
		user: fc.constantFrom('user:sam', 'user:sue', ...people.map((id) => `user:${id}`)),
		relation: fc.constantFrom('steward', 'staff', 'compliance_officer'),
		object: fc.constant('hospital:north'),
	}),
	fc.record({
		user: fc.constantFrom('user:sam', ...people.map((id) => `user:${id}`)),
		relation: fc.constantFrom('member', 'lead', 'can_approve'),
		object: fc.constantFrom(...projects.map((id) => `project:${id}`)),
	}),
	fc.record({
		user: fc.constantFrom(...projects.map((id) => `project:${id}`)),
		relation: fc.constantFrom(...relations.filter((name) => name.startsWith('can_') || name === 'approved')),
		object: fc.constant('dataset:north'),
	}),
);

const odd: fc.Arbitrary<Pick<Tuple, 'user' | 'relation' | 'object'>> = fc.record({
	user: fc.constantFrom(...users, ...malformed),
	relation: fc.constantFrom(...relations, 'nothing', '', 'MEMBER', 'x'.repeat(60)),
	object: fc.constantFrom(...objects, ...malformed),
});

const question: fc.Arbitrary<RelationshipCheck> = fc
	.record({
		key: fc.oneof({ arbitrary: usual, weight: 3 }, { arbitrary: odd, weight: 2 }),
		context: fc.oneof(
			{
				arbitrary: fc.record({ now: fc.constantFrom(...moments), asked: fc.constantFrom(...purposes) }),
				weight: 2,
			},
			{ arbitrary: context, weight: 1 },
		),
		contextualTuples: fc.oneof(
			{ arbitrary: fc.constant([]), weight: 3 },
			{ arbitrary: fc.uniqueArray(storedTuple, { maxLength: 2, selector: nameOf }), weight: 2 },
			{
				arbitrary: fc.uniqueArray(contextualTuple, { minLength: 1, maxLength: 2, selector: nameOf }),
				weight: 1,
			},
		),
	})
	.map(({ key, ...rest }) => ({ ...key, ...rest }));

/** The questions of a store, beside relationships of no authorization file. */
export const askedStore: fc.Arbitrary<AskedStore> = fc
	.record({
		file: authorizationFile,
		more: fc.array(storedTuple, { maxLength: 12 }),
		questions: fc.array(question, { minLength: 20, maxLength: 30 }),
	})
	.map(({ file, more, questions }) => {
		const byName = new Map([...hospitalTuples(file), ...more].map((tuple) => [nameOf(tuple), tuple]));
		return { tuples: [...byName.values()], questions };
	});

export function nameOf({ user, relation, object }: Tuple): string {
	return `${user} ${relation} ${object}`;
}
