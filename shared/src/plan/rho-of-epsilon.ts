// What pure epsilon costs in zero-concentrated differential privacy, for the ledger, where both are counted side by side.

/**
 * An epsilon-DP answer is (epsilon^2 / 2)-zCDP. Rounded up, so that a sum of charges is never less than what was spent.
 *
 * Units   millionths of epsilon in, millionths of rho out; whole numbers, exactly.
 * Errors  throws where either is no safe integer >= 0.
 * Source  Bun and Steinke 2016, proposition 1.4; design/PRIVACY.md section 3.
 */
export function rhoMicrosOf(epsilonMicros: number): number {
	if (!Number.isSafeInteger(epsilonMicros) || epsilonMicros < 0)
		throw new Error('epsilon is a whole number of millionths');
	const micros = BigInt(epsilonMicros);
	// (e / 10^6)^2 / 2 * 10^6 = e^2 / (2 * 10^6)
	const rho = Number((micros * micros + 1_999_999n) / 2_000_000n);
	if (!Number.isSafeInteger(rho)) throw new Error('an epsilon whose rho cannot be counted');
	return rho;
}
