// Turns imaging, condition and element facts into boolean expressions over a patient row `p`.

import {
	arrayParameter,
	type ConditionFact,
	conditionAndDescendants,
	type Dictionary,
	type ElementFact,
	type ImagingFact,
} from '@cordon/shared';
import { type SQL, sql } from 'drizzle-orm';
import { elementOf, selectedValue } from './selected-value.ts';

/** A series that no given key contradicts, but that does not say all, leaves the fact unknown. */
export function compileImaging(fact: ImagingFact): SQL {
	const keys: SQL[] = [sql`true`];
	if (fact.modality !== undefined) keys.push(sql`s.modality = ${fact.modality}::text`);
	if (fact.bodyPart !== undefined) keys.push(sql`s.body_part = ${fact.bodyPart}::text`);
	if (fact.contrast !== undefined) keys.push(sql`s.contrast = ${fact.contrast}::boolean`);
	const fits = sql.join(keys, sql` and `);
	const ofPatient = sql`from series s where s.snapshot = p.snapshot and s.ordinal = p.ordinal`;
	return sql`(case
		when exists (select ${ofPatient} and (${fits})) then true
		when exists (select ${ofPatient} and (${fits}) is null) then null
		when p.image_examined then false end)`;
}

export function compileCondition(fact: ConditionFact, dictionary: Dictionary): SQL {
	const codes = arrayParameter('text', conditionAndDescendants(dictionary, fact.code));
	return sql`(case
		when exists (select from condition c
			where c.snapshot = p.snapshot and c.ordinal = p.ordinal and c.code = any(${codes})) then true
		when p.clinical_examined then false end)`;
}

/** Null where the patient has no value. */
export function compileElement(fact: ElementFact, dictionary: Dictionary): SQL {
	const element = elementOf(fact.id, dictionary);
	const holds =
		element.type === 'number'
			? withinLimits(fact)
			: sql`e.chosen = any(${arrayParameter('text', fact.in ?? [])})`;
	return sql`(select case when e.chosen is not null then ${holds} end
		from (select ${selectedValue(element)} as chosen) e)`;
}

function withinLimits({ lt, le, gt, ge }: ElementFact): SQL {
	const tests: SQL[] = [sql`true`];
	if (lt !== undefined) tests.push(sql`e.chosen < ${lt}::double precision`);
	if (le !== undefined) tests.push(sql`e.chosen <= ${le}::double precision`);
	if (gt !== undefined) tests.push(sql`e.chosen > ${gt}::double precision`);
	if (ge !== undefined) tests.push(sql`e.chosen >= ${ge}::double precision`);
	return sql`(${sql.join(tests, sql` and `)})`;
}
