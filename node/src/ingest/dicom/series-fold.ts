// Folds the files of one image series into one fact; the series' identifier stays in here.

import type { SeriesFact } from '@cordon/shared';

/** One file with the agent makes a series with contrast; `false` needs every file to say so. */
function eitherContrast(a: boolean | null, b: boolean | null): boolean | null {
	if (a === true || b === true) return true;
	return a === false && b === false ? false : null;
}

export interface FoldedSeries {
	readonly patient: string;
	readonly series: SeriesFact;
}

interface Folding {
	readonly patient: string;
	readonly modality: string;
	readonly bodyParts: Set<string>;
	contrast: boolean | null;
}

/** Memory: one small entry a series until the end, since its files may be anywhere in the source. */
export class SeriesFold {
	readonly #series = new Map<string, Folding>();

	/** `seriesUid` null: a file that names no series is one of its own. */
	add(seriesUid: string | null, patient: string, fact: SeriesFact): void {
		const key = JSON.stringify([patient, seriesUid ?? this.#series.size, fact.modality]);
		const known = this.#series.get(key);
		const folding = known ?? {
			patient,
			modality: fact.modality,
			bodyParts: new Set(),
			contrast: fact.contrast,
		};
		if (known === undefined) this.#series.set(key, folding);
		else folding.contrast = eitherContrast(known.contrast, fact.contrast);
		if (fact.bodyPart !== null) folding.bodyParts.add(fact.bodyPart);
	}

	*all(): Generator<FoldedSeries> {
		for (const { patient, modality, bodyParts, contrast } of this.#series.values()) {
			// Files of one series may lie in neighbouring parts of the body: each is a fact.
			const parts: readonly (string | null)[] = bodyParts.size === 0 ? [null] : [...bodyParts];
			for (const bodyPart of parts) yield { patient, series: { modality, bodyPart, contrast } };
		}
	}
}
