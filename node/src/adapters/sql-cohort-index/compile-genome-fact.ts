// Turns gene and variant facts into boolean expressions over a patient row `p`: a site not called or not annotated
// leaves a fact unknown, and a gene that no examination covered does too.

import { arrayParameter, type Dictionary, type GeneFact, type VariantFact } from '@cordon/shared';
import { type SQL, sql } from 'drizzle-orm';
import { zygosityCodes } from '../snapshot/tables.ts';

const notCalled = sql.raw(String(zygosityCodes.missing));

export function compileGene(fact: GeneFact): SQL {
	const annotations: SQL[] = [sql`true`];
	if (fact.consequence !== undefined) {
		annotations.push(sql`v.consequence = any(${arrayParameter('text', fact.consequence)})`);
	}
	if (fact.significance !== undefined) {
		annotations.push(sql`v.significance = any(${arrayParameter('text', fact.significance)})`);
	}
	const fits = sql`(${sql.join(annotations, sql` and `)})`;
	const ofGene = sql`v.gene = ${fact.symbol}::text`;
	const mayFit = sql`${ofGene} and ${fits} is not false`;
	return sql`(case
		when ${carries(sql`${ofGene} and ${fits} and g.zygosity <> ${notCalled}`)} then true
		when ${carries(sql`${mayFit} and (g.zygosity <> ${notCalled} or not ${calledElsewhere})`)} then null
		when ${examined(sql`n.genes is null or ${fact.symbol}::text = any(n.genes)`)} then false end)`;
}

/** Another source called the allele `v` in this gene: where one did, the missing call of another says nothing. */
const calledElsewhere = sql`exists (
	select from variant w join genotype h on h.snapshot = w.snapshot and h.variant = w.id
	where w.snapshot = v.snapshot and w.position = v.position and w.contig = v.contig and w.assembly = v.assembly
		and w.ref = v.ref and w.alt = v.alt and w.gene = v.gene
		and h.ordinal = p.ordinal and h.zygosity <> ${notCalled})`;

export function compileVariant(fact: VariantFact, dictionary: Dictionary): SQL {
	const allele = sql`v.assembly = ${fact.assembly}::text and v.contig = ${fact.contig}::text
		and v.position = ${fact.position}::bigint and v.ref = ${fact.ref}::text and v.alt = ${fact.alt}::text`;
	const genes = arrayParameter('text', genesAt(fact, dictionary));
	return sql`(case
		when ${carries(sql`${allele} and g.zygosity <> ${notCalled}`)} then true
		when ${carries(allele)} then null
		when ${examined(sql`n.assembly = ${fact.assembly}::text and (n.genes is null or n.genes && ${genes})`)}
			then false end)`;
}

function carries(condition: SQL): SQL {
	return sql`exists (select from variant v join genotype g on g.snapshot = v.snapshot and g.variant = v.id
		where v.snapshot = p.snapshot and g.ordinal = p.ordinal and ${condition})`;
}

function examined(condition: SQL): SQL {
	return sql`exists (select from genome_exam x join panel n on n.snapshot = x.snapshot and n.id = x.panel
		where x.snapshot = p.snapshot and x.ordinal = p.ordinal and (${condition}))`;
}

/** Genes whose region holds the position: a panel that lists one of them has looked there. */
function genesAt(fact: VariantFact, dictionary: Dictionary): readonly string[] {
	return dictionary.genes
		.filter(({ regions }) =>
			regions.some(
				({ assembly, contig, start, end }) =>
					assembly === fact.assembly &&
					contig === fact.contig &&
					start <= fact.position &&
					fact.position <= end,
			),
		)
		.map(({ symbol }) => symbol);
}
