// The two impure things every part needs, handed in as arguments so that a test can hold them still.

/** Milliseconds since 1970-01-01T00:00:00Z. */
export interface Clock {
	readonly nowMs: () => number;
}

/** A source of uniform bytes: the operating system's CSPRNG in production, a seeded stream in tests. */
export interface Random {
	readonly bytes: (length: number) => Uint8Array;
}
