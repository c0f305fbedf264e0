// Hands facts on in portions, so that a reader neither waits for each nor holds a whole file in memory.

import type { EmitFacts, SourceFact } from './source-reader.ts';

/** Facts handed on at once. */
const portion = 2000;

export class FactBuffer {
	readonly #emit: EmitFacts;
	#facts: SourceFact[] = [];
	total = 0;

	constructor(emit: EmitFacts) {
		this.#emit = emit;
	}

	add(fact: SourceFact): void {
		this.#facts.push(fact);
		this.total += 1;
	}

	/** Hands on what is there if it is worth it; call often. */
	async flowOn(): Promise<void> {
		if (this.#facts.length >= portion) await this.flush();
	}

	async flush(): Promise<void> {
		const facts = this.#facts;
		this.#facts = [];
		for (let start = 0; start < facts.length; start += portion)
			await this.#emit(facts.slice(start, start + portion));
	}
}
