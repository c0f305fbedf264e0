// Counts what a reader met, so that its report names files, codes and local names, and no patient's value.

import type { IssueCode, ReaderReport, SourceIssue } from './source-reader.ts';

/** Local names listed one by one; a column full of free text must not become a list of what it said. */
const maxUnmapped = 200;

export class ReaderTally {
	files = 0;
	read = 0;
	facts = 0;
	readonly #issues = new Map<string, { issue: SourceIssue; times: number }>();
	readonly #unmapped = new Map<string, number>();

	/** One entry a file and code; `place` is kept of the first. */
	issue(file: string, code: IssueCode, severity: SourceIssue['severity'], place?: string): void {
		const key = JSON.stringify([file, code, severity]);
		const known = this.#issues.get(key);
		if (known !== undefined) known.times += 1;
		else {
			const issue = { file, code, severity, ...(place === undefined ? {} : { place }) };
			this.#issues.set(key, { issue, times: 1 });
		}
	}

	/** `name` is a column, gene or term: a name of the local vocabulary, never a patient's value. */
	unmapped(kind: string, name: string, times = 1): void {
		const key = `${kind} ${name.slice(0, 60)}`;
		const listed = this.#unmapped.has(key) || this.#unmapped.size < maxUnmapped ? key : `${kind} (others)`;
		this.#unmapped.set(listed, (this.#unmapped.get(listed) ?? 0) + times);
	}

	report(): ReaderReport {
		return {
			files: this.files,
			read: this.read,
			facts: this.facts,
			issues: [...this.#issues.values()].map(({ issue, times }) => (times > 1 ? { ...issue, times } : issue)),
			unmapped: Object.fromEntries(this.#unmapped),
		};
	}
}
