// The founding document: what a consortium agreed on before its first hospital enrols. It becomes manifest version 1.

import {
	type Dictionary,
	err,
	type InputIssue,
	isPlainHttpOffLoopback,
	type ManifestProject,
	type NetworkPolicy,
	ok,
	parseDictionary,
	parsePolicy,
	type Result,
	type TrustedIssuer,
} from '@cordon/shared';
import { z } from 'zod';
import { issuesOf } from '../input-issues.ts';

export interface Founding {
	readonly cordon: 1;
	readonly network: string;
	readonly policy: NetworkPolicy;
	readonly projects: readonly ManifestProject[];
	readonly issuers: readonly TrustedIssuer[];
	readonly dictionary: Dictionary;
	/** The hospitals that must enrol before there is a network; sorted ids. */
	readonly hospitals: readonly string[];
}

const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/);
const endpoint = z.url().refine((url) => !isPlainHttpOffLoopback(url), 'plain HTTP is only for loopback');

const foundingShape = z.strictObject({
	cordon: z.literal(1),
	network: id,
	policy: z.unknown(),
	projects: z.array(z.strictObject({ id, title: z.string().max(200), hospitals: z.array(id).min(1) })).min(1),
	issuers: z
		.array(z.strictObject({ issuer: endpoint, jwksUri: endpoint, audience: z.string().min(1).max(200) }))
		.min(1),
	dictionary: z.unknown(),
	hospitals: z.array(id).min(2).max(100),
});

/**
 * Shape   hospitals and rosters sorted, nothing added.
 * Errors  every mistake with its path; a policy that leaves a choice open is one.
 */
export function parseFounding(input: unknown): Result<Founding, readonly InputIssue[]> {
	const shaped = foundingShape.safeParse(input);
	if (!shaped.success) return err(issuesOf(shaped.error));
	const policy = parsePolicy(shaped.data.policy);
	if (!policy.ok) return err(under('/policy', policy.error));
	const dictionary = parseDictionary(shaped.data.dictionary);
	if (!dictionary.ok) return err(under('/dictionary', dictionary.error));
	const founding: Founding = {
		...shaped.data,
		policy: policy.value,
		dictionary: dictionary.value,
		hospitals: [...shaped.data.hospitals].sort(),
		projects: shaped.data.projects.map((project) => ({
			...project,
			hospitals: [...project.hospitals].sort(),
		})),
	};
	const issues = [...hospitalIssues(founding), ...projectIssues(founding)];
	return issues.length === 0 ? ok(founding) : err(issues);
}

function hospitalIssues({ hospitals }: Founding): readonly InputIssue[] {
	const issues: InputIssue[] = [];
	if (new Set(hospitals).size !== hospitals.length)
		issues.push(issue('/hospitals', 'a hospital is listed twice'));
	// Its messages would be taken for the coordinator's own.
	if (hospitals.includes('coordinator'))
		issues.push(issue('/hospitals', 'no hospital may be called coordinator'));
	return issues;
}

function projectIssues({ hospitals, policy, projects }: Founding): readonly InputIssue[] {
	// Two hospitals could subtract themselves from a sum of two; a plain network has accepted that.
	const least = policy.aggregation === 'secure' ? 3 : 2;
	const issues: InputIssue[] = [];
	if (new Set(projects.map((project) => project.id)).size !== projects.length) {
		issues.push(issue('/projects', 'a project is listed twice'));
	}
	for (const [at, project] of projects.entries()) {
		const path = `/projects/${at}/hospitals`;
		const distinct = new Set(project.hospitals);
		if (distinct.size !== project.hospitals.length) issues.push(issue(path, 'a hospital is listed twice'));
		if (distinct.size < least) {
			issues.push(issue(path, `${policy.aggregation} aggregation needs at least ${least} hospitals`));
		}
		const unknown = project.hospitals.find((hospital) => !hospitals.includes(hospital));
		if (unknown !== undefined)
			issues.push({ path, message: `${unknown} is not in /hospitals`, nearest: [...hospitals].slice(0, 3) });
	}
	return issues;
}

function issue(path: string, message: string): InputIssue {
	return { path, message, nearest: [] };
}

function under(path: string, issues: readonly InputIssue[]): readonly InputIssue[] {
	return issues.map((one) => ({ ...one, path: `${path}${one.path}` }));
}
