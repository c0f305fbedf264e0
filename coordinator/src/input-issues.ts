// Puts a schema's complaints into the one form that people of this network read: path, what is wrong, no value.

import type { InputIssue } from '@cordon/shared';
import type { z } from 'zod';

export function issuesOf(error: z.ZodError): readonly InputIssue[] {
	return error.issues.map((issue) => ({
		path: issue.path.map((key) => `/${String(key)}`).join(''),
		message: issue.message,
		nearest: [],
	}));
}
