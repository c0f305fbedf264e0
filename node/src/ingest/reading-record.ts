// Hands a reader's facts on in batches and keeps, beside the tally, names out of the report that are no codes.

import { codeShown } from './code-shown.ts';
import { ReaderTally } from './reader-tally.ts';
import type { EmitFacts, IssueCode, ReaderReport, SourceFact } from './source-reader.ts';

/** Facts handed on at a time: few enough to hold, many enough for one insert. */
const batchSize = 1000;

export class ReadingRecord {
	readonly #emit: EmitFacts;
	readonly #tally = new ReaderTally();
	#waiting: SourceFact[] = [];

	constructor(emit: EmitFacts) {
		this.#emit = emit;
	}

	get files(): number {
		return this.#tally.files;
	}

	fileFound(): void {
		this.#tally.files += 1;
	}

	fileRead(): void {
		this.#tally.read += 1;
	}

	/** Nothing of the file was kept. */
	refuse(file: string, code: IssueCode, place?: string): void {
		this.#tally.issue(file, code, 'refused', place);
	}

	/** The file was read; what the code names was left out. */
	warn(file: string, code: IssueCode, place?: string): void {
		this.#tally.issue(file, code, 'warning', place);
	}

	/** `kind` is the list that lacks the name, for example `bodyPart`. */
	unmapped(kind: string, name: string): void {
		this.#tally.unmapped(kind, codeShown(name));
	}

	async add(fact: SourceFact): Promise<void> {
		this.#tally.facts += 1;
		if (this.#waiting.push(fact) >= batchSize) await this.flush();
	}

	async flush(): Promise<void> {
		if (this.#waiting.length === 0) return;
		const facts = this.#waiting;
		this.#waiting = [];
		await this.#emit(facts);
	}

	report(): ReaderReport {
		return this.#tally.report();
	}
}
