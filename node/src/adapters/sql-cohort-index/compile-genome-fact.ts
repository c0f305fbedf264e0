// Turns gene and variant facts into boolean expressions over a patient row `p`: a site not called or not annotated
// leaves a fact unknown, and a gene that no examination covered does too.

import { arrayParameter, type Dictionary, type GeneFact, genesAt, type VariantFact } from '@cordon/shared';
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
	const place = sql`v.assembly = ${fact.assembly}::text and v.contig = ${fact.contig}::text
		and v.position = ${fact.position}::bigint`;
	const allele = sql`${place} and v.ref = ${fact.ref}::text and v.alt = ${fact.alt}::text`;
	const mayBe = sql`${place} and ${mayBeBases(sql`v.ref`, fact.ref)} and ${mayBeBases(sql`v.alt`, fact.alt)}`;
	const at = { ...fact, start: fact.position, end: fact.position };
	const genes = arrayParameter('text', genesAt(dictionary, at));
	const isSubstitution = sql`${fact.ref.length === fact.alt.length}::boolean`;
	const decides = sql`n.assembly = ${fact.assembly}::text and (n.genes is null or n.genes && ${genes})
		and (n.variants = 'all' or ${isSubstitution})`;
	return sql`(case
		when ${carries(sql`${allele} and g.zygosity <> ${notCalled}`)} then true
		when ${carries(mayBe)} then null
		when ${examined(decides)} then false end)`;
}

/** An `N` in a stored allele is a base that its source does not say. */
function mayBeBases(stored: SQL, asked: string): SQL {
	return sql`${asked}::text like replace(${stored}, 'N', '_') escape ''`;
}

function carries(condition: SQL): SQL {
	return sql`exists (select from variant v join genotype g on g.snapshot = v.snapshot and g.variant = v.id
		where v.snapshot = p.snapshot and g.ordinal = p.ordinal and ${condition})`;
}

function examined(condition: SQL): SQL {
	return sql`exists (select from genome_exam x join panel n on n.snapshot = x.snapshot and n.id = x.panel
		where x.snapshot = p.snapshot and x.ordinal = p.ordinal and (${condition}))`;
}
