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

/** How many epochs the later label is after the earlier; Errors: throws on what is not a label. */
export function epochsBetween(earlier: string, later: string): number {
	return monthOf(later) - monthOf(earlier);
}

/** The label so many epochs earlier; labels sort as text. Errors: as `epochsBetween`. */
export function epochBefore(label: string, epochs: number): string {
	const month = monthOf(label) - 1 - epochs;
	return `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}`;
}

function monthOf(label: string): number {
	const [, year, month] = /^(\d{4})-(\d{2})$/.exec(label) ?? [];
	if (year === undefined || month === undefined) throw new Error('not the label of an epoch');
	return Number(year) * 12 + Number(month);
}
