// A secret in memory that cannot be printed by accident: every way of showing it says `[redacted]`.

import { inspect } from 'node:util';

export class Sensitive<T> {
	readonly #value: T;

	constructor(value: T) {
		this.#value = value;
	}

	/** The secret itself; call it where it is used, never where it is logged. */
	reveal(): T {
		return this.#value;
	}

	toString(): string {
		return '[redacted]';
	}

	toJSON(): string {
		return '[redacted]';
	}
}

Object.defineProperty(Sensitive.prototype, inspect.custom, { value: () => '[redacted]' });
