// Decides for every command what a whole number on the command line is.

import { InvalidArgumentError } from '@commander-js/extra-typings';

/** Errors  throws what the command line shows beside the option. */
export function wholeNumber(text: string): number {
	if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('expected a whole number.');
	return Number(text);
}
