// What must hold between the parts of network.yaml: names that are defined, rosters that are large enough, a safe k.

import { type InputIssue, nearestNames, replyAfterMs } from '@cordon/shared';
import type { NetworkFile, ProjectFile } from './network-schema.ts';

/** Errors  one issue a mistake, with its path and, for a name, the nearest that the file defines. */
export function brokenRules(network: NetworkFile): readonly InputIssue[] {
	const { hospitals, people, projects } = network;
	return [
		...twice('/hospitals', '/id', idsOf(hospitals)),
		...twice('/people', '/id', idsOf(people)),
		...twice('/projects', '/id', idsOf(projects)),
		...hospitals.flatMap((hospital, at) => [
			...reserved(hospital.id, `/hospitals/${at}/id`),
			...badPattern(hospital.patients?.matching, `/hospitals/${at}/patients/matching`),
		]),
		...projects.flatMap((project, at) => projectRules(network, project, `/projects/${at}`)),
		...smallK(network),
		...lateReply(network),
		...blindRules(network),
	];
}

function projectRules(network: NetworkFile, project: ProjectFile, path: string): readonly InputIssue[] {
	const people = idsOf(network.people);
	const lead = project.lead === undefined ? [] : [project.lead];
	return [
		...project.hospitals.flatMap((name, at) =>
			undefinedName({ name, path: `${path}/hospitals/${at}`, what: 'hospital' }, idsOf(network.hospitals)),
		),
		...project.members.flatMap((name, at) =>
			undefinedName({ name, path: `${path}/members/${at}`, what: 'person' }, people),
		),
		...lead.flatMap((name) => undefinedName({ name, path: `${path}/lead`, what: 'person' }, people)),
		...twice(`${path}/hospitals`, '', project.hospitals),
		...twice(`${path}/members`, '', project.members),
		...smallRoster(network, project, path),
	];
}

interface NameUsed {
	readonly name: string;
	readonly path: string;
	readonly what: 'hospital' | 'person';
}

function undefinedName({ name, path, what }: NameUsed, known: readonly string[]): readonly InputIssue[] {
	if (known.includes(name)) return [];
	const list = what === 'hospital' ? 'hospitals' : 'people';
	const message = `no ${what} of this file has the id ${name}; /${list} defines ${known.join(', ')}`;
	return [{ path, message, nearest: nearestNames(name, known) }];
}

/** Two hospitals could each subtract themselves from a sum of two. */
function smallRoster(
	{ policy }: NetworkFile,
	{ hospitals }: ProjectFile,
	path: string,
): readonly InputIssue[] {
	if (policy.aggregation === 'plain' || new Set(hospitals).size >= 3) return [];
	const message =
		'secure aggregation needs three hospitals in a project; name a third, or write `aggregation: plain` in /policy, where the coordinator sees the counts of each';
	return [{ path: `${path}/hospitals`, message, nearest: [] }];
}

function smallK({ policy }: NetworkFile): readonly InputIssue[] {
	if (policy.publicData || policy.k >= 2) return [];
	const message =
		'k under 2 needs `publicData: true`, which is for public or simulated data only; the default is 11';
	return [{ path: '/policy/k', message, nearest: [] }];
}

function lateReply({ policy }: NetworkFile): readonly InputIssue[] {
	const { replyTime, sessionDeadline, maxCells } = policy;
	const longest = replyAfterMs({ replyMs: Math.round(replyTime * 1000) }, maxCells) / 1000;
	if (longest <= sessionDeadline / 4) return [];
	const message =
		`a question of ${maxCells} cells would be replied to after ${longest} s, which is more than a quarter of the ` +
		`sessionDeadline of ${sessionDeadline} s; lower replyTime or maxCells, or raise sessionDeadline`;
	return [{ path: '/policy/replyTime', message, nearest: [] }];
}

/** What is decided on the sum cannot be decided where nobody but the researcher sees it. */
function blindRules({ policy, projects }: NetworkFile): readonly InputIssue[] {
	if (policy.visibility === 'visible') return [];
	const issues: InputIssue[] = [];
	const needVisible = (path: string, message: string): void => {
		issues.push({ path, message: `${message}, or write \`visibility: visible\` in /policy`, nearest: [] });
	};
	if (policy.aggregation === 'plain') {
		needVisible('/policy/visibility', 'blind needs `aggregation: secure`; write that');
	}
	if (policy.mechanisms.includes('exact')) {
		needVisible(
			'/policy/mechanisms',
			'a blind network cannot hide small cells, so it has no exact; leave it out',
		);
	}
	for (const [at, { asks, exact }] of projects.entries()) {
		if (exact) needVisible(`/projects/${at}/exact`, 'a blind network has no exact answers; leave this out');
		if (asks.includes('exists')) {
			needVisible(
				`/projects/${at}/asks/${asks.indexOf('exists')}`,
				'a blind network would show the count that `exists` is to hide; leave it out',
			);
		}
	}
	return issues;
}

/** Its messages would be taken for the coordinator's own. */
function reserved(id: string, path: string): readonly InputIssue[] {
	return id === 'coordinator'
		? [{ path, message: 'no hospital may be called coordinator', nearest: [] }]
		: [];
}

function badPattern(pattern: string | undefined, path: string): readonly InputIssue[] {
	try {
		if (pattern !== undefined) new RegExp(pattern, 'u');
		return [];
	} catch {
		// The engine's text differs from version to version.
		return [{ path, message: 'is not a regular expression (JavaScript, with the flag u)', nearest: [] }];
	}
}

function twice(path: string, rest: string, names: readonly string[]): readonly InputIssue[] {
	return names.flatMap((name, at) =>
		names.indexOf(name) === at
			? []
			: [{ path: `${path}/${at}${rest}`, message: `${name} is there twice`, nearest: [] }],
	);
}

function idsOf(entries: readonly { readonly id: string }[]): readonly string[] {
	return entries.map(({ id }) => id);
}
