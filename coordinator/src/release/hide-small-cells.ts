// Decides which cells of an exact release hold too few patients to be shown, for the release stage.

/** A cell's sum, or the least it can be where a hospital of a plain network hid its own part. */
export interface ExactCell {
	readonly atLeast: bigint;
	/** A hospital hid its part: the sum is not known, and the cell is never shown. */
	readonly hiddenByHospital: boolean;
}

export function isKnown(cell: ExactCell | undefined): boolean {
	return cell !== undefined && !cell.hiddenByHospital;
}

/**
 * Hides every cell that describes too few patients, so that one cell cannot single anyone out.
 * Does not stop subtraction from margins: that is `hidePartners`. Nor of one exact answer from another: that is
 * `tellsWithEarlier`.
 *
 * Shape   one flag a cell, order kept; true is hidden. Zero is hidden too: that nobody is there is a fact as well.
 * Units   patients over all contributing hospitals; `k` is the least number a cell may show; k <= 1 hides nothing.
 * Errors  throws where `k` is not a positive integer: a threshold that cannot be compared would hide nothing.
 * Source  threshold rule of statistical disclosure control, design/PRIVACY.md section 1.
 */
export function hideSmallCells(cells: readonly ExactCell[], k: number): readonly boolean[] {
	if (!Number.isSafeInteger(k) || k < 1) throw new Error('k is a positive integer');
	return cells.map((cell) => cell.hiddenByHospital || (k > 1 && cell.atLeast < BigInt(k)));
}
