// Turns mistakes in outside input into issues with a JSON pointer, for whoever wrote the file.

import type { z } from 'zod';
import { nearestNames } from './nearest-names.ts';
import type { InputIssue } from './query.ts';

export type Path = readonly (string | number)[];

/** More issues than these help nobody and cost time to find names for. */
export const maxIssues = 32;

/** Collects the issues of one document, in the order found. */
export class Issues {
	readonly #found: InputIssue[] = [];

	get list(): readonly InputIssue[] {
		return this.#found;
	}

	get full(): boolean {
		return this.#found.length >= maxIssues;
	}

	add(path: Path, message: string, nearest: readonly string[] = []): void {
		if (!this.full) this.#found.push({ path: jsonPointer(path), message, nearest });
	}

	/** A name that is not among the valid ones; few valid names are all listed in the message. */
	addUnknown(path: Path, what: string, typed: string, valid: readonly string[]): void {
		if (this.full) return;
		const listed = valid.length > 0 && valid.length <= 12 ? `; valid: ${valid.join(', ')}` : '';
		this.add(path, `unknown ${what} ${quoted(typed)}${listed}`, nearestNames(typed, valid));
	}

	/** What zod found wrong with one flat object whose valid keys are given. */
	addSchemaIssues(path: Path, error: z.ZodError, keys: readonly string[]): void {
		for (const issue of error.issues) {
			const at = [...path, ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))];
			if (issue.code === 'unrecognized_keys') {
				for (const key of issue.keys) this.addUnknown([...at, key], 'key', key, keys);
			} else {
				this.add(at, schemaMessage(issue));
			}
		}
	}
}

/** RFC 6901; a key longer than any valid one is shortened, so that an issue stays one line. */
export function jsonPointer(path: Path): string {
	return path
		.map((step) => String(step).slice(0, 100).toWellFormed())
		.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`)
		.join('');
}

/** What was typed, shortened so that an issue never echoes a whole document. */
export function quoted(text: string): string {
	const short = text.length > 40 ? `${text.slice(0, 40)}...` : text;
	return JSON.stringify(short.toWellFormed());
}

function schemaMessage(issue: z.core.$ZodIssue): string {
	if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined')) {
		return `missing: expected ${issue.expected}`;
	}
	const text = issue.message.replace(/^Invalid input: /, '').replace(/^Invalid string: /, '');
	return text.length > 200 ? `${text.slice(0, 200)}...` : text;
}
