// The public calendar of data epochs: calendar months in UTC, so that a tick says nothing of how much changed.

export interface Epoch {
	/** For example 2026-11. */
	readonly label: string;
	/** Its first day, in days from 1970-01-01: ages are counted on it. */
	readonly firstDay: number;
}

const dayMs = 86_400_000;

export function epochOf(nowMs: number): Epoch {
	const now = new Date(nowMs);
	const firstMs = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1);
	return { label: new Date(firstMs).toISOString().slice(0, 7), firstDay: firstMs / dayMs };
}
