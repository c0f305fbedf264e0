// A file that a person wrote is not right: which file, where in it, and what would be.

import type { InputIssue } from '@cordon/shared';

export class InputWrong extends Error {
	constructor(file: string, issues: readonly InputIssue[]) {
		super(`${file} is not right:\n${issues.map(describeIssue).join('\n')}`);
		this.name = 'InputWrong';
	}
}

export function describeIssue({ path, message, nearest }: InputIssue): string {
	const hint = nearest.length === 0 ? '' : ` (did you mean ${nearest.join(', ')}?)`;
	return `  ${path === '' ? '/' : path}: ${message}${hint}`;
}
