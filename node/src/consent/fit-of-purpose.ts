// Matches the purpose of a question with the purposes that a consent rule names.

import { anyOf, type Fit } from './fit.ts';

type Research = 'HMB' | 'GRU' | 'POA' | 'DS';

/** DS may carry its disease; any other spelling is no research purpose and matches nothing but an open rule. */
function researchOf(purpose: string): Research | null {
	if (purpose === 'HMB' || purpose === 'GRU' || purpose === 'POA') return purpose;
	return purpose === 'DS' || /^DS[-: ]./.test(purpose) ? 'DS' : null;
}

/** Kinds of research narrower than HRESCH: whether a question is one cannot be told from its purpose. */
const narrowResearch = new Set([
	'BIORCH',
	'CLINTRCH',
	'CLINTRCHNPC',
	'CLINTRCHPC',
	'PRECLINTRCH',
	'DSRCH',
	'TRANSRCH',
	'DUO:DS',
]);

/** DUO permission of the rule -> purposes that it covers. Source: DUO's hierarchy; a general use is no disease's. */
const duoCovers: Readonly<Record<string, readonly Research[]>> = {
	'DUO:NRES': ['HMB', 'GRU', 'POA', 'DS'],
	'DUO:GRU': ['HMB', 'GRU', 'POA', 'DS'],
	'DUO:HMB': ['HMB', 'DS'],
	'DUO:POA': ['POA'],
};

/** Health research is DUO's HMB; that HL7 puts ancestry (POARCH) under it keeps a refusal, and gives no permit. */
function fitOfHealthResearch(research: Research): Fit {
	return research === 'HMB' || research === 'DS' ? 'yes' : 'maybe';
}

function fitOfPurpose(named: string, research: Research): Fit {
	if (named === 'HRESCH') return fitOfHealthResearch(research);
	if (named === 'POARCH' && research === 'POA') return 'yes';
	if (duoCovers[named]?.includes(research) === true) return 'yes';
	if (narrowResearch.has(named)) return 'maybe';
	// General research includes health research and ancestry, which a rule may name by itself.
	const isPartOfGeneral = named === 'POARCH' || named === 'DUO:HMB' || named === 'DUO:POA';
	return isPartOfGeneral && research === 'GRU' ? 'maybe' : 'no';
}

/**
 * Shape   `yes`: one of the rule's purposes covers the question's, or the rule names none. `maybe`: it names a
 *         narrower or an overlapping kind of research. `no`: for example TREAT, or DUO's clinical care.
 * Errors  a question's purpose that is no research purpose is `maybe` everywhere, so that nothing permits it.
 */
export function fitOfPurposes(named: readonly string[] | null, purpose: string): Fit {
	const research = researchOf(purpose);
	if (research === null) return 'maybe';
	return named === null ? 'yes' : anyOf(named.map((one) => fitOfPurpose(one, research)));
}
