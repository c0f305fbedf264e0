// What the release stage asks of a solver of linear programs; an adapter implements it, and what it says is checked.

/** Minimize costs over columns within their bounds, with each row's sum between two others. */
export interface LinearProgram {
	readonly lower: readonly number[];
	readonly upper: readonly number[];
	readonly rows: readonly LinearRow[];
	/** What changes between two minimizations: `costs` continues from the last optimum by the primal simplex. */
	readonly changing: 'costs' | 'everything';
}

export interface LinearRow {
	readonly lower: number;
	readonly upper: number;
	readonly terms: readonly (readonly [column: number, coefficient: number])[];
}

export interface OpenProgram {
	readonly bound: (lower: readonly number[], upper: readonly number[]) => void;
	/** The columns at an optimum, as the solver has them: not exact. null: it found none, for whatever reason. */
	readonly minimize: (costs: readonly number[]) => Promise<readonly number[] | null>;
	/** Work so far, in pivots of the simplex: the same on every machine. */
	readonly pivots: () => number;
	/** The time that a program may take is over: nothing more is found, which says nothing of the program. */
	readonly isOutOfTime: () => boolean;
	readonly close: () => void;
}

/** Deterministic: the same calls give the same columns. Whoever calls checks what it says. */
export interface LinearSolver {
	/** null: there is no solver. */
	readonly open: (program: LinearProgram) => Promise<OpenProgram | null>;
}
