// For tests and benches that ask the same again and want it computed: a question whose release nobody holds yet.

/**
 * `c or (c and x)` is `c` for every patient, unknown or not, and no canonical form sees it: so a hospital counts the
 * same, and charges for it, as the ledger promises for whatever is not recognised.
 *
 * Units   `serial` a whole number; another number is another question.
 */
export function freshQuestion<Q extends { readonly cohort: unknown }>(
	question: Q,
	serial: number,
): Omit<Q, 'cohort'> & { readonly cohort: unknown } {
	const { cohort } = question;
	const other = { element: { id: 'age', ge: serial / 1_000_000, unit: 'a' } };
	return { ...question, cohort: { any: [cohort, { all: [cohort, other] }] } };
}
