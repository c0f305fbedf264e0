// Turns a hospital's authorization file into the relationships of its own store: nothing else grants anything there.

import { approverOf, type HospitalAuthorization, type ProjectAuthorization } from './authorization-file.ts';
import type { Tuple } from './relationship-engine.ts';

const dayMs = 86_400_000;

/**
 * Shape   every relationship once. A project that no independent steward can have approved gets its people and
 *         its asks, but no approval, purpose or exact grant, so that it may ask nothing of a data set that needs one.
 */
export function hospitalTuples(file: HospitalAuthorization): readonly Tuple[] {
	const hospital = `hospital:${file.hospital}`;
	const people = (relation: string, ids: readonly string[]): readonly Tuple[] =>
		ids.map((id) => ({ user: `user:${id}`, relation, object: hospital }));
	const consortium: readonly Tuple[] =
		file.consortium === undefined
			? []
			: [{ user: hospital, relation: 'member', object: `consortium:${file.consortium}` }];
	return withoutRepeats([
		...people('steward', file.stewards),
		...people('compliance_officer', file.complianceOfficers),
		...people('staff', file.staff ?? []),
		...consortium,
		{ user: hospital, relation: 'hospital', object: `dataset:${file.dataset}` },
		{ user: hospital, relation: 'hospital', object: `audit_log:${file.hospital}` },
		...file.projects.flatMap((project) => projectTuples(file, project)),
	]);
}

function projectTuples(file: HospitalAuthorization, project: ProjectAuthorization): readonly Tuple[] {
	const object = `project:${project.id}`;
	const consortium: readonly Tuple[] =
		file.consortium === undefined
			? []
			: [{ user: `consortium:${file.consortium}`, relation: 'consortium', object }];
	const lead: readonly Tuple[] =
		project.lead === undefined ? [] : [{ user: `user:${project.lead}`, relation: 'lead', object }];
	return [
		{ user: `hospital:${file.hospital}`, relation: 'hospital', object },
		...consortium,
		...lead,
		...project.members.map((id) => ({ user: `user:${id}`, relation: 'member', object })),
		...grantTuples(file, project),
	];
}

function grantTuples(file: HospitalAuthorization, project: ProjectAuthorization): readonly Tuple[] {
	const end = new Date(Date.parse(`${project.until}T00:00:00Z`) + dayMs).toISOString();
	const grant = (relation: string): Tuple => ({
		user: `project:${project.id}`,
		relation,
		object: `dataset:${file.dataset}`,
		condition: { name: 'before_end', context: { end } },
	});
	const asks = project.asks.map(grant);
	if (approverOf(file, project) === null) return asks;
	const purpose: Tuple = {
		user: `project:${project.id}`,
		relation: 'purpose',
		object: `dataset:${file.dataset}`,
		condition: { name: 'purpose_listed', context: { purposes: project.purposes } },
	};
	return [grant('approved'), purpose, ...asks, ...(project.exact ? [grant('exact')] : [])];
}

/** A server refuses a write that names one relationship twice. */
function withoutRepeats(tuples: readonly Tuple[]): readonly Tuple[] {
	return [
		...new Map(tuples.map((tuple) => [`${tuple.user} ${tuple.relation} ${tuple.object}`, tuple])).values(),
	];
}
