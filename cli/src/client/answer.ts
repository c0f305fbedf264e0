// What the researcher's side calls an answer, and what it throws where there is none.

/** An answer as released, withheld or refused; see docs/answers.md. */
export type Answer = Readonly<Record<string, unknown>>;

/** The coordinator or the issuer could not be reached, or answered with something that is no answer. */
export class NoAnswer extends Error {
	constructor(why: string) {
		super(why);
		this.name = 'NoAnswer';
	}
}
