// Replaces ${NAME} and ${NAME:-default} in the texts of a parsed YAML file, so that shared data may lie anywhere.

import { err, type InputIssue, ok, type Result } from '@cordon/shared';

const variable = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

/** Errors  one issue for each variable that is not set and has no default, with the path of the text. */
export function expandVariables(
	value: unknown,
	environment: Readonly<Record<string, string | undefined>>,
): Result<unknown, readonly InputIssue[]> {
	const issues: InputIssue[] = [];
	const visit = (node: unknown, path: string): unknown => {
		if (typeof node === 'string') return expandText(node, path);
		if (Array.isArray(node)) return node.map((entry, index) => visit(entry, `${path}/${index}`));
		if (node === null || typeof node !== 'object') return node;
		return Object.fromEntries(
			Object.entries(node).map(([key, entry]) => [key, visit(entry, `${path}/${key}`)]),
		);
	};
	const expandText = (text: string, path: string): string =>
		text.replaceAll(variable, (_match, name: string, fallback: string | undefined) => {
			const set = Object.hasOwn(environment, name) ? environment[name] : undefined;
			if (set !== undefined && set !== '') return set;
			if (fallback !== undefined) return fallback;
			issues.push({ path, message: `the environment variable ${name} is not set`, nearest: [] });
			return '';
		});
	const expanded = visit(value, '');
	return issues.length === 0 ? ok(expanded) : err(issues);
}
