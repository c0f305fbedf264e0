// Expected outcomes as values, for every stage: a caller must look before it uses the value.

export type Ok<T> = { readonly ok: true; readonly value: T };
export type Err<E> = { readonly ok: false; readonly error: E };
export type Result<T, E> = Ok<T> | Err<E>;

export function ok<T>(value: T): Ok<T> {
	return { ok: true, value };
}

export function err<E>(error: E): Err<E> {
	return { ok: false, error };
}

/** Marks a branch that a closed union makes unreachable; reaching it is a bug. */
export function unreachable(value: never): never {
	throw new Error(`unreachable case of type ${typeof value}`);
}
