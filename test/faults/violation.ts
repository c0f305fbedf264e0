// What a schedule may find: one of five promises broken.

/**
 * `ended`  a question ends, answered or refused with a code, within its deadline once all parties are back.
 * `once`   no session is charged twice, answered twice or released twice.
 * `right`  no sum is wrong: an answer is true of the hospitals it says contributed.
 * `logs`   each log verifies, has what it had before, and says what the others say.
 * `next`   the next question, undisturbed, is answered by all.
 */
export type Invariant = 'ended' | 'once' | 'right' | 'logs' | 'next';

export const invariants: readonly Invariant[] = ['ended', 'once', 'right', 'logs', 'next'];

export interface Violation {
	readonly invariant: Invariant;
	/** Data are invented here, so that a number may be said. */
	readonly what: string;
}
