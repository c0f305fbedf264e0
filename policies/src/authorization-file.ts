// A hospital's own say, as a file: who its stewards and compliance officers are, and what it approves for whom.

import { err, type InputIssue, ok, purposePattern, type Result } from '@cordon/shared';
import { z } from 'zod';

/** The ladder of asks, by the names that an authorization file uses; each is granted by itself. */
export const grantedAsks = [
	'exists',
	'count',
	'distribution',
	'table',
	'association',
	'model',
	'breakdown',
] as const;
export type GrantedAsk = (typeof grantedAsks)[number];

export interface ProjectAuthorization {
	readonly id: string;
	readonly lead?: string;
	readonly members: readonly string[];
	/** DUO shorthands of the purposes that the approval covers. */
	readonly purposes: readonly string[];
	readonly asks: readonly GrantedAsk[];
	/** The controlled-access grant: exact releases. */
	readonly exact: boolean;
	/** ISO date; the approval holds through this day, in UTC. */
	readonly until: string;
	/** The steward who approved; default the first steward who takes no part in the project. */
	readonly approvedBy?: string;
}

export interface HospitalAuthorization {
	readonly hospital: string;
	readonly dataset: string;
	readonly consortium?: string;
	readonly stewards: readonly string[];
	readonly complianceOfficers: readonly string[];
	readonly staff?: readonly string[];
	readonly projects: readonly ProjectAuthorization[];
}

/** A person as the verified token names them (`person` of verifyAccessToken). Never `*`: that would be everybody. */
const person = z.string().regex(/^[A-Za-z0-9._~!'()%@|-]{1,200}$/, 'is not a person id');
const name = z.string().regex(/^[a-z0-9-]{1,40}$/, 'must match [a-z0-9-]{1,40}');
const day = z.iso.date('must be a date like 2027-06-30');

const projectSchema: z.ZodType<ProjectAuthorization> = z.strictObject({
	id: name,
	lead: z.exactOptional(person),
	members: z.array(person).max(10_000),
	purposes: z.array(z.string().regex(purposePattern, 'is not a DUO shorthand')).max(100),
	asks: z.array(z.enum(grantedAsks)),
	exact: z.boolean(),
	until: day,
	approvedBy: z.exactOptional(person),
});

const fileSchema: z.ZodType<HospitalAuthorization> = z.strictObject({
	hospital: name,
	dataset: name,
	consortium: z.exactOptional(name),
	stewards: z.array(person),
	complianceOfficers: z.array(person),
	staff: z.exactOptional(z.array(person)),
	projects: z.array(projectSchema).max(1000),
});

/** `input` is the parsed YAML or JSON. Errors  every mistake with its path; a file with one is not used at all. */
export function parseAuthorization(input: unknown): Result<HospitalAuthorization, readonly InputIssue[]> {
	const parsed = fileSchema.safeParse(input);
	if (!parsed.success) {
		return err(parsed.error.issues.map((issue) => toIssue(issue.path, issue.message)));
	}
	const issues = ruleIssues(parsed.data);
	return issues.length === 0 ? ok(parsed.data) : err(issues);
}

/** The steward whose approval this is; null where nobody may have given it, and then there is none. */
export function approverOf(file: HospitalAuthorization, project: ProjectAuthorization): string | null {
	const own = new Set([...project.members, ...(project.lead === undefined ? [] : [project.lead])]);
	const free = file.stewards.filter(
		(steward) => !own.has(steward) && !file.complianceOfficers.includes(steward),
	);
	if (project.approvedBy === undefined) return free[0] ?? null;
	return free.includes(project.approvedBy) ? project.approvedBy : null;
}

function ruleIssues(file: HospitalAuthorization): readonly InputIssue[] {
	const issues: InputIssue[] = [];
	const seen = new Set<string>();
	for (const [position, project] of file.projects.entries()) {
		if (seen.has(project.id)) issues.push(toIssue(['projects', position, 'id'], 'is there twice'));
		seen.add(project.id);
		const isSomeoneNamed = project.approvedBy !== undefined || file.stewards.length > 0;
		if (isSomeoneNamed && approverOf(file, project) === null) {
			issues.push(
				toIssue(['projects', position, 'approvedBy'], 'needs a steward who takes no part in the project'),
			);
		}
	}
	for (const [position, steward] of file.stewards.entries()) {
		if (!file.complianceOfficers.includes(steward)) continue;
		issues.push(toIssue(['stewards', position], 'is a compliance officer, who decides nothing'));
	}
	return issues;
}

function toIssue(path: readonly PropertyKey[], message: string): InputIssue {
	return { path: path.map((step) => `/${String(step)}`).join(''), message, nearest: [] };
}
