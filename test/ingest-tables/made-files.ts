// Writes the small files that a test wants to have read, into a folder that the test removes.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReaderReport, SourceFact, SourceReader } from '../../node/src/ingest/source-reader.ts';

export interface MadeFiles {
	readonly folder: string;
	readonly write: (name: string, content: string | Uint8Array) => string;
	readonly remove: () => void;
}

export function madeFiles(): MadeFiles {
	const folder = mkdtempSync(join(tmpdir(), 'cordon-tables-'));
	return {
		folder,
		write: (name, content) => {
			const path = join(folder, name);
			writeFileSync(path, content);
			return path;
		},
		remove: () => rmSync(folder, { recursive: true, force: true }),
	};
}

/** Everything that a reader gives. */
export async function readAll(
	reader: SourceReader,
): Promise<{ facts: readonly SourceFact[]; report: ReaderReport }> {
	const facts: SourceFact[] = [];
	const report = await reader.read(
		async (some) => {
			for (const fact of some) facts.push(fact);
		},
		() => undefined,
	);
	return { facts, report };
}

/** A genotype in one line: patient, zygosity, allele, annotations. */
export function shown(fact: SourceFact): string {
	if (fact.kind !== 'genotype') return `${fact.patient} ${fact.kind}`;
	const { contig, position, ref, alt, gene, consequence, significance, zygosity } = fact.genotype;
	return `${fact.patient} ${zygosity} ${contig}:${position} ${ref}>${alt} ${gene} ${consequence} ${significance}`;
}
